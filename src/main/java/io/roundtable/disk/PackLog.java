package io.roundtable.disk;

import io.roundtable.protocol.ShareKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Small shares, appended to packs. A record counts from {@link #commit} on: one fsync serves all that were appended
 * before it, whoever appended them. Thread-safe; no thread of its own.
 *
 * <p>The index says what is held. A share's later record replaces its earlier one; a tombstone takes back exactly one
 * record, and is kept as long as the pack of that record is there.
 */
final class PackLog {
    static final String FOLDER = "packs";
    private static final int DEBTS_MAX = 256;

    private final Medium medium;
    private final MediumCheck check;
    private final DiskOptions options;
    private final SpaceLedger ledger;
    private final ShareIndex index;
    private final PackPublication publication;
    private final PackShelf shelf;
    private final long salt;
    private final LongSupplier nowMs;
    private final GroupCommit group = new GroupCommit();

    private @Nullable PackFile active;
    private @Nullable RoomAhead ahead;
    private @Nullable PackHint hint;
    private boolean isNameUnsynced;
    private List<PendingRecord> pending = new ArrayList<>();
    /** What the round that is under way makes durable. */
    private List<PendingRecord> underWay = List.of();

    private Set<PackFile> dirty = new LinkedHashSet<>();
    /** Packs that are full but not yet settled, with their hints. */
    private List<Retired> retired = new ArrayList<>();
    /** Records that were replaced, and have no tombstone yet. */
    private final ArrayDeque<PackRecord> debts = new ArrayDeque<>();

    private record Retired(
            PackFile pack,
            @Nullable RoomAhead ahead,
            @Nullable PackHint hint) {}

    PackLog(
            Medium medium,
            MediumCheck check,
            DiskOptions options,
            SpaceLedger ledger,
            ShareIndex index,
            ShareFiles files,
            PackShelf shelf,
            long salt,
            LongSupplier nowMs) {
        this.medium = medium;
        this.check = check;
        this.options = options;
        this.ledger = ledger;
        this.index = index;
        this.publication = new PackPublication(index, files, shelf, this);
        this.shelf = shelf;
        this.salt = salt;
        this.nowMs = nowMs;
    }

    /**
     * Appends a record, which counts after the next {@link #commit}.
     *
     * @param bytes room for the header, then the body from {@link PackRecord#HEADER_BYTES}, with room for the padding;
     *     its content is free again when this returns
     */
    PendingRecord append(PackRecord record, ByteBuffer bytes, boolean mayUseReserve) throws DiskFaultException {
        return append(record, bytes, null, mayUseReserve, false);
    }

    /**
     * Appends a copy that is to take the place of what the index has, unless the share has been written or deleted since,
     * or is being written: a copy behind a newer record would win after a crash.
     *
     * @param from what is copied; null for a tombstone
     * @return null if it is not to be copied
     */
    synchronized @Nullable PendingRecord appendCopy(PackRecord record, ByteBuffer bytes, @Nullable Held from)
            throws DiskFaultException {
        if (from != null) {
            boolean isWritten = Stream.concat(pending.stream(), underWay.stream())
                    .anyMatch(one ->
                            one.movedFrom == null && one.record.key().equals(record.key()) && one.concerns(from));
            if (isWritten || !from.equals(index.get(record.key()))) {
                return null;
            }
        }
        return append(record, bytes, from, true, false);
    }

    private synchronized PendingRecord append(
            PackRecord record, ByteBuffer bytes, @Nullable Held movedFrom, boolean mayUseReserve, boolean isDebt)
            throws DiskFaultException {
        demandNotLost();
        int length = record.bytes();
        ledger.take(length, mayUseReserve);
        boolean done = false;
        try {
            PackFile pack = active != null && active.length + length <= options.packBytes() ? active : nextPack();
            int offset = (int) pack.length;
            for (int i = PackRecord.HEADER_BYTES + record.bodyBytes(); i < length; i++) {
                bytes.put(i, (byte) 0);
            }
            record.encode(bytes, pack.number, offset, salt);
            write(pack, record, bytes.duplicate().position(0).limit(length), offset);
            if (hint != null) {
                hint.add(bytes);
            }
            shelf.grow(pack, length, record.timeMs());
            dirty.add(pack);
            PendingRecord made = new PendingRecord(record, pack, offset, movedFrom, isDebt);
            pending.add(made);
            done = true;
            return made;
        } catch (IOException e) {
            throw check.fault("write a small share", e);
        } finally {
            if (!done) {
                ledger.give(length);
            }
        }
    }

    PendingRecord appendTombstone(ShareKey key, int pack, int offset) throws DiskFaultException {
        PackRecord record = PackRecord.tombstone(key, new PackRecord.Victim(pack, offset), nowMs.getAsLong());
        return append(record, ByteBuffer.allocate(PackRecord.HEADER_BYTES), true);
    }

    /**
     * Makes durable, and then valid, what was appended before.
     *
     * @throws DiskFaultException if the system could not; see {@link PendingRecord#demand}
     */
    void commit() throws DiskFaultException {
        demandNotLost();
        payManyDebts();
        try {
            group.commit(this::force);
        } catch (IOException e) {
            throw check.fault("make small shares durable", e);
        }
    }

    private void demandNotLost() throws DiskFaultException {
        try {
            check.demandNotLost();
        } catch (MediumLostException e) {
            throw DiskFaultException.of("use the disk", e);
        }
    }

    /** Nothing more goes to the pack that is being filled; after the next commit it is settled. */
    synchronized void retireActive() {
        if (active != null) {
            retired.add(new Retired(active, ahead, hint));
            dirty.add(active);
            active = null;
            ahead = null;
            hint = null;
        }
    }

    synchronized boolean isActive(PackFile pack) {
        return pack == active;
    }

    /**
     * A record that was replaced, or whose fate is unknown, is owed a tombstone: else it could come back when the share
     * is deleted. Whoever deletes {@link #payDebts pays} first.
     */
    synchronized void owe(ShareKey key, int pack, int offset) {
        debts.add(PackRecord.tombstone(key, new PackRecord.Victim(pack, offset), nowMs.getAsLong()));
    }

    private void owe(PackRecord record, PackFile pack, int offset) {
        if (record.victim() == null) {
            owe(record.key(), pack.number, offset);
        }
    }

    /**
     * Appends the tombstones that are owed.
     *
     * @return those, and others' that are not durable yet; to be {@link PendingRecord#demand demanded} after a commit
     */
    synchronized List<PendingRecord> payDebts() throws DiskFaultException {
        for (PackRecord debt = debts.peekFirst(); debt != null; debt = debts.peekFirst()) {
            PackRecord.Victim victim = debt.victim();
            if (victim != null && shelf.has(victim.pack())) {
                append(debt, ByteBuffer.allocate(PackRecord.HEADER_BYTES), null, true, true);
            }
            debts.removeFirst();
        }
        return Stream.concat(underWay.stream(), pending.stream())
                .filter(one -> one.isDebt)
                .toList();
    }

    /** Not too many at a time, for the memory's sake. */
    private synchronized void payManyDebts() {
        if (debts.size() < DEBTS_MAX) {
            return;
        }
        try {
            payDebts();
        } catch (DiskFaultException e) {
            // They are still owed, and whoever deletes pays them first.
            return;
        }
    }

    private void write(PackFile pack, PackRecord record, ByteBuffer bytes, int offset) throws IOException {
        try {
            pack.opened().write(bytes, offset);
        } catch (IOException e) {
            // What was written of it is cut off again, else the next record would come to lie over it.
            boolean isCut = cut(pack, offset);
            if (!isCut || !(e instanceof MediumFullException)) {
                retireActive();
                owe(record, pack, offset);
            }
            throw e;
        }
    }

    private static boolean cut(PackFile pack, long to) {
        try {
            pack.opened().truncate(to);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private PackFile nextPack() throws IOException {
        retireActive();
        int number = shelf.nextNumber();
        if (number >= Held.PACKS_MAX) {
            throw new MediumFullException("no numbers left for packs");
        }
        MediumFile file = medium.create(PackShelf.path(number));
        Object key = medium.key(PackShelf.path(number));
        if (options.durability() == Durability.FSYNC) {
            ahead = new RoomAhead(file, ledger, options.packBytes());
            file = ahead;
        }
        PackFile pack = shelf.add(number, file, key);
        active = pack;
        hint = new PackHint(medium, number, salt);
        isNameUnsynced = true;
        return pack;
    }

    /** One at a time: {@link GroupCommit} sees to it. */
    private void force() throws IOException {
        List<PendingRecord> batch;
        Set<PackFile> packs;
        List<Retired> full;
        boolean isNew;
        synchronized (this) {
            batch = pending;
            underWay = batch;
            packs = dirty;
            full = retired;
            isNew = isNameUnsynced;
            pending = new ArrayList<>();
            dirty = new LinkedHashSet<>();
            retired = new ArrayList<>();
            isNameUnsynced = false;
        }
        try {
            if (options.durability() == Durability.FSYNC) {
                for (PackFile pack : packs) {
                    pack.opened().force();
                }
                if (isNew) {
                    medium.forceFolder(FOLDER);
                }
            }
            check.demand(packs);
        } catch (IOException e) {
            giveUp(batch, packs, full, isNew);
            throw e;
        }
        publication.publish(batch);
        synchronized (this) {
            underWay = List.of();
        }
        for (Retired done : full) {
            trim(done);
            if (done.hint != null) {
                done.hint.finish(done.pack.length, done.pack.lastMs);
            }
            done.pack.isSettled = true;
            shelf.release(done.pack);
        }
    }

    private void trim(Retired done) {
        if (done.ahead != null) {
            shelf.grow(done.pack, done.ahead.trim(done.pack.length), 0);
        }
    }

    /** After a failed fsync nobody knows what of a file is durable: what was not acknowledged goes, later records too. */
    private synchronized void giveUp(
            List<PendingRecord> batch, Set<PackFile> packs, List<Retired> full, boolean isNew) {
        isNameUnsynced |= isNew;
        underWay = List.of();
        List<PendingRecord> lost = new ArrayList<>(batch);
        pending.stream().filter(later -> packs.contains(later.pack)).forEach(lost::add);
        pending.removeAll(lost);
        lost.forEach(one -> {
            if (one.isDebt) {
                debts.add(one.record);
            } else {
                owe(one.record, one.pack, one.offset);
            }
        });
        for (PackFile pack : packs) {
            if (pack == active) {
                retireActive();
            }
            long first = lost.stream()
                    .filter(one -> one.pack == pack)
                    .mapToLong(one -> one.offset)
                    .min()
                    .orElse(pack.length);
            if (cut(pack, first)) {
                ledger.give(pack.length - first);
                shelf.grow(pack, first - pack.length, 0);
            } else {
                // They stay as garbage; should they count again after a restart, they are whole.
                pack.isSuspect = true;
            }
        }
        // Others that were retired meanwhile still wait for their own fsync.
        List<Retired> all = new ArrayList<>(full);
        retired.stream().filter(one -> packs.contains(one.pack)).forEach(all::add);
        retired.removeAll(all);
        for (Retired one : all) {
            dirty.remove(one.pack);
            trim(one);
            if (one.hint != null) {
                one.hint.abandon();
            }
            one.pack.isSettled = true;
            shelf.release(one.pack);
        }
    }
}
