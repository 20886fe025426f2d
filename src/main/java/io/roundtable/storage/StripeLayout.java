package io.roundtable.storage;

import java.util.Objects;

/**
 * Where the bytes of a file lie on the disks of a parity volume.
 *
 * <p>With n disks, p parity rows and k = n-p data blocks a stripe, unit b bytes:
 *
 * <ul>
 *   <li>stripes = ceil(size / (k b)); an empty file has none; the last stripe is zero-padded;
 *   <li>data block i of the file is number {@code i mod k} of stripe {@code i div k};
 *   <li>parity row r of stripe s lies on disk {@code (n - ((s mod n) + 1) + r) mod n};
 *   <li>the data blocks of the stripe lie on the other disks in ascending order;
 *   <li>every disk holds one block of every stripe, so block s of a disk's share starts at byte {@code s b} of it.
 * </ul>
 *
 * <p>For p = 1 that is the DSS sheet, byte for byte (docs/PROTOCOL.md, Layout); for p = 2 the disks are those of
 * Linux md's left-asymmetric RAID 6. In n stripes in a row every disk holds each parity row once, so the load is
 * even.
 *
 * <p>A <em>column</em> is a block's number in its stripe: data 0 to k-1, then parity row 0 at k, as {@link Parity}
 * counts.
 *
 * @param disks n, at least 3 and at least 2p+1
 * @param parity p, 1 to 4: that many disks may be lost
 * @param unitBytes b, a power of two in [128, 1048576]
 */
public record StripeLayout(int disks, int parity, int unitBytes) {
    public static final int UNIT_BYTES_MIN = 128;
    public static final int UNIT_BYTES_MAX = 1 << 20;
    /** Sizes stay exact in JSON numbers of every dialect up to here. */
    public static final long FILE_BYTES_MAX = 1L << 53;

    /** Throws {@link IllegalArgumentException} with a text that can be shown to the user. */
    public StripeLayout {
        if (disks < 3) {
            throw new IllegalArgumentException("n must be >= 3");
        }
        if (parity < 1 || parity > Parity.ROWS_MAX) {
            throw new IllegalArgumentException("parity must be 1 to " + Parity.ROWS_MAX + ", not " + parity);
        }
        if (disks < 2 * parity + 1) {
            throw new IllegalArgumentException(
                    "parity " + parity + " needs n >= " + (2 * parity + 1) + ", not " + disks);
        }
        int dataMax = Parity.dataMax(parity);
        if (disks - parity > dataMax) {
            throw new IllegalArgumentException("parity " + parity + " protects at most " + dataMax
                    + " data disks: n must be <= " + (dataMax + parity) + ", not " + disks);
        }
        if (unitBytes < UNIT_BYTES_MIN || unitBytes > UNIT_BYTES_MAX || Integer.bitCount(unitBytes) != 1) {
            throw new IllegalArgumentException("striping_unit must be a power of two in [128, 1048576]");
        }
    }

    /** A block of a file's data: its stripe, and the disk it lies on. */
    public record Place(long stripe, int disk) {}

    /** What a disk holds of a stripe: data block or parity row {@code index}. */
    public record Role(Kind kind, int index) {
        public enum Kind {
            DATA,
            PARITY
        }
    }

    /** Data blocks {@code first} to {@code end - 1} of a file, and the stripes that they lie in. */
    public record Range(long first, long end, long firstStripe, long endStripe) {}

    /** Data blocks of a stripe (k). */
    public int dataDisks() {
        return disks - parity;
    }

    /** Bytes of the file in a full stripe: at most 64 MiB. */
    public int stripeDataBytes() {
        return dataDisks() * unitBytes;
    }

    /** Number of stripes of a file of {@code sizeBytes}, 0 to 2^53. */
    public long stripes(long sizeBytes) {
        return ceilDiv(checkSize(sizeBytes), stripeDataBytes());
    }

    /** Number of data blocks that hold bytes of the file; the last may be partly padding. */
    public long blocks(long sizeBytes) {
        return ceilDiv(checkSize(sizeBytes), unitBytes);
    }

    /**
     * Data blocks of the file's fullest stripe that hold bytes of it, 0 to k: files of one width survive the same losses,
     * however long they are ({@link Damage#spare}).
     */
    public int width(long sizeBytes) {
        return (int) Math.min(dataDisks(), blocks(sizeBytes));
    }

    /** The disk of a parity row in a stripe, 0 to n-1. */
    public int parityDisk(long stripe, int row) {
        checkStripe(stripe);
        Objects.checkIndex(row, parity);
        int disk = firstParityDisk(stripe) + row;
        return disk < disks ? disk : disk - disks;
    }

    /** The disk of data block {@code index} (0 to k-1) of a stripe, 0 to n-1. */
    public int dataDisk(long stripe, int index) {
        checkStripe(stripe);
        Objects.checkIndex(index, dataDisks());
        int first = firstParityDisk(stripe);
        int wrapped = first + parity - disks;
        if (wrapped >= 0) {
            // The parity runs over the end: its last rows take disks 0 to wrapped-1, and the data lie in between.
            return index + wrapped;
        }
        return index < first ? index : index + parity;
    }

    /** The disk of a column of a stripe. */
    public int disk(long stripe, int column) {
        Objects.checkIndex(column, disks);
        return column < dataDisks() ? dataDisk(stripe, column) : parityDisk(stripe, column - dataDisks());
    }

    /** The column that a disk holds of a stripe: data 0 to k-1, parity rows from k. */
    public int column(long stripe, int disk) {
        checkStripe(stripe);
        Objects.checkIndex(disk, disks);
        int first = firstParityDisk(stripe);
        int row = disk >= first ? disk - first : disk - first + disks;
        if (row < parity) {
            return dataDisks() + row;
        }
        int wrapped = Math.max(0, first + parity - disks);
        return disk < first ? disk - wrapped : disk - parity;
    }

    public Role role(long stripe, int disk) {
        int column = column(stripe, disk);
        int data = dataDisks();
        return column < data ? new Role(Role.Kind.DATA, column) : new Role(Role.Kind.PARITY, column - data);
    }

    /** Where data block {@code block} of a file lies, counted from 0. */
    public Place locate(long block) {
        checkStripe(block);
        long stripe = block / dataDisks();
        return new Place(stripe, dataDisk(stripe, (int) (block % dataDisks())));
    }

    /** The blocks that hold bytes {@code offset} to {@code offset + length - 1}; none when the length is 0. */
    public Range range(long offsetBytes, long lengthBytes) {
        if (offsetBytes < 0 || lengthBytes < 0 || lengthBytes > FILE_BYTES_MAX - offsetBytes) {
            throw new IllegalArgumentException(
                    "byte range " + offsetBytes + "+" + lengthBytes + " is not within a file");
        }
        long first = offsetBytes / unitBytes;
        long end = lengthBytes == 0 ? first : ceilDiv(offsetBytes + lengthBytes, unitBytes);
        long firstStripe = first / dataDisks();
        return new Range(first, end, firstStripe, lengthBytes == 0 ? firstStripe : ceilDiv(end, dataDisks()));
    }

    /** Bytes of a file's share on each disk, padding included: the same for all. */
    public long shareBytes(long sizeBytes) {
        return stripes(sizeBytes) * unitBytes;
    }

    /**
     * Bytes of a disk's share before those that are zero because the file's last stripe is padded: what has to be
     * sent and stored; a reader fills up with zeros to {@link #shareBytes}.
     */
    public long usedShareBytes(long sizeBytes, int disk) {
        Objects.checkIndex(disk, disks);
        long stripes = stripes(sizeBytes);
        return stripes == 0
                ? 0
                : (stripes - 1) * unitBytes + usedBlockBytes(sizeBytes, stripes - 1, column(stripes - 1, disk));
    }

    /** Bytes of one block before its padding, 0 to b; for parity the longest of its stripe's data. */
    public int usedBlockBytes(long sizeBytes, long stripe, int column) {
        Objects.checkIndex(stripe, stripes(sizeBytes));
        Objects.checkIndex(column, disks);
        int index = column < dataDisks() ? column : 0;
        long from = stripe * stripeDataBytes() + (long) index * unitBytes;
        return (int) Math.max(0, Math.min(unitBytes, sizeBytes - from));
    }

    private int firstParityDisk(long stripe) {
        return disks - ((int) (stripe % disks) + 1);
    }

    private static long checkSize(long sizeBytes) {
        if (sizeBytes < 0 || sizeBytes > FILE_BYTES_MAX) {
            throw new IllegalArgumentException("file size must be 0 to 2^53 bytes, not " + sizeBytes);
        }
        return sizeBytes;
    }

    /** More blocks than bytes in the longest file there cannot be. */
    private static void checkStripe(long stripe) {
        if (stripe < 0 || stripe >= FILE_BYTES_MAX) {
            throw new IndexOutOfBoundsException("stripe or block " + stripe);
        }
    }

    private static long ceilDiv(long value, long by) {
        return (value + by - 1) / by;
    }
}
