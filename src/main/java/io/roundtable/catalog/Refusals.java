package io.roundtable.catalog;

import io.roundtable.protocol.FileName;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.RefusalCode;
import io.roundtable.protocol.VolumeMessage;
import java.util.Map;

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

    /** Ours: some GCD does not know them. */
    public static final String NO_ATTRIBUTES_YET =
            "files have attributes once every GCD knows them and the next manager has begun (docs/UPGRADES.md)";

    /** Ours: only its owner ends a volume. */
    public static String volumeOf(String owner) {
        return NOT_OWNER + ": the volume belongs to " + owner;
    }

    /** Ours: files came that nobody was asked about. */
    public static String filesToDelete(int files) {
        return "the volume holds " + files + (files == 1 ? " file" : " files") + " by now: look again";
    }

    private static final Map<String, RefusalCode> CODES = Map.ofEntries(
            Map.entry(busy("repair"), RefusalCode.BUSY_REPAIR),
            Map.entry(busy("inventory"), RefusalCode.BUSY_INVENTORY),
            Map.entry(BAD_USER, RefusalCode.BAD_USER),
            Map.entry(BAD_DISK, RefusalCode.BAD_DISK),
            Map.entry(BAD_VOLUME, RefusalCode.BAD_VOLUME),
            Map.entry(TOO_FEW_DISKS, RefusalCode.TOO_FEW_DISKS),
            Map.entry(BAD_UNIT, RefusalCode.BAD_UNIT),
            Map.entry(NOT_ENOUGH_FREE, RefusalCode.NOT_ENOUGH_FREE),
            Map.entry(NO_VOLUME_AT_ALL, RefusalCode.NO_VOLUME_AT_ALL),
            Map.entry(NO_SUCH_VOLUME, RefusalCode.NO_SUCH_VOLUME),
            Map.entry(NO_SUCH_FILE, RefusalCode.NO_SUCH_FILE),
            Map.entry(NOT_OWNER, RefusalCode.NOT_OWNER),
            Map.entry(READS_IN_PROGRESS, RefusalCode.READS_IN_PROGRESS),
            Map.entry(NO_SUCH_USER, RefusalCode.NO_SUCH_USER),
            Map.entry(NO_SUCH_DISK, RefusalCode.NO_SUCH_DISK),
            Map.entry(DISK_IN_USE, RefusalCode.DISK_IN_USE),
            Map.entry(UNSUPPORTED, RefusalCode.UNSUPPORTED),
            Map.entry(NOT_SEALED, RefusalCode.NOT_SEALED),
            Map.entry(DISK_DEREGISTERED, RefusalCode.DISK_DEREGISTERED),
            Map.entry(PRESENTED_ELSEWHERE, RefusalCode.PRESENTED_ELSEWHERE),
            Map.entry(SAME_PROGRAM, RefusalCode.SAME_PROGRAM),
            Map.entry(DISK_OF_ANOTHER_GROUP, RefusalCode.DISK_OF_ANOTHER_GROUP),
            Map.entry(NO_SUCH_JOB, RefusalCode.NO_SUCH_JOB),
            Map.entry(WRITE_GIVEN_UP, RefusalCode.WRITE_GIVEN_UP),
            Map.entry(NO_NUMBERS_LEFT, RefusalCode.NO_NUMBERS_LEFT),
            Map.entry(LISTING_TOO_LONG, RefusalCode.LISTING_TOO_LONG),
            Map.entry(TOO_MANY_AWAY, RefusalCode.TOO_MANY_AWAY),
            Map.entry(BAD_FILE, RefusalCode.BAD_FILE),
            Map.entry(BAD_PARITY, RefusalCode.BAD_PARITY),
            Map.entry(NO_ATTRIBUTES_YET, RefusalCode.NOT_YET),
            Map.entry(BAD_CONTENT, RefusalCode.BAD_CONTENT));

    /** Of phrases that go on with what is particular: who, which, how many. */
    private static final Map<String, RefusalCode> BEGINNINGS = Map.of(
            "busy: ",
            RefusalCode.BUSY,
            SAME_PROGRAM,
            RefusalCode.SAME_PROGRAM,
            "the volume holds ",
            RefusalCode.MORE_FILES,
            NOT_OWNER + ": ",
            RefusalCode.NOT_OWNER,
            UNSUPPORTED + ": ",
            RefusalCode.UNSUPPORTED,
            BAD_DISK + ": ",
            RefusalCode.BAD_DISK,
            NOT_ENOUGH_FREE + "; ",
            RefusalCode.NOT_ENOUGH_FREE,
            FileName.BAD,
            RefusalCode.BAD_FILE);

    private Refusals() {}

    /** What whoever refuses with a phrase of these means; nobody who is refused needs to look at the phrase. */
    static RefusalCode codeOf(String phrase) {
        RefusalCode exact = CODES.get(phrase);
        return exact != null
                ? exact
                : BEGINNINGS.entrySet().stream()
                        .filter(each -> phrase.startsWith(each.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse(RefusalCode.OTHER);
    }

    /** A refusal with one of these phrases. */
    public static Message.Refusal refusal(String phrase) {
        return new Message.Refusal(codeOf(phrase), phrase);
    }

    public static String busy(String operation) {
        return "busy: " + operation + " in progress";
    }
}
