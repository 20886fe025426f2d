package io.roundtable.protocol;

/**
 * A disk's lasting identity: drawn once and kept in its data folder. Peers, addresses and days change, the disk does
 * not.
 */
public record DiskId(long high, long low) implements Comparable<DiskId> {
    @Override
    public int compareTo(DiskId other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /** 32 hexadecimal digits. */
    @Override
    public String toString() {
        return String.format("%016x%016x", high, low);
    }

    /**
     * The reverse of {@link #toString}.
     *
     * @throws IllegalArgumentException if it is not 32 hexadecimal digits
     */
    public static DiskId parse(String text) {
        if (!text.matches("[0-9a-f]{32}")) {
            throw new IllegalArgumentException("a disk's identity has 32 hexadecimal digits");
        }
        return new DiskId(
                Long.parseUnsignedLong(text.substring(0, 16), 16), Long.parseUnsignedLong(text.substring(16), 16));
    }
}
