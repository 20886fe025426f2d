package io.roundtable.disk;

import io.roundtable.protocol.DiskMessage.Fault;
import org.jspecify.annotations.Nullable;

/** A record that was appended to a pack and counts after the next {@link PackLog#commit}. */
final class PendingRecord {
    final PackRecord record;
    final PackFile pack;
    final int offset;
    /** Of a copy: what it is to take the place of. */
    final @Nullable Held movedFrom;
    /** A tombstone that was owed: owed again if it is lost. */
    final boolean isDebt;

    private volatile boolean isPublished;
    private volatile @Nullable Held replaced;

    PendingRecord(PackRecord record, PackFile pack, int offset, @Nullable Held movedFrom, boolean isDebt) {
        this.record = record;
        this.pack = pack;
        this.offset = offset;
        this.movedFrom = movedFrom;
        this.isDebt = isDebt;
    }

    /** Whether what is held there will not count any more. */
    boolean concerns(Held held) {
        PackRecord.Victim victim = record.victim();
        return victim == null || victim.isAt(held);
    }

    /** @param before a file that the index had for the share until now */
    void published(@Nullable Held before) {
        replaced = before;
        isPublished = true;
    }

    /**
     * After the commit.
     *
     * @return the file that the share had before; null if none
     * @throws DiskFaultException if it does not count
     */
    @Nullable
    Held demand() throws DiskFaultException {
        if (!isPublished) {
            throw new DiskFaultException(Fault.IO, "the system could not make the share durable");
        }
        return replaced;
    }
}
