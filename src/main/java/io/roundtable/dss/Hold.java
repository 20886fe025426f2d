package io.roundtable.dss;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.VolumeInfo;

/** What a user began with a {@code -prepare} and has not ended yet. Soft state of the manager's desk. */
final class Hold {
    /** What holds a DSS; all but reads exclude each other. */
    enum Operation {
        COPY("copy"),
        READ("read"),
        DISK_FAILURE("disk-failure"),
        DECOMMISSION("decommission-dss");

        final String word;

        Operation(String word) {
            this.word = word;
        }
    }

    final long id;
    final Operation operation;
    final VolumeInfo volume;
    final String user;
    /** The socket that began it. */
    final Address from;
    /** The file of a copy or read; empty for other operations. */
    final String file;

    /** The manager's number of the content or of the read; 0 while there is none. */
    long fileId;

    long readId;
    /** The manager's job of a disk-failure or decommission; 0 while there is none. */
    long jobId;
    /** The disk that the user of a disk-failure chose; empty while it has not. */
    String failedDisk = "";
    /** The user's {@code -complete} is being carried out. */
    boolean isEnding;

    private long heardAtMs;

    Hold(long id, Operation operation, VolumeInfo volume, String user, Address from, String file, long nowMs) {
        this.id = id;
        this.operation = operation;
        this.volume = volume;
        this.user = user;
        this.from = from;
        this.file = file;
        this.heardAtMs = nowMs;
    }

    void heard(long atMs) {
        heardAtMs = Math.max(heardAtMs, atMs);
    }

    long idleMs(long nowMs) {
        return nowMs - heardAtMs;
    }
}
