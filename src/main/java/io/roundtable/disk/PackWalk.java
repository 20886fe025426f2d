package io.roundtable.disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the whole records of a pack in order. What is torn or rotten is skipped: after it the next header is
 * searched for. Not thread-safe.
 */
final class PackWalk {
    static final int WINDOW_BYTES = 512 << 10;
    private static final int SECTOR_BYTES = 4096;

    private final MediumFile file;
    private final int pack;
    private final long length;
    private final long salt;
    private final ByteBuffer window;
    private long windowAt;
    private long next;
    private long offset;
    private long skippedBytes;
    /** Of those that were skipped last. */
    private long zeroBytes;

    private long unreadableBytes;

    /** @param window of {@value #WINDOW_BYTES} bytes, the walk's own while it lasts */
    PackWalk(MediumFile file, int pack, long length, long salt, ByteBuffer window) {
        this.file = file;
        this.pack = pack;
        this.length = length;
        this.salt = salt;
        this.window = window.clear().limit(0);
    }

    /** The next record, its body checked; null at the end. */
    @Nullable
    PackRecord next() throws IOException {
        while (next + PackRecord.HEADER_BYTES <= length) {
            load(PackRecord.HEADER_BYTES);
            PackRecord record = PackRecord.decode(window, at(), pack, next, salt);
            if (record == null) {
                skip(8);
                continue;
            }
            if (next + record.bytes() > length) {
                skip(8);
                continue;
            }
            load(record.bytes());
            int body = at() + PackRecord.HEADER_BYTES;
            if (Crc.of(window, body, body + record.bodyBytes(), salt) != record.bodyCrc() && record.stripes() != null) {
                skip(record.bytes());
                continue;
            }
            offset = next;
            next += record.bytes();
            zeroBytes = 0;
            return record;
        }
        skipRest();
        return null;
    }

    /** How many bytes the medium did not give; some may be counted twice. */
    long unreadableBytes() {
        return unreadableBytes;
    }

    /** Where the record lies that was returned last. */
    int offset() {
        return (int) offset;
    }

    /** Its bytes, header and padding included, until the next call. */
    ByteBuffer bytes(PackRecord record) {
        int from = (int) (offset - windowAt);
        return window.duplicate().limit(from + record.bytes()).position(from).slice();
    }

    /** Without the zeros at the end: nobody ever wrote a record there, see {@link RoomAhead}. */
    long skippedBytes() {
        return skippedBytes - zeroBytes;
    }

    /** How many zeros follow the last record, or what is left of it; known at the end. */
    long zeroTailBytes() {
        return zeroBytes;
    }

    private void skip(int bytes) {
        boolean isZero = bytes == Long.BYTES && window.getLong(at()) == 0;
        zeroBytes = isZero ? zeroBytes + bytes : 0;
        skippedBytes += bytes;
        next += bytes;
    }

    /** What is too short for a record. */
    private void skipRest() throws IOException {
        int bytes = (int) (length - next);
        load(bytes);
        for (int i = 0; i < bytes; i++) {
            zeroBytes = window.get(at() + i) == 0 ? zeroBytes + 1 : 0;
        }
        skippedBytes += bytes;
        next = length;
    }

    private int at() {
        return (int) (next - windowAt);
    }

    /** Sees to it that so many bytes from the next place are in the window. */
    private void load(int bytes) throws IOException {
        if (next >= windowAt && next + bytes <= windowAt + window.limit()) {
            return;
        }
        window.clear().limit((int) Math.min(WINDOW_BYTES, length - next));
        windowAt = next;
        try {
            file.read(window, next);
        } catch (EOFException e) {
            throw e;
        } catch (IOException e) {
            loadAround();
        }
        window.flip();
    }

    /** A bad sector costs what lies on it, not what lies behind it; in its place is what is no record and no zero. */
    private void loadAround() {
        int end = window.limit();
        for (int from = 0; from < end; from += SECTOR_BYTES) {
            ByteBuffer part =
                    window.duplicate().limit(Math.min(end, from + SECTOR_BYTES)).position(from);
            try {
                file.read(part, windowAt + from);
            } catch (IOException e) {
                unreadableBytes += part.limit() - from;
                for (int i = from; i < part.limit(); i++) {
                    window.put(i, (byte) -1);
                }
            }
        }
        window.position(end);
    }
}
