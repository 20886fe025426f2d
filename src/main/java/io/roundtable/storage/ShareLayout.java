package io.roundtable.storage;

import java.util.Objects;

/**
 * How the bytes of one share lie on a disk and travel on a wire: in groups of about 1 MiB, each its blocks and then a
 * CRC32C (4 bytes, big-endian) of each block. So a share is read and written in one go, checksums and all, and nobody
 * needs memory for more than a group (docs/PROTOCOL.md, Shares).
 *
 * <p>A block is one striping unit; the last block of a share ends where its padding would begin.
 *
 * @param unitBytes as in {@link StripeLayout}
 * @param usedBytes of the share, {@link StripeLayout#usedShareBytes}
 */
public record ShareLayout(int unitBytes, long usedBytes) {
    /** Data bytes of a full group. */
    public static final int GROUP_BYTES = 1 << 20;

    public static final int CRC_BYTES = 4;

    public ShareLayout {
        if (unitBytes < StripeLayout.UNIT_BYTES_MIN || unitBytes > GROUP_BYTES || Integer.bitCount(unitBytes) != 1) {
            throw new IllegalArgumentException("no striping unit: " + unitBytes);
        }
        if (usedBytes < 0 || usedBytes > StripeLayout.FILE_BYTES_MAX) {
            throw new IllegalArgumentException("a share of " + usedBytes + " bytes");
        }
    }

    /** Blocks of a full group, 1 to 8192. */
    public static int groupBlocks(int unitBytes) {
        return GROUP_BYTES / unitBytes;
    }

    /** Bytes of a full group with its CRCs. */
    public static int fullGroupBytes(int unitBytes) {
        return GROUP_BYTES + CRC_BYTES * groupBlocks(unitBytes);
    }

    public long blocks() {
        return (usedBytes + unitBytes - 1) / unitBytes;
    }

    public long groups() {
        return (usedBytes + GROUP_BYTES - 1) / GROUP_BYTES;
    }

    /** Data bytes of a group. */
    public int dataBytes(long group) {
        Objects.checkIndex(group, groups());
        return (int) Math.min(GROUP_BYTES, usedBytes - group * GROUP_BYTES);
    }

    /** Blocks of a group. */
    public int blocks(long group) {
        return (dataBytes(group) + unitBytes - 1) / unitBytes;
    }

    /** Bytes of a group, CRCs included. */
    public int bytes(long group) {
        return dataBytes(group) + CRC_BYTES * blocks(group);
    }

    /** Where a group begins among the bytes of the share. */
    public long offset(long group) {
        return group * fullGroupBytes(unitBytes);
    }

    /** Bytes of the whole share, CRCs included. */
    public long storedBytes() {
        return usedBytes + CRC_BYTES * blocks();
    }
}
