package io.roundtable.catalog;

import io.roundtable.protocol.FileName;
import io.roundtable.protocol.VolumeMessage;

/** Why something is refused: the words of the DSS protocol where it has some (docs/PROTOCOL.md, DSS). */
public final class Refusals {
    public static final String BAD_USER = "duplicate or bad user_name";
    public static final String BAD_DISK = "duplicate or bad disk_name";
    public static final String BAD_VOLUME = "bad or duplicate dss_name";
    public static final String TOO_FEW_DISKS = "n must be >= 3";
    public static final String BAD_UNIT = "striping_unit must be a power of two in [128, 1048576]";
    public static final String NOT_ENOUGH_FREE = "fewer than n disks with state Free";
    public static final String NO_VOLUME_AT_ALL = "no DSS configured";
    public static final String NO_SUCH_VOLUME = "no such dss";
    public static final String NO_SUCH_FILE = "file not found";
    public static final String NOT_OWNER = "NOT_OWNER";
    public static final String READS_IN_PROGRESS = "reads-in-progress";
    public static final String NO_SUCH_USER = "no such user";
    public static final String NO_SUCH_DISK = "no such disk";
    public static final String DISK_IN_USE = "disk is InDSS; cannot deregister";
    public static final String UNSUPPORTED = "unsupported";
    /** Ours: too few disks sealed their shares, or the volume's disks are others by now. */
    public static final String NOT_SEALED = "too few of the volume's disks hold the file; " + VolumeMessage.WRITE_AGAIN;

    /** Ours: a disk that was deregistered stays away until its peer starts anew. */
    public static final String DISK_DEREGISTERED =
            "the disk was deregistered; start its peer again to register it anew";

    /** Ours: to a peer that presented a foreign disk. */
    public static final String PRESENTED_ELSEWHERE = "another peer presents the disk";

    /** Ours, followed by a name: a program that was registered by two of its addresses. */
    public static final String SAME_PROGRAM = "the program at that address is registered already, as disk ";

    /** Ours: a disk that nobody registered here holds something, or has served a group that is further on. */
    public static final String DISK_OF_ANOTHER_GROUP =
            "it belongs to another group, was deregistered before it was emptied, or the GCD has lost its log: start the"
                    + " GCD with the folder that it had, or, if nothing on the disk is needed any more, empty its data folder";

    /** Ours: the manager changed since, or it is long over. */
    public static final String NO_SUCH_JOB = "no such job here; the group goes on with what has to be done";

    /** Ours: the writer was silent for too long. */
    public static final String WRITE_GIVEN_UP =
            "the write took too long without a sign of life; " + VolumeMessage.WRITE_AGAIN;

    /** Ours: 2^32 contents were granted since this manager began. */
    public static final String NO_NUMBERS_LEFT =
            "this manager has no numbers for files left: restart its peer, the next manager has new ones";

    /** Ours: a frame has its bound. */
    public static final String LISTING_TOO_LONG =
            "too many volumes, disks and users for one listing: deregister users and disks that are not needed";

    /** Ours: too many disks of the volume are away. */
    public static final String TOO_MANY_AWAY = "more disks of the volume are away than its parity makes up for";

    /** Ours: a name that cannot be a file's. */
    public static final String BAD_FILE = FileName.NO_TEXT;

    /** Ours: a layout that cannot be. */
    public static final String BAD_PARITY = "parity p needs at least 2p + 1 disks, and a volume has at most 256";

    /** Ours: a size or check sum that no file has. */
    public static final String BAD_CONTENT = "bad size or sha256 of the file";

    /** Ours: only its owner ends a volume. */
    public static String volumeOf(String owner) {
        return NOT_OWNER + ": the volume belongs to " + owner;
    }

    /** Ours: files came that nobody was asked about. */
    public static String filesToDelete(int files) {
        return "the volume holds " + files + (files == 1 ? " file" : " files") + " by now: look again";
    }

    private Refusals() {}

    public static String busy(String operation) {
        return "busy: " + operation + " in progress";
    }
}
