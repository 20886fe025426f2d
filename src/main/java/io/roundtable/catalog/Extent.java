package io.roundtable.catalog;

import java.util.List;

/**
 * A piece of a file, which has a content number of its own: to disks it is a content like any other.
 *
 * @param contentId the {@code fileId} of its shares, see {@link io.roundtable.protocol.ShareKey}
 * @param layout how it is cut: the number of a layout of the volume; 0 is the one that it was made with
 * @param placement which of the volume's disks hold it: the number of a placement; 0 is all of them by position
 * @param exceptions positions of disks that do not hold their share (yet), in order
 */
public record Extent(long contentId, long sizeBytes, int layout, int placement, List<Integer> exceptions) {
    public Extent {
        exceptions = List.copyOf(exceptions);
    }
}
