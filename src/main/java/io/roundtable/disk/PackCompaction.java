package io.roundtable.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives back the space of packs that are mostly garbage: what still counts is appended again, then the pack is deleted.
 * Whoever reads from it can go on. A crash anywhere leaves both copies, of which the later counts.
 *
 * <p>Not thread-safe; one at a time.
 */
final class PackCompaction {
    /** Copied between two commits. */
    private static final int SLICE_BYTES = 1 << 20;
    /** So many small packs are put together. */
    private static final int SMALL_PACKS = 8;

    private final Medium medium;
    private final DiskOptions options;
    private final SpaceLedger ledger;
    private final ShareIndex index;
    private final PackShelf shelf;
    private final PackLog log;
    private final long salt;
    private final Object deletions;
    private @Nullable ByteBuffer window;

    /** @param deletions held while a slice is copied, so that nothing is deleted between looking and publishing */
    PackCompaction(
            Medium medium,
            DiskOptions options,
            SpaceLedger ledger,
            ShareIndex index,
            PackShelf shelf,
            PackLog log,
            long salt,
            Object deletions) {
        this.medium = medium;
        this.options = options;
        this.ledger = ledger;
        this.index = index;
        this.shelf = shelf;
        this.log = log;
        this.salt = salt;
        this.deletions = deletions;
    }

    /** Does one pack; false if there is none that needs it. */
    boolean run() throws DiskFaultException {
        PackFile wanted = candidate();
        if (wanted == null) {
            return false;
        }
        if (log.isActive(wanted)) {
            log.retireActive();
        }
        log.commit();
        try {
            PackFile pack = shelf.use(wanted.number);
            if (pack == null || !pack.isSettled) {
                return false;
            }
            try {
                compact(pack);
            } finally {
                shelf.release(pack);
            }
            return true;
        } catch (NoSuchFileException e) {
            // It was deleted, but whether for good was not known then.
            forget(wanted);
            return true;
        } catch (IOException e) {
            throw DiskFaultException.of("compact pack " + wanted.number, e);
        }
    }

    private void forget(PackFile pack) throws DiskFaultException {
        if (pack.live > shelf.tombstoneBytes(pack.number)) {
            // Somebody else took it away: whoever reads its shares is told.
            pack.stuckAtLive = pack.live;
            return;
        }
        try {
            remove(pack);
        } catch (IOException e) {
            throw DiskFaultException.of("delete pack " + pack.number, e);
        }
    }

    private @Nullable PackFile candidate() {
        List<PackFile> all = shelf.all();
        List<PackFile> small = all.stream()
                .filter(pack -> pack.isSettled && !pack.isSuspect && pack.length < options.packBytes() / 4)
                .toList();
        return all.stream()
                .filter(pack -> pack.isSettled || log.isActive(pack))
                .filter(pack -> !pack.isSuspect && pack.live != pack.stuckAtLive)
                .filter(pack -> isWasteful(pack) || (small.size() >= SMALL_PACKS && small.get(0) == pack))
                .min(Comparator.comparingLong(pack -> pack.live))
                .orElse(null);
    }

    private boolean isWasteful(PackFile pack) {
        if (pack.isSettled) {
            return pack.live == 0 || pack.garbage() > pack.live;
        }
        return (pack.length > 0 && pack.live == 0)
                || (pack.length >= options.packBytes() / 4 && pack.garbage() > pack.live);
    }

    private void compact(PackFile pack) throws IOException, DiskFaultException {
        if (pack.live > 0) {
            ByteBuffer buffer = window == null ? ByteBuffer.allocateDirect(PackWalk.WINDOW_BYTES) : window;
            window = buffer;
            shelf.startMoving(pack);
            PackWalk walk = new PackWalk(pack.opened(), pack.number, pack.length, salt, buffer);
            while (copySlice(walk, pack)) {
                // Deletions get their turn between two slices.
            }
            if (walk.unreadableBytes() > 0) {
                // Of the tombstones that may lie there nothing else tells.
                pack.isSuspect = true;
                return;
            }
        }
        // Copied tombstones still count here, too: only shares that could not be found keep a pack.
        if (pack.live > shelf.tombstoneBytes(pack.number)) {
            pack.stuckAtLive = pack.live;
            return;
        }
        shelf.startGoing(pack);
        medium.delete(PackShelf.path(pack.number));
        remove(pack);
    }

    private void remove(PackFile pack) throws IOException {
        medium.delete(PackHint.path(pack.number));
        if (options.durability() == Durability.FSYNC) {
            medium.forceFolder(PackLog.FOLDER);
        }
        shelf.remove(pack);
        ledger.give(pack.length);
    }

    /** False at the end of the pack. */
    private boolean copySlice(PackWalk walk, PackFile pack) throws IOException, DiskFaultException {
        synchronized (deletions) {
            // Deletions that are on their way come first, so that none of them names a record that has moved.
            log.commit();
            List<PendingRecord> copies = new ArrayList<>();
            boolean isMore;
            try {
                isMore = appendSlice(walk, pack, copies);
            } finally {
                // Nor may any copy be on its way when this ends, however it ends.
                log.commit();
            }
            for (PendingRecord copy : copies) {
                copy.demand();
            }
            return isMore;
        }
    }

    private boolean appendSlice(PackWalk walk, PackFile pack, List<PendingRecord> copies)
            throws IOException, DiskFaultException {
        int copied = 0;
        while (copied < SLICE_BYTES) {
            PackRecord record = walk.next();
            if (record == null) {
                return false;
            }
            if (counts(record, pack.number, walk.offset())) {
                Held from = record.victim() != null ? null : record.heldAt(pack.number, walk.offset());
                PendingRecord copy = log.appendCopy(record, walk.bytes(record), from);
                if (copy != null) {
                    copies.add(copy);
                    copied += record.bytes();
                }
            }
        }
        return true;
    }

    private boolean counts(PackRecord record, int pack, int offset) {
        PackRecord.Victim victim = record.victim();
        if (victim != null) {
            return victim.pack() != pack && shelf.has(victim.pack());
        }
        Held held = index.get(record.key());
        return held != null && held.isPackedAt(pack, offset);
    }
}
