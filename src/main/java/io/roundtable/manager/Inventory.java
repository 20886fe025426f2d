package io.roundtable.manager;

import io.roundtable.catalog.Catalog.DiskEntry;
import io.roundtable.catalog.Change;
import io.roundtable.catalog.FileEntry;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.manager.Repairs.Place;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.ShareLine;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares what disks hold with what the catalog says, at once when a disk comes and now and then: shares that should be
 * there and are not are computed again, shares that nobody needs are deleted.
 *
 * <p>A disk is read page by page, in the order of the keys, beside the catalog's own list in the same order. Until it was
 * read to its end, nothing that takes data away may count on it: it may have started on an older copy of its folder.
 */
final class Inventory {
    private static final int PAGE = 2_000;
    private static final long ORDER_MS = 10_000;
    /** After a walk that a disk did not let us finish. */
    private static final long RETRY_MS = 2_000;

    /** One walk through a disk. */
    private static final class Walk {
        private final DiskId disk;
        private final long beganMs;
        /** Contents whose shares came while we walked: the page that should have them may have been read before. */
        private final Set<Long> committed = new HashSet<>();

        private final Set<ShareKey> strays = new TreeSet<>();
        private final Set<Place> twice = new TreeSet<>();
        private @Nullable ShareKey after;
        private long lastFileId;

        private Walk(DiskId disk, long beganMs) {
            this.disk = disk;
            this.beganMs = beganMs;
        }
    }

    private final Context context;
    private final DiskTable disks;
    private final Holdings holdings;
    private final FileIndex index;
    private final Degraded degraded;
    private final Grants grants;
    private final Garbage garbage;
    private final Repairs repairs;
    private final Orders orders;
    private final Map<DiskId, Walk> walks = new TreeMap<>();
    private final Map<DiskId, Long> dueMs = new TreeMap<>();
    /** Disks that were reported for not telling what they hold, since they came. */
    private final Set<DiskId> silent = new HashSet<>();

    Inventory(
            Context context,
            DiskTable disks,
            Holdings holdings,
            FileIndex index,
            Degraded degraded,
            Grants grants,
            Garbage garbage,
            Repairs repairs,
            Orders orders) {
        this.context = context;
        this.disks = disks;
        this.holdings = holdings;
        this.index = index;
        this.degraded = degraded;
        this.grants = grants;
        this.garbage = garbage;
        this.repairs = repairs;
        this.orders = orders;
    }

    // ---- news

    /** A disk came: what it told before, if it was here before, counts for nothing. */
    void onDiskArrived(DiskId disk) {
        silent.remove(disk);
        lookAgain(disk);
    }

    /** What the disk told counts for nothing any more. */
    void lookAgain(DiskId disk) {
        holdings.forget(disk);
        walks.remove(disk);
        dueMs.put(disk, context.nowMs());
    }

    /** @param proposedMs when the change was proposed: what it says of a disk was true then */
    void onApplied(Change change, long proposedMs) {
        if (change instanceof Change.CommitFile commit) {
            walks.values().forEach(walk -> walk.committed.add(commit.fileId()));
            FileEntry file = index.file(commit.volumeId(), commit.fileId());
            for (int position = 0; file != null && position < commit.sealed().size(); position++) {
                if (!file.missing().contains(position)) {
                    commit.sealed().get(position).ifPresent(disk -> believe(disk, proposedMs));
                }
            }
        } else if (change instanceof Change.RestoreShare restore) {
            // Of this disk only: that another one holds its own share says nothing of what the rest have.
            Walk walk = walks.get(restore.disk());
            if (walk != null) {
                walk.committed.add(restore.fileId());
            }
            believe(restore.disk(), proposedMs);
            onRestored(restore);
        } else if (change instanceof Change.ReplaceDisk replace) {
            // What they hold means something else now.
            lookAgain(replace.from());
            if (holdings.isNeeded(replace.to())) {
                lookAgain(replace.to());
            }
        } else if (change instanceof Change.EndVolume end) {
            for (DiskEntry disk : context.catalog.disks()) {
                if (holdings.isNeeded(disk.disk(), end.volumeId())) {
                    lookAgain(disk.disk());
                }
            }
        }
    }

    /** A disk that came after it was said to hold something may have come without it. */
    private void believe(DiskId disk, long saidMs) {
        if (disks.cameAtMs(disk) >= saidMs) {
            lookAgain(disk);
        }
    }

    /** Nobody needs the strays of a share that its own disk holds. */
    private void onRestored(Change.RestoreShare restore) {
        ShareKey key = new ShareKey(restore.volumeId(), restore.fileId(), restore.position());
        DiskId holder = holdings.holder(key, restore.disk());
        while (holder != null) {
            holdings.removeStray(holder, key);
            if (!holder.equals(restore.disk()) && isGraceOver()) {
                garbage.deleteSoon(holder, key);
            }
            holder = holdings.holder(key, restore.disk());
        }
    }

    // ---- walks

    /** From then on all writes are heard of that the last manager granted and that go on: only then is anything deleted. */
    private long graceOverMs() {
        return context.leasedAtMs + context.options.deadAfterMs();
    }

    private boolean isGraceOver() {
        return context.nowMs() >= graceOverMs();
    }

    void run() {
        for (Map.Entry<DiskId, Long> each : List.copyOf(dueMs.entrySet())) {
            boolean isDue = context.nowMs() >= each.getValue() && !walks.containsKey(each.getKey());
            if (isDue && disks.isThere(each.getKey())) {
                long nextMs = context.nowMs() + context.options.inventoryEveryMs();
                dueMs.put(each.getKey(), isGraceOver() ? nextMs : graceOverMs());
                Walk walk = new Walk(each.getKey(), context.nowMs());
                walks.put(each.getKey(), walk);
                next(walk);
            }
        }
    }

    private void next(Walk walk) {
        Member host = disks.host(walk.disk);
        if (host == null) {
            walks.remove(walk.disk);
            return;
        }
        DiskMessage.ListShares order =
                new DiskMessage.ListShares(walk.disk, context.epoch, Optional.ofNullable(walk.after), PAGE);
        orders.send(host, order, ORDER_MS, answer -> onPage(walk, answer));
    }

    private void onPage(Walk walk, @Nullable Message answer) {
        if (walks.get(walk.disk) != walk) {
            // The disk came back meanwhile, or has another place: what it tells now may be something else.
            return;
        }
        DiskEntry disk = context.catalog.disk(walk.disk);
        // What it holds may be what it is about to get a place for.
        if (!(answer instanceof DiskMessage.Shares page) || disk == null || disks.isReserved(walk.disk)) {
            walks.remove(walk.disk);
            dueMs.computeIfPresent(walk.disk, (d, due) -> Math.min(due, context.nowMs() + RETRY_MS));
            reportSilence(walk.disk, answer);
            return;
        }
        VolumeEntry volume = context.catalog.volume(disk.volumeId());
        int position = volume == null ? -1 : volume.positionOf(walk.disk);
        List<ShareKey> needless = new ArrayList<>();
        long fromTheFuture = 0;
        for (ShareLine line : page.shares()) {
            walk.after = line.key();
            if (isFromTheFuture(line.key())) {
                fromTheFuture++;
                continue;
            }
            boolean isAtItsPlace = false;
            if (volume != null
                    && line.key().volumeId() == volume.id()
                    && line.key().position() == position) {
                isAtItsPlace = true;
                findGaps(walk, volume, position, line);
            }
            if (isNeedless(walk, line, isAtItsPlace)) {
                needless.add(line.key());
            }
        }
        if (isGraceOver()) {
            garbage.delete(walk.disk, needless);
        }
        report(walk.disk, fromTheFuture);
        if (page.more() && !page.shares().isEmpty()) {
            next(walk);
            return;
        }
        if (volume != null) {
            findGaps(walk, volume, position, Long.MAX_VALUE);
        }
        end(walk);
    }

    private void end(Walk walk) {
        walks.remove(walk.disk);
        holdings.shown(walk.disk, walk.beganMs, walk.strays, walk.twice);
        // It may have what others hold a second time.
        for (DiskId other : holdings.undecided()) {
            if (!other.equals(walk.disk)) {
                dueMs.computeIfPresent(other, (d, due) -> Math.min(due, context.nowMs()));
            }
        }
    }

    /** Nothing is given away or deleted that the disk could be needed for: somebody should know why. */
    private void reportSilence(DiskId disk, @Nullable Message answer) {
        if (answer instanceof DiskMessage.DiskRefusal refusal && silent.add(disk)) {
            context.report(
                    EventKind.DISK_PROBLEM,
                    Fact.of("disk", disks.name(disk)),
                    Fact.of("reason", "does not tell what it holds: " + refusal.reason()));
        }
    }

    /** This catalog never gave such numbers: it is an older one than the disk has served, and knows too little to delete. */
    private boolean isFromTheFuture(ShareKey key) {
        return key.fileId() >>> 32 > context.epoch || key.volumeId() > context.catalog.lastVolumeId();
    }

    private void report(DiskId disk, long fromTheFuture) {
        if (fromTheFuture > 0) {
            context.report(
                    EventKind.DISK_PROBLEM,
                    Fact.of("disk", disks.name(disk)),
                    Fact.of(
                            "reason",
                            "holds shares (" + fromTheFuture + ") of volumes or epochs that are still to come: has the"
                                    + " GCD an old copy of its log? They are left alone"));
        }
    }

    // ---- what a share is good for

    /** Whether a share may be deleted. One that may be the last copy is not. */
    private boolean isNeedless(Walk walk, ShareLine line, boolean isAtItsPlace) {
        ShareKey key = line.key();
        FileEntry file = index.file(key.volumeId(), key.fileId());
        VolumeEntry volume = context.catalog.volume(key.volumeId());
        if (file == null || volume == null || key.position() >= volume.disks().size()) {
            return !isAtItsPlace || isUnknown(key);
        }
        boolean isMissing = degraded.kind(volume, file).lost().contains(key.position());
        if (isMissing && line.isSealed()) {
            walk.strays.add(key);
            holdings.addStray(walk.disk, key);
            repairs.onFound(key);
        } else if (!isAtItsPlace
                && line.isSealed()
                && !holdings.hasShown(volume.disks().get(key.position()))) {
            walk.twice.add(new Place(key.volumeId(), key.position()));
        } else {
            return !isAtItsPlace;
        }
        return false;
    }

    /** Whether nobody has, writes or reads this content. */
    private boolean isUnknown(ShareKey key) {
        return !grants.isWriting(key.volumeId(), key.fileId())
                && !garbage.holds(key.volumeId(), key.fileId())
                && !grants.isReading(key.volumeId(), key.fileId());
    }

    /** What is not sealed is not there. */
    private void findGaps(Walk walk, VolumeEntry volume, int position, ShareLine line) {
        if (line.isSealed()) {
            findGaps(walk, volume, position, line.key().fileId());
        }
    }

    /** Contents between the last share that the disk told and this one are not there. */
    private void findGaps(Walk walk, VolumeEntry volume, int position, long upTo) {
        FileEntry file = index.next(volume.id(), walk.lastFileId);
        while (file != null && file.fileId() < upTo) {
            if (!file.missing().contains(position) && !walk.committed.contains(file.fileId())) {
                repairs.lost(volume.id(), file, position, "the disk does not hold it");
            }
            file = index.next(volume.id(), file.fileId());
        }
        walk.lastFileId = upTo;
    }
}
