package io.roundtable.protocol;

/**
 * Why something is refused, for programs; the sentence beside it is for people, and may change. New ones come at the end:
 * the order is the format, and a program takes one that it does not know for {@link #OTHER}.
 */
public enum RefusalCode {
    /** The sentence says it all. */
    OTHER,
    BAD_USER,
    BAD_DISK,
    BAD_VOLUME,
    TOO_FEW_DISKS,
    BAD_UNIT,
    NOT_ENOUGH_FREE,
    NO_VOLUME_AT_ALL,
    NO_SUCH_VOLUME,
    NO_SUCH_FILE,
    NOT_OWNER,
    READS_IN_PROGRESS,
    NO_SUCH_USER,
    NO_SUCH_DISK,
    DISK_IN_USE,
    UNSUPPORTED,
    /** Too few disks hold the shares: the file is to be written again. */
    NOT_SEALED,
    DISK_DEREGISTERED,
    PRESENTED_ELSEWHERE,
    /** A foreign disk's program has another disk's name already. */
    SAME_PROGRAM,
    DISK_OF_ANOTHER_GROUP,
    NO_SUCH_JOB,
    /** The writer was silent for too long: the file is to be written again. */
    WRITE_GIVEN_UP,
    NO_NUMBERS_LEFT,
    LISTING_TOO_LONG,
    TOO_MANY_AWAY,
    BAD_FILE,
    BAD_PARITY,
    BAD_CONTENT,
    /** More files than whoever asked has agreed to delete. */
    MORE_FILES,
    BUSY,
    /** Busy with repairs without which files would be lost. */
    BUSY_REPAIR,
    /** Busy with the lists of disks that may hold what others lack. */
    BUSY_INVENTORY,
    /** Some program of the group is too old for it. */
    NOT_YET;

    /** Whether the same write may well be granted when it is begun anew. */
    public boolean isWriteAgain() {
        return this == NOT_SEALED || this == WRITE_GIVEN_UP;
    }
}
