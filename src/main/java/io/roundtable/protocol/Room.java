package io.roundtable.protocol;

/**
 * How full a disk is, as it last looked.
 *
 * @param capacityBytes that it may use in all, the reserve not counted: less when others fill its file system
 * @param usedBytes of files and packs, garbage included
 * @param freeBytes that ordinary writes may still take
 * @param fileSystem a number that disks have in common which lie on one file system; 0 if that is not known
 * @param fileSystemFreeBytes free there for all of them, the reserve counted
 */
public record Room(long capacityBytes, long usedBytes, long freeBytes, long fileSystem, long fileSystemFreeBytes) {}
