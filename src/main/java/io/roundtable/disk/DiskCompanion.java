package io.roundtable.disk;

import java.io.IOException;
import java.nio.file.Path;

/** What else is served from a disk, such as another dialect's blocks. It hears of the disk from whoever opens that. */
public interface DiskCompanion {
    /** Makes companions of disks. */
    interface Maker {
        /** @param isPeersOwn false for a disk that the peer presents for another program */
        DiskCompanion companion(boolean isPeersOwn);
    }

    /** Makes the disk's folder ready, off the loop. */
    void prepare(Path folder) throws IOException;

    /**
     * The disk is open, and its folder prepared.
     *
     * @throws IOException if it cannot be served; the message names the option that would help
     */
    void onDisk(DiskStore store, Path folder) throws IOException;

    /**
     * The disk is about to be closed; perhaps it comes back.
     *
     * @return what to wait for, off the loop, before that
     */
    Runnable onDiskGone();

    /** It will not come back. */
    void end();
}
