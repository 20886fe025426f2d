package io.roundtable.disk;

import io.roundtable.protocol.ShareKey;

/**
 * A share that the disk holds, and where.
 *
 * @param container number of the pack or of the folder
 * @param offset of its record in the pack, a multiple of 8; 0 in a folder
 * @param usedBytes of the share, CRCs not counted
 */
record Held(ShareKey key, Kind kind, int unitBytes, int container, int offset, long usedBytes) {
    enum Kind {
        PACKED,
        FILED,
        /** A file of the share's name whose header or length is wrong. */
        BROKEN
    }

    static final int FOLDERS_MAX = 1 << 20;
    static final int PACKS_MAX = 1 << 22;
    /** The most bytes of one share; no file system that matters has longer files. */
    static final long FILED_BYTES_MAX = (1L << 44) - 1;

    private static final int FILED_BITS = 44;
    private static final int PACKED_BITS = 19;
    private static final int OFFSET_BITS = 23;

    /** All but key, kind and unit in one number. */
    long place() {
        return kind == Kind.PACKED
                ? (long) container << (PACKED_BITS + OFFSET_BITS) | (long) (offset >> 3) << PACKED_BITS | usedBytes
                : (long) container << FILED_BITS | usedBytes;
    }

    static Held at(ShareKey key, Kind kind, int unitBytes, long place) {
        if (kind == Kind.PACKED) {
            int offset = (int) (place >>> PACKED_BITS) & ((1 << OFFSET_BITS) - 1);
            return new Held(
                    key,
                    kind,
                    unitBytes,
                    (int) (place >>> (PACKED_BITS + OFFSET_BITS)),
                    offset << 3,
                    place & ((1L << PACKED_BITS) - 1));
        }
        return new Held(key, kind, unitBytes, (int) (place >>> FILED_BITS), 0, place & FILED_BYTES_MAX);
    }

    boolean isPackedAt(int pack, int at) {
        return kind == Kind.PACKED && container == pack && offset == at;
    }
}
