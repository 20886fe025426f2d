package io.roundtable.disk;

import org.jspecify.annotations.Nullable;

/** What is known of one pack; guarded by its {@link PackShelf}. */
final class PackFile {
    final int number;
    final String path;
    /** Bytes of records, whole or not. */
    long length;
    /** Bytes of records that count: shares that are held, tombstones whose victim is still there. */
    long live;
    /** When the youngest of its shares was sealed. */
    long lastMs;
    /** No more is written to it, and all of it is as durable as it is to be. */
    boolean isSettled;
    /** Some of it cannot be read: it stays as it is. */
    boolean isSuspect;
    /** Compaction did not find all that counts: it stays until fewer bytes do. */
    long stuckAtLive = -1;

    /** Compaction has begun: some of its shares have copies in later packs. */
    boolean isMoving;

    /** Its file is about to be deleted: that it has no name is nothing to wonder at. */
    boolean isGoing;

    boolean isRemoved;
    int users;

    @Nullable
    MediumFile file;

    /** What had the pack's name when its file was opened first. */
    @Nullable
    Object key;

    PackFile(int number) {
        this.number = number;
        this.path = PackShelf.path(number);
    }

    /**
     * The file of one that is in use.
     *
     * @throws MediumLostException if the disk was closed meanwhile
     */
    MediumFile opened() throws MediumLostException {
        MediumFile open = file;
        if (open == null) {
            throw new MediumLostException("it is closed");
        }
        return open;
    }

    long garbage() {
        return length - live;
    }
}
