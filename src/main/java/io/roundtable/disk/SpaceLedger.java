package io.roundtable.disk;

import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.Room;
import java.io.IOException;

/**
 * Who may still write how much. Ordinary writes leave the reserve alone; repairs and housekeeping may use it.
 * Thread-safe.
 */
final class SpaceLedger {
    /** The file system is asked again after so many bytes: others write there too. */
    private static final long ASK_EVERY_BYTES = 16L << 20;

    private final Medium medium;
    private final long capacityBytes;
    private final long reserveBytes;
    private long usedBytes;
    private long fileSystemFreeBytes;
    private long sinceAskedBytes;

    SpaceLedger(Medium medium, DiskOptions options) throws IOException {
        this.medium = medium;
        Medium.Space space = medium.space();
        this.capacityBytes = options.capacityBytes() == 0
                ? space.totalBytes()
                : Math.min(options.capacityBytes(), space.totalBytes());
        this.reserveBytes = capacityBytes / 100 * options.reservePercent();
        this.fileSystemFreeBytes = space.usableBytes();
    }

    /** Notes bytes that are about to be written. */
    void take(long bytes, boolean mayUseReserve) throws DiskFaultException {
        long keep = mayUseReserve ? 0 : reserveBytes;
        if (mustAsk(bytes, keep)) {
            look();
        }
        takeNow(bytes, keep, mayUseReserve);
    }

    private synchronized boolean mustAsk(long bytes, long keep) {
        return sinceAskedBytes >= ASK_EVERY_BYTES || freeBytes() - bytes < keep;
    }

    private synchronized void takeNow(long bytes, long keep, boolean mayUseReserve) throws DiskFaultException {
        if (freeBytes() - bytes < keep) {
            throw new DiskFaultException(
                    Fault.FULL,
                    mayUseReserve
                            ? "the disk is full, the reserve too: delete files or add disks"
                            : "the disk is full but for the reserve: delete files or add disks");
        }
        usedBytes += bytes;
        sinceAskedBytes += bytes;
        fileSystemFreeBytes -= bytes;
    }

    /** Notes what lies there already. */
    synchronized void found(long bytes) {
        usedBytes += bytes;
    }

    /** Notes bytes that lie there no more. */
    synchronized void give(long bytes) {
        usedBytes -= bytes;
        fileSystemFreeBytes += bytes;
    }

    synchronized long usedBytes() {
        return usedBytes;
    }

    /** For ordinary writes: the reserve not counted. */
    synchronized long freeForWritesBytes() {
        return Math.max(0, freeBytes() - reserveBytes);
    }

    synchronized Room room(long fileSystem) {
        long free = freeForWritesBytes();
        return new Room(usedBytes + free, usedBytes, free, fileSystem, Math.max(0, fileSystemFreeBytes));
    }

    private long freeBytes() {
        return Math.min(capacityBytes - usedBytes, fileSystemFreeBytes);
    }

    /** Asks the file system. Nobody who only wants to know the numbers waits for one that hangs. */
    void look() throws DiskFaultException {
        try {
            long usable = medium.space().usableBytes();
            synchronized (this) {
                fileSystemFreeBytes = usable;
                sinceAskedBytes = 0;
            }
        } catch (IOException e) {
            throw DiskFaultException.of("ask for free space", e);
        }
    }

    /** What a file of so many bytes takes. */
    static long onDisk(long fileBytes) {
        return (fileBytes + 4095) & -4096L;
    }
}
