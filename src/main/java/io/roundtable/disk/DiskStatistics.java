package io.roundtable.disk;

import io.roundtable.protocol.Room;

/** How full a disk is. */
public record DiskStatistics(Room room, long shares, long highestEpoch) {
    public long capacityBytes() {
        return room.capacityBytes();
    }

    public long usedBytes() {
        return room.usedBytes();
    }

    public long freeBytes() {
        return room.freeBytes();
    }
}
