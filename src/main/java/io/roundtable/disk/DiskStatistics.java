package io.roundtable.disk;

/**
 * How full a disk is.
 *
 * @param capacityBytes that may be used, the reserve not counted
 * @param usedBytes of files and packs, garbage included
 * @param freeBytes that ordinary writes may still take
 */
public record DiskStatistics(long capacityBytes, long usedBytes, long freeBytes, long shares, long highestEpoch) {}
