package io.roundtable.manager;

import io.roundtable.catalog.Catalog.DiskEntry;
import io.roundtable.catalog.Change;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.catalog.VolumeEntry.FileEntry;
import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
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
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares what disks hold with what the catalog says, at once when a disk comes and now and then: shares that should be
 * there and are not are computed again, shares that nobody knows are deleted.
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
        /** Contents that became files while we walked: the page that should have them may have been read before. */
        private final Set<Long> committed = new HashSet<>();

        private @Nullable ShareKey after;
        private long lastFileId;

        private Walk(DiskId disk, long beganMs) {
            this.disk = disk;
            this.beganMs = beganMs;
        }
    }

    private final Context context;
    private final DiskTable disks;
    private final FileIndex index;
    private final Grants grants;
    private final Garbage garbage;
    private final Repairs repairs;
    private final Orders orders;
    private final Map<DiskId, Walk> walks = new TreeMap<>();
    private final Map<DiskId, Long> dueMs = new TreeMap<>();
    /** When the last walk began that went through to the end of the disk as it came the last time. */
    private final Map<DiskId, Long> shownMs = new TreeMap<>();

    Inventory(
            Context context,
            DiskTable disks,
            FileIndex index,
            Grants grants,
            Garbage garbage,
            Repairs repairs,
            Orders orders) {
        this.context = context;
        this.disks = disks;
        this.index = index;
        this.grants = grants;
        this.garbage = garbage;
        this.repairs = repairs;
        this.orders = orders;
    }

    /** A disk came: what it told before, if it was here before, counts for nothing. */
    void onDiskArrived(DiskId disk) {
        shownMs.remove(disk);
        walks.remove(disk);
        dueMs.put(disk, context.nowMs());
    }

    /**
     * When the disk was last asked for all that it holds and told it to the end, in milliseconds of the manager's clock;
     * empty if it is away, or has not done so in this epoch since it came or came back.
     */
    OptionalLong shownAtMs(DiskId disk) {
        Long shown = disks.isThere(disk) ? shownMs.get(disk) : null;
        return shown == null ? OptionalLong.empty() : OptionalLong.of(shown);
    }

    /** Whether the disk is there and has told, since it came, what it holds: what it did not tell counts as lost. */
    boolean hasShown(DiskId disk) {
        return shownAtMs(disk).isPresent();
    }

    void onApplied(Change change) {
        if (change instanceof Change.CommitFile commit) {
            walks.values().forEach(walk -> walk.committed.add(commit.fileId()));
        } else if (change instanceof Change.RestoreShare restore) {
            walks.values().forEach(walk -> walk.committed.add(restore.fileId()));
        }
    }

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
                dueMs.put(
                        each.getKey(),
                        isGraceOver() ? context.nowMs() + context.options.inventoryEveryMs() : graceOverMs());
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
            // The disk came back meanwhile, and may hold less by now.
            return;
        }
        DiskEntry disk = context.catalog.disk(walk.disk);
        // What it holds may be what it is about to get a place for.
        if (!(answer instanceof DiskMessage.Shares page) || disk == null || disks.isReserved(walk.disk)) {
            walks.remove(walk.disk);
            dueMs.computeIfPresent(walk.disk, (d, due) -> Math.min(due, context.nowMs() + RETRY_MS));
            return;
        }
        VolumeEntry volume = context.catalog.volume(disk.volumeId());
        int position = volume == null ? -1 : volume.positionOf(walk.disk);
        List<ShareKey> unknown = new ArrayList<>();
        long fromTheFuture = 0;
        for (ShareLine line : page.shares()) {
            ShareKey key = line.key();
            walk.after = key;
            if (isFromTheFuture(key)) {
                fromTheFuture++;
                continue;
            }
            if (volume == null || key.volumeId() != volume.id() || key.position() != position) {
                unknown.add(key);
                continue;
            }
            if (line.isSealed()) {
                findGaps(walk, volume, position, key.fileId());
            }
            if (isUnknown(key)) {
                unknown.add(key);
            }
        }
        if (isGraceOver()) {
            garbage.delete(walk.disk, unknown);
        }
        report(walk.disk, fromTheFuture);
        if (page.more() && !page.shares().isEmpty()) {
            next(walk);
            return;
        }
        if (volume != null) {
            findGaps(walk, volume, position, Long.MAX_VALUE);
        }
        walks.remove(walk.disk);
        shownMs.put(walk.disk, walk.beganMs);
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

    private boolean isUnknown(ShareKey key) {
        return index.file(key.volumeId(), key.fileId()) == null
                && !grants.isWriting(key.volumeId(), key.fileId())
                && !garbage.holds(key.volumeId(), key.fileId())
                && !grants.isReading(key.volumeId(), key.fileId());
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
