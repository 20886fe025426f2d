package io.roundtable.stream;

/**
 * Times and bounds of data connections.
 *
 * @param connectMs for connecting to a disk and for its first answer
 * @param stallMs how long one disk may hold up a write while the others are ready, before it is given up
 * @param hardStallMs how long all of them may, before the write or read ends with an error
 * @param hedgeMs the least time that a read waits for a disk before it takes the block from the others
 * @param suspectMs how long a disk that was too slow is asked last
 * @param windowBytes the most bytes of one file that are held in buffers, but at least two groups of every disk
 * @param keepAliveMs how long a share's connection is silent before it shows that it lives; disks close silent ones
 */
public record StreamOptions(
        int connectMs, int stallMs, int hardStallMs, int hedgeMs, int suspectMs, long windowBytes, int keepAliveMs) {
    public static final StreamOptions DEFAULT = new StreamOptions(2_000, 3_000, 30_000, 50, 10_000, 24 << 20, 15_000);

    public StreamOptions {
        if (connectMs < 1
                || stallMs < 1
                || hardStallMs < stallMs
                || hedgeMs < 1
                || suspectMs < 0
                || windowBytes < 0
                || keepAliveMs < 1) {
            throw new IllegalArgumentException("stream options out of range");
        }
    }

    /** How many groups of each of {@code disks} disks are held at once: 2 to 8. */
    int windowGroups(int disks) {
        return (int) Math.max(2, Math.min(8, windowBytes / ((long) disks << 20)));
    }
}
