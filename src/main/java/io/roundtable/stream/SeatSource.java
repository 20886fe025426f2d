package io.roundtable.stream;

import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.VolumeInfo;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where the shares of a file that is being read lie now: a disk may have been replaced since the read began. */
@FunctionalInterface
public interface SeatSource {
    /** The volume's disks, and which of them do not hold the file's shares. */
    record Seats(VolumeInfo volume, FileInfo file) {}

    /**
     * Asks the manager. Called when too few disks are left.
     *
     * @return null if the disks stay what they are
     * @throws IOException if the manager does not know the read any more, or cannot be found in time
     */
    @Nullable
    Seats refresh() throws IOException;

    /** Disks that stay. */
    SeatSource FIXED = () -> null;
}
