package io.roundtable.role.disk;

import io.roundtable.disk.DiskStore;
import io.roundtable.protocol.DiskId;
import java.io.IOException;
import java.nio.file.Path;

/** Where a disk lies. All but the folder may wait, and are for a thread of their own. */
public interface DiskPlace {
    /** The disk there, or a new one where there is none. */
    DiskStore open() throws IOException;

    /** The very disk that was there, and no other. */
    DiskStore openAgain(DiskId wanted) throws IOException;

    /** Of this machine, for what is on its way to the disk. */
    Path folder();
}
