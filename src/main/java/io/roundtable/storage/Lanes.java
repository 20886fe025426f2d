package io.roundtable.storage;

/**
 * Arithmetic of {@link GaloisField} on eight bytes of a {@code long} at once.
 *
 * <p>The loops are short, one a step, over {@code long[]} at one common index: that is what HotSpot 17 turns into
 * vector instructions. Shifts of {@code byte[]} it does not (0.3 GB/s for 4+2), nor arrays with an offset each (XOR: 3
 * instead of 58 GB/s), and longer bodies got slower. Hence blocks are copied into lanes and back, 8 KiB at a time, which
 * stays in the first-level cache; bench/coding measures what comes of it.
 */
final class Lanes {
    /** Bytes of a piece; longs of it. */
    static final int PIECE_BYTES = 8192;

    static final int PIECE_LONGS = PIECE_BYTES / Long.BYTES;
    // With the array's header the size is a multiple of 64 bytes: arrays allocated in a row are then aligned alike, and
    // once the loop has aligned one, the vectors of none cross a cache line. Worth about a tenth; only speed needs it.
    private static final int ARRAY_LONGS = PIECE_LONGS + 6;

    private static final long LOW7 = 0x7f7f7f7f7f7f7f7fL;
    private static final long LOW6 = 0x3f3f3f3f3f3f3f3fL;
    private static final long LOW5 = 0x1f1f1f1f1f1f1f1fL;
    private static final long LOW3 = 0x0707070707070707L;
    private static final long LOW2 = 0x0303030303030303L;
    private static final long HIGH = 0x8080808080808080L;
    private static final long REDUCTION = 0x1d1d1d1d1d1d1d1dL;

    private Lanes() {}

    static long[] allocate() {
        return new long[ARRAY_LONGS];
    }

    static long[][] allocate(int count) {
        long[][] lanes = new long[count][];
        for (int i = 0; i < count; i++) {
            lanes[i] = allocate();
        }
        return lanes;
    }

    /** Longs that hold {@code bytes}. */
    static int longs(int bytes) {
        return (bytes + Long.BYTES - 1) / Long.BYTES;
    }

    /** {@code sum += term}. */
    static void add(long[] sum, long[] term, int longs) {
        for (int i = 0; i < longs; i++) {
            sum[i] ^= term[i];
        }
    }

    /** {@code x *= 2}. */
    static void twice(long[] x, int longs) {
        for (int i = 0; i < longs; i++) {
            long value = x[i];
            long high = value & HIGH;
            x[i] = ((value & LOW7) << 1) ^ ((high - (high >>> 7)) & REDUCTION);
        }
    }

    /** One step of Horner's scheme for a row: {@code sum = sum * 2^row + term}; row 0 to 3. */
    static void step(int row, long[] sum, long[] term, int longs) {
        switch (row) {
            case 0 -> add(sum, term, longs);
            case 1 -> step2(sum, term, longs);
            case 2 -> step4(sum, term, longs);
            case 3 -> step8(sum, term, longs);
            default -> throw new IllegalArgumentException("row " + row);
        }
    }

    private static void step2(long[] sum, long[] term, int longs) {
        for (int i = 0; i < longs; i++) {
            long x = sum[i];
            long high = x & HIGH;
            // 0x80 - 0x01 = 0x7f: every bit of the reduction, 0x1d, from the bit that falls out.
            sum[i] = ((x & LOW7) << 1) ^ ((high - (high >>> 7)) & REDUCTION) ^ term[i];
        }
    }

    // The bits that fall out, h, come back as h * 0x1d = h ^ h<<2 ^ h<<3 ^ h<<4, which stays within the byte for up to
    // three
    // bits: half the work of doubling two or three times.
    private static void step4(long[] sum, long[] term, int longs) {
        for (int i = 0; i < longs; i++) {
            long x = sum[i];
            long h = (x >>> 6) & LOW2;
            sum[i] = (((x & LOW6) ^ h) << 2) ^ h ^ (h << 3) ^ (h << 4) ^ term[i];
        }
    }

    private static void step8(long[] sum, long[] term, int longs) {
        for (int i = 0; i < longs; i++) {
            long x = sum[i];
            long h = (x >>> 5) & LOW3;
            sum[i] = (((x & LOW5) ^ h) << 3) ^ h ^ (h << 2) ^ (h << 4) ^ term[i];
        }
    }
}
