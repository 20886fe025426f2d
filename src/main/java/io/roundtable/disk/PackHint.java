package io.roundtable.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The headers of all records of a settled pack, together in one file, so that a start need not read the pack. Only an
 * aid: without it, or if its checksum is wrong, the pack is walked through.
 *
 * <p>At the end 32 bytes: {@code 'RTHI'}, count, length of the pack (u64), time of the last record (u64), 0, CRC32C.
 */
final class PackHint {
    private static final int MAGIC = 0x52_54_48_49;
    /** Its reader keeps all of it in memory; one of a pack with nothing but tombstones is longer, and not worth that. */
    private static final long BYTES_MAX = 8 << 20;

    private static final int END_BYTES = 32;
    private static final int BUFFER_BYTES = 128 * PackRecord.HEADER_BYTES;

    private final Medium medium;
    private final int pack;
    private final long salt;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private @Nullable MediumFile file;
    private long written;
    private int count;

    /** Begins the hint of a pack that begins too. */
    PackHint(Medium medium, int pack, long salt) {
        this.medium = medium;
        this.pack = pack;
        this.salt = salt;
        try {
            medium.delete(path(pack));
            file = medium.create(path(pack));
        } catch (IOException e) {
            file = null;
        }
    }

    static String path(int number) {
        return PackLog.FOLDER + "/" + String.format("%07d.hint", number);
    }

    /** @param record begins with its header; stays as it is */
    void add(ByteBuffer record) {
        if (file == null) {
            return;
        }
        ByteBuffer header = record.duplicate().position(0).limit(PackRecord.HEADER_BYTES);
        crc.update(header.duplicate());
        buffer.put(header);
        count++;
        if (!buffer.hasRemaining()) {
            flush();
        }
    }

    /** The pack is settled and durable. */
    void finish(long packLength, long lastMs) {
        if (file == null) {
            return;
        }
        if (buffer.remaining() < END_BYTES) {
            flush();
        }
        ByteBuffer end = ByteBuffer.allocate(END_BYTES);
        end.putInt(MAGIC).putInt(count).putLong(packLength).putLong(lastMs).putInt((int) crc.getValue());
        end.putInt(Crc.of(end, 0, END_BYTES - 4, salt ^ pack));
        buffer.put(end.flip());
        flush();
        close();
    }

    /** There is to be no hint. */
    void abandon() {
        close();
        try {
            medium.delete(path(pack));
        } catch (IOException e) {
            // Without its end it is no hint either.
        }
    }

    private void close() {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            // What was lost will be missed by the checksum.
        }
        file = null;
    }

    private void flush() {
        if (file == null) {
            return;
        }
        buffer.flip();
        int bytes = buffer.remaining();
        try {
            file.write(buffer, written);
            written += bytes;
        } catch (IOException e) {
            abandon();
        }
        buffer.clear();
    }

    // ---- reading

    interface Visitor {
        void visit(PackRecord record, int offset);
    }

    /**
     * Visits all records of the pack in order.
     *
     * @param packBytes of the pack's file
     * @return the time of the last record; -1 if there is no good hint, and then nothing was visited
     */
    static long read(Medium medium, int pack, long salt, long packBytes, Visitor visitor) throws IOException {
        if (!medium.exists(path(pack))) {
            return -1;
        }
        try (MediumFile file = medium.open(path(pack))) {
            long size = file.size();
            if (size < END_BYTES || size > BYTES_MAX || (size - END_BYTES) % PackRecord.HEADER_BYTES != 0) {
                return -1;
            }
            ByteBuffer end = ByteBuffer.allocate(END_BYTES);
            file.read(end, size - END_BYTES);
            if (end.getInt(0) != MAGIC
                    || end.getInt(END_BYTES - 4) != Crc.of(end, 0, END_BYTES - 4, salt ^ pack)
                    || end.getInt(4) != (size - END_BYTES) / PackRecord.HEADER_BYTES
                    || end.getLong(8) != packBytes
                    || !headers(file, size - END_BYTES, end.getInt(24), null, pack, salt)) {
                return -1;
            }
            headers(file, size - END_BYTES, end.getInt(24), visitor, pack, salt);
            return end.getLong(16);
        }
    }

    /** Two passes, so that nothing is believed before the checksum is known. */
    private static boolean headers(
            MediumFile file, long bytes, int wanted, @Nullable Visitor visitor, int pack, long salt)
            throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer part = ByteBuffer.allocate(BUFFER_BYTES);
        for (long at = 0; at < bytes; at += BUFFER_BYTES) {
            part.clear().limit((int) Math.min(BUFFER_BYTES, bytes - at));
            file.read(part, at);
            part.flip();
            crc.update(part.duplicate());
            for (int i = 0; visitor != null && i < part.limit(); i += PackRecord.HEADER_BYTES) {
                int offset = part.getInt(i + 48);
                PackRecord record = PackRecord.decode(part, i, pack, offset, salt);
                if (record != null) {
                    visitor.visit(record, offset);
                }
            }
        }
        return (int) crc.getValue() == wanted;
    }
}
