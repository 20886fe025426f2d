package io.roundtable.disk;

import io.roundtable.protocol.DiskId;
import java.io.Closeable;
import java.io.IOException;
import java.util.function.LongSupplier;

/**
 * Keeps other processes out of a disk's folder, by two locks: whoever takes away the file of the first one, which looks
 * like something left over, leaves the second, without whose file nobody begins.
 */
record DiskLock(DiskIdentity identity, Closeable first, Closeable second) implements Closeable {
    /**
     * Nothing but the identity of a new disk is made before both locks are there.
     *
     * @param random for the identity of a new disk
     * @throws IOException with a sentence for people if somebody else has the disk, or it has no identity
     */
    static DiskLock take(Medium medium, LongSupplier random) throws IOException {
        return take(medium, () -> DiskIdentity.openOrMake(medium, random));
    }

    /**
     * Of this very disk; in a folder where it does not lie nothing is made.
     *
     * @throws IOException as above, or if another disk lies there, or none
     */
    static DiskLock take(Medium medium, DiskId wanted) throws IOException {
        DiskIdentity.demand(medium, wanted);
        return take(medium, () -> DiskIdentity.demand(medium, wanted));
    }

    private interface Opening {
        DiskIdentity run() throws IOException;
    }

    private static DiskLock take(Medium medium, Opening opening) throws IOException {
        Closeable first = medium.lock(MediumCheck.LOCK);
        boolean done = false;
        try {
            DiskIdentity identity = opening.run();
            DiskLock both = new DiskLock(identity, first, medium.lock(DiskIdentity.PATH));
            done = true;
            return both;
        } finally {
            if (!done) {
                first.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        second.close();
        first.close();
    }
}
