package io.roundtable.gcd;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Tells a damaged entry from one that was torn, where its length says that it goes to the end of what was written, or beyond.
 * Behind a torn one nothing is whole, unless a sector before it is not on the disk. Whoever cuts off a damaged one cuts off
 * all that was acknowledged after it.
 */
final class Rot {
    private static final int SECTOR_BYTES = 512;
    /** Field 1, the term: every entry begins so. */
    private static final byte FIRST_TAG = 0x08;

    private static final int LENGTH_BYTES_MAX = 5;

    private final byte[] bytes;
    /** Of the first byte in the segment. */
    private final long start;

    /** @param bytes from an entry that is not whole to the end of the segment */
    Rot(byte[] bytes, long start) {
        this.bytes = bytes;
        this.start = start;
    }

    boolean isThere() {
        return isWholeBehind() || isWholeWithOneBitOfItsLengthTurned();
    }

    private boolean isWholeBehind() {
        int limit = firstUnwritten();
        for (int at = 1; at < limit; at++) {
            if (isWhole(at)) {
                return true;
            }
        }
        return false;
    }

    /** Where the first zeros begin that fill a sector to its end: what is behind them proves nothing. */
    private int firstUnwritten() {
        int from = 0;
        while (from < bytes.length) {
            int to = (int) Math.min(bytes.length, from + SECTOR_BYTES - (start + from) % SECTOR_BYTES);
            if (isZero(from, to)) {
                return from;
            }
            from = to;
        }
        return bytes.length;
    }

    private boolean isZero(int from, int to) {
        for (int at = from; at < to; at++) {
            if (bytes[at] != 0) {
                return false;
            }
        }
        return true;
    }

    private boolean isWholeWithOneBitOfItsLengthTurned() {
        for (int bit = 0; bit < LENGTH_BYTES_MAX * Byte.SIZE && bit / Byte.SIZE < bytes.length; bit++) {
            byte mask = (byte) (1 << bit % Byte.SIZE);
            bytes[bit / Byte.SIZE] ^= mask;
            boolean isWhole = isWhole(0);
            bytes[bit / Byte.SIZE] ^= mask;
            if (isWhole) {
                return true;
            }
        }
        return false;
    }

    private boolean isWhole(int at) {
        long length = 0;
        int content = at;
        for (int shift = 0; ; shift += 7) {
            if (content == bytes.length || shift > 28) {
                return false;
            }
            byte next = bytes[content++];
            length |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                break;
            }
        }
        long end = content + length;
        if (length == 0 || end + Integer.BYTES > bytes.length || bytes[content] != FIRST_TAG) {
            return false;
        }
        CRC32C sum = new CRC32C();
        sum.update(bytes, at, (int) (end - at));
        return ByteBuffer.wrap(bytes).getInt((int) end) == (int) sum.getValue();
    }
}
