package io.roundtable.disk;

import io.roundtable.protocol.DiskMessage.Fault;
import java.io.Closeable;
import java.io.IOException;

/** Keeps former managers out. Thread-safe. */
final class EpochFence implements Closeable {
    /** Epochs fit the upper half of a file id. */
    private static final long EPOCH_MAX = Integer.MAX_VALUE;

    private final EpochFile file;
    private final MediumCheck check;
    private volatile long highest;

    EpochFence(EpochFile file, MediumCheck check) {
        this.file = file;
        this.check = check;
        this.highest = file.epoch();
    }

    long highest() {
        return highest;
    }

    /** As {@link DiskStore#admit}. */
    void admit(long epoch) throws DiskFaultException {
        if (epoch != highest) {
            compare(epoch);
        }
    }

    private synchronized void compare(long epoch) throws DiskFaultException {
        if (epoch < 0 || epoch > EPOCH_MAX) {
            throw new DiskFaultException(Fault.BAD_REQUEST, "there is no epoch " + epoch);
        }
        if (epoch < highest) {
            throw new DiskFaultException(
                    Fault.STALE_EPOCH,
                    "epoch " + epoch + " is over, the disk has seen " + highest
                            + ": ask the manager for the present one");
        }
        if (epoch > highest) {
            try {
                file.raise(epoch);
                check.demandKept(EpochFile.PATH);
            } catch (IOException e) {
                throw check.fault("remember epoch " + epoch, e);
            }
            highest = epoch;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
