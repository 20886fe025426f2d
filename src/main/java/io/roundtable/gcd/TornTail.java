package io.roundtable.gcd;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Cuts off what a kill or a power cut left of an entry that was being written, at the end of the log.
 *
 * <p>Ratis makes room for entries before it writes them, so what was not written any more reads as zeros; it takes a
 * segment that just ends for torn, but zeros for damage. Nobody was told that such an entry is in the log: it was not
 * flushed. An entry whose bytes are all there but wrong is damage, and stays for Ratis to find; see {@link Rot}.
 *
 * <p>A segment is {@code RaftLog1}, then entries: the length (7 bits a byte, the lowest first), the bytes, and the CRC32C
 * of both (4 bytes, big-endian).
 */
final class TornTail {
    private static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.US_ASCII);
    private static final int SECTOR_BYTES = 512;
    private static final int SCAN_BYTES = 64 * 1024;
    private static final int ENTRY_BYTES_MAX = 64 << 20;

    private final RandomAccessFile file;
    private final long size;
    /** Where the entry's bytes begin and its check sum ends. */
    private long content;

    private long end;
    /** Of the last entry that was whole. */
    private byte[] bytes = {};

    private TornTail(RandomAccessFile file) throws IOException {
        this.file = file;
        this.size = file.length();
    }

    /** Mends the open segments of a log that nobody uses. */
    static void cut(Path log) throws IOException {
        List<Path> open;
        try (Stream<Path> all = Files.walk(log, 3)) {
            open = all.filter(each -> each.getFileName().toString().startsWith("log_inprogress_"))
                    .toList();
        }
        for (Path each : open) {
            try (RandomAccessFile file = new RandomAccessFile(each.toFile(), "rw")) {
                new TornTail(file).cut();
            }
        }
    }

    /**
     * Hands on the entries of a segment, up to the first that is not whole; changes nothing.
     *
     * @return whether nothing follows them that may be more than the rest of an entry
     */
    static boolean read(Path segment, Consumer<byte[]> found) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "r")) {
            return new TornTail(file).read(found);
        }
    }

    private boolean read(Consumer<byte[]> found) throws IOException {
        if (!hasHeader()) {
            // A kill may have come while it was being made.
            return size < HEADER.length || isZeroFrom(0);
        }
        long at = HEADER.length;
        while (at < size && isWhole(at)) {
            found.accept(bytes);
            at = end;
        }
        return at >= size || isZeroFrom(at) || isTorn(at);
    }

    private boolean hasHeader() throws IOException {
        byte[] header = new byte[HEADER.length];
        if (size < HEADER.length) {
            return false;
        }
        file.seek(0);
        file.readFully(header);
        return java.util.Arrays.equals(header, HEADER);
    }

    private void cut() throws IOException {
        if (!hasHeader()) {
            return;
        }
        long at = HEADER.length;
        while (at < size && isWhole(at)) {
            at = end;
        }
        if (at < size && isTorn(at)) {
            file.setLength(at);
            file.getFD().sync();
        }
    }

    /** Whether a good entry begins here; false at the zeros that follow the last one, too. */
    private boolean isWhole(long at) throws IOException {
        CRC32C sum = new CRC32C();
        file.seek(at);
        long length = 0;
        try {
            for (int shift = 0; ; shift += 7) {
                int next = file.readUnsignedByte();
                sum.update(next);
                length |= (long) (next & 0x7f) << shift;
                if (next < 0x80) {
                    break;
                }
                if (shift > 28) {
                    end = size;
                    return false;
                }
            }
        } catch (EOFException e) {
            end = size;
            return false;
        }
        content = file.getFilePointer();
        end = content + length + Integer.BYTES;
        if (length == 0 || length > ENTRY_BYTES_MAX || end > size) {
            end = Math.min(end, size);
            return false;
        }
        bytes = new byte[(int) length];
        file.readFully(bytes);
        sum.update(bytes);
        return file.readInt() == (int) sum.getValue();
    }

    private boolean isTorn(long at) throws IOException {
        byte[] entry = new byte[(int) Math.min(end - at, ENTRY_BYTES_MAX)];
        file.seek(at);
        file.readFully(entry);
        boolean mayBeTorn;
        if (entry[0] == 0) {
            // No entry begins so. Either this is the room that was made for more, and nothing was torn, or of a write
            // the first part is not on the disk, but a later one is.
            mayBeTorn = !isZeroFrom(at);
        } else {
            mayBeTorn = end == size || entry[entry.length - 1] == 0 || hasUnwrittenSector(entry, at);
        }
        return mayBeTorn && !isRotten(at);
    }

    private boolean isRotten(long at) throws IOException {
        if (size - at > ENTRY_BYTES_MAX) {
            // No segment of ours is so long.
            return true;
        }
        byte[] rest = new byte[(int) (size - at)];
        file.seek(at);
        file.readFully(rest);
        return new Rot(rest, at).isThere();
    }

    private boolean isZeroFrom(long at) throws IOException {
        byte[] part = new byte[SCAN_BYTES];
        file.seek(at);
        int count;
        while ((count = file.read(part)) > 0) {
            if (!isZero(part, 0, count)) {
                return false;
            }
        }
        return true;
    }

    /** After a power cut a later part of a write may be on the disk without an earlier one. */
    private static boolean hasUnwrittenSector(byte[] entry, long at) {
        int first = (int) ((SECTOR_BYTES - at % SECTOR_BYTES) % SECTOR_BYTES);
        for (int sector = first; sector + SECTOR_BYTES <= entry.length; sector += SECTOR_BYTES) {
            if (isZero(entry, sector, sector + SECTOR_BYTES)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
