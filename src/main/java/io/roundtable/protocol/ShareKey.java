package io.roundtable.protocol;

import java.util.Comparator;

/**
 * Names what one disk holds of one file.
 *
 * @param volumeId of the volume, 1 and up, never used again
 * @param fileId of one content of one file: every write has a new one. The epoch of the manager that granted it in the
 *     upper 32 bits, a counter in the lower
 * @param position of the disk in the volume, 0 to n-1
 */
public record ShareKey(int volumeId, long fileId, int position) implements Comparable<ShareKey> {
    private static final Comparator<ShareKey> ORDER = Comparator.comparingInt(ShareKey::volumeId)
            .thenComparingLong(ShareKey::fileId)
            .thenComparingInt(ShareKey::position);

    public static final int POSITION_MAX = 255;

    public ShareKey {
        if (volumeId < 0 || fileId < 0 || position < 0 || position > POSITION_MAX) {
            throw new IllegalArgumentException("no share " + volumeId + "/" + fileId + "/" + position);
        }
    }

    @Override
    public int compareTo(ShareKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return volumeId + "/" + Long.toHexString(fileId) + "/" + position;
    }
}
