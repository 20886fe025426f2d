package io.roundtable.role.disk;

import io.roundtable.disk.DiskStore;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Where a disk lies. All but the folder may wait, and are for a thread of their own. */
public interface DiskPlace {
    /** The disk there, or a new one where there is none. */
    DiskStore open() throws IOException;

    /** The very disk that was there, and no other. */
    DiskStore openAgain(DiskId wanted) throws IOException;

    /** Of this machine, for what is on its way to the disk. */
    Path folder();

    /** Which program a foreign disk is at; 0 for any other. On any thread. */
    default long program() {
        return 0;
    }

    /** Says what a foreign disk is being read for as long as it is; empty for any other. On any thread. */
    default Optional<DiskMessage.DiskAway> reading(Member host) {
        return Optional.empty();
    }

    /** Nobody waits for the disk any more. On any thread. */
    default void giveUp() {}

    /** Begins what is done for a disk that was opened here; for the loop's thread. */
    default DiskWork work(EventLoop loop, DiskStore store) {
        return new DiskThreads(loop, store);
    }
}
