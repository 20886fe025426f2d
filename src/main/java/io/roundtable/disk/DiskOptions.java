package io.roundtable.disk;

/**
 * How a disk is kept.
 *
 * @param capacityBytes the most that it may use; 0 for all of the file system
 * @param reservePercent of the capacity that is kept free for repairs, 0 to 90
 * @param packBytes at which a pack is full, 64 KiB to 64 MiB
 */
public record DiskOptions(Durability durability, long capacityBytes, int reservePercent, int packBytes) {
    public static final int RESERVE_PERCENT_DEFAULT = 5;
    public static final int PACK_BYTES_MAX = 64 << 20;
    private static final int PACK_BYTES_MIN = 64 << 10;

    public DiskOptions {
        if (capacityBytes < 0) {
            throw new IllegalArgumentException("the capacity must be 0 (all there is) or more, not " + capacityBytes);
        }
        if (reservePercent < 0 || reservePercent > 90) {
            throw new IllegalArgumentException("the reserve must be 0 to 90 percent, not " + reservePercent);
        }
        if (packBytes < PACK_BYTES_MIN || packBytes > PACK_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a pack has " + PACK_BYTES_MIN + " to " + PACK_BYTES_MAX + " bytes, not " + packBytes);
        }
    }

    public static DiskOptions defaults() {
        return new DiskOptions(Durability.FSYNC, 0, RESERVE_PERCENT_DEFAULT, PACK_BYTES_MAX);
    }

    public DiskOptions withDurability(Durability other) {
        return new DiskOptions(other, capacityBytes, reservePercent, packBytes);
    }

    public DiskOptions withCapacityBytes(long other) {
        return new DiskOptions(durability, other, reservePercent, packBytes);
    }

    public DiskOptions withReservePercent(int other) {
        return new DiskOptions(durability, capacityBytes, other, packBytes);
    }

    public DiskOptions withPackBytes(int other) {
        return new DiskOptions(durability, capacityBytes, reservePercent, other);
    }
}
