package io.roundtable.manager;

import io.roundtable.catalog.Catalog.DiskEntry;
import io.roundtable.catalog.FileCursor;
import io.roundtable.catalog.FileEntry;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.ShareKey;
import io.roundtable.storage.StripeLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Has disks read what they hold and check it: slowly all the time, at once for a user who asks, and single shares that a
 * reader found broken.
 */
final class Scrubbing {
    /** One step of a scrub checks about so much, so that orders end in time. */
    private static final long STEP_BYTES = 64L << 20;

    private static final int STEP_SHARES = 1_000;
    private static final long ORDER_MS = 120_000;
    /** Single checks under way: a reader that reports a broken disk names every share of it. */
    private static final int CHECKS_MAX = 100;

    private final Context context;
    private final DiskTable disks;
    private final FileIndex index;
    private final Degraded degraded;
    private final Repairs repairs;
    private final Orders orders;
    private final Map<DiskId, Long> cursors = new TreeMap<>();
    private final Set<DiskId> slow = new HashSet<>();
    private final Set<ShareKey> checking = new HashSet<>();
    private final Map<Integer, Jobs.Job> jobs = new TreeMap<>();
    /** Bytes that each disk is to check: it takes one order after the other. */
    private final Map<DiskId, Long> waiting = new TreeMap<>();

    private long nextSlowMs;

    Scrubbing(Context context, DiskTable disks, FileIndex index, Degraded degraded, Repairs repairs, Orders orders) {
        this.context = context;
        this.disks = disks;
        this.index = index;
        this.degraded = degraded;
        this.repairs = repairs;
        this.orders = orders;
        this.nextSlowMs = context.nowMs() + context.options.scrubEveryMs();
    }

    /** The shares of one step, and how many bytes they are. */
    private record Step(List<ShareKey> keys, long bytes, long lastFileId) {}

    private Step step(VolumeEntry volume, int position, long after) {
        StripeLayout layout = Degraded.layout(volume);
        List<ShareKey> keys = new ArrayList<>();
        long bytes = 0;
        long last = after;
        FileEntry file = index.next(volume.id(), after);
        while (file != null && bytes < STEP_BYTES && keys.size() < STEP_SHARES) {
            last = file.fileId();
            if (!file.missing().contains(position)) {
                keys.add(new ShareKey(volume.id(), file.fileId(), position));
                bytes += layout.shareBytes(file.sizeBytes());
            }
            file = index.next(volume.id(), last);
        }
        return new Step(keys, bytes, file == null ? Long.MAX_VALUE : last);
    }

    // ---- at once

    /** The job that checks this volume already, or null. */
    Jobs.@Nullable Job running(int volumeId) {
        Jobs.Job job = jobs.get(volumeId);
        return job == null || job.isOver() ? null : job;
    }

    /** Checks a whole volume, disk by disk at the same time; the job is over when all are through. */
    void begin(Jobs.Job job, VolumeEntry volume) {
        jobs.put(volume.id(), job);
        StripeLayout layout = Degraded.layout(volume);
        long total = 0;
        for (FileCursor file = volume.fileCursor(); file.isThere(); file.next()) {
            total += layout.shareBytes(file.sizeBytes())
                    * (volume.disks().size() - file.missing().size());
        }
        job.total(total);
        int lacking = degraded.lacking(volume.id());
        if (lacking > 0) {
            job.problem(
                    lacking == 1
                            ? "1 file lacks a share; it is computed again"
                            : lacking + " files lack a share; these are computed again");
        }
        int[] running = {volume.disks().size()};
        for (int position = 0; position < volume.disks().size(); position++) {
            next(job, volume.id(), position, 0, running);
        }
    }

    private void next(Jobs.Job job, int volumeId, int position, long after, int[] running) {
        VolumeEntry volume = context.catalog.volume(volumeId);
        DiskId disk = volume == null ? null : volume.disks().get(position);
        Member host = disk == null ? null : disks.host(disk);
        Step step = volume == null ? null : step(volume, position, after);
        if (step == null || step.keys.isEmpty() || host == null || disk == null) {
            if (disk != null && host == null) {
                job.problem("disk " + disks.name(disk) + " is away");
            }
            if (--running[0] == 0) {
                job.over();
            }
            return;
        }
        check(host, disk, step, (isAnswered, bad) -> {
            job.done(step.bytes);
            if (!isAnswered) {
                job.problem("disk " + disks.name(disk) + " did not answer");
            }
            bad.forEach(key -> job.problem(
                    "disk " + disks.name(disk) + ": a share of " + fileName(key) + " is broken; it is computed again"));
            next(job, volumeId, position, isAnswered ? step.lastFileId : Long.MAX_VALUE, running);
        });
    }

    private String fileName(ShareKey key) {
        FileEntry file = index.file(key.volumeId(), key.fileId());
        return file == null ? "a deleted file" : file.name();
    }

    private interface Then {
        void checked(boolean isAnswered, List<ShareKey> bad);
    }

    private void check(Member host, DiskId disk, Step step, Then then) {
        DiskMessage.CheckShares order = new DiskMessage.CheckShares(disk, context.epoch, step.keys);
        long before = waiting.merge(disk, step.bytes, Long::sum);
        orders.send(host, order, Orders.timeoutMs(ORDER_MS, before), answer -> {
            waiting.merge(disk, -step.bytes, Scrubbing::sumOrNone);
            List<ShareKey> bad = answer instanceof DiskMessage.Checked checked ? checked.bad() : List.of();
            then.checked(answer instanceof DiskMessage.Checked, bad);
            bad.forEach(key -> lost(disk, key));
        });
    }

    private static @Nullable Long sumOrNone(Long one, Long other) {
        return one + other == 0 ? null : one + other;
    }

    private void lost(DiskId disk, ShareKey key) {
        FileEntry file = index.file(key.volumeId(), key.fileId());
        VolumeEntry volume = context.catalog.volume(key.volumeId());
        // By now the place may be another disk's.
        if (file != null && volume != null && volume.positionOf(disk) == key.position()) {
            repairs.lost(key.volumeId(), file, key.position(), "its checksum does not match");
        }
    }

    // ---- single shares

    /** A reader says that a share is broken: the disk is to look itself. */
    void onReport(ShareKey key, DiskId disk) {
        FileEntry file = index.file(key.volumeId(), key.fileId());
        VolumeEntry volume = context.catalog.volume(key.volumeId());
        Member host = disks.host(disk);
        if (file == null
                || volume == null
                || host == null
                || volume.positionOf(disk) != key.position()
                || file.missing().contains(key.position())) {
            return;
        }
        if (checking.size() < CHECKS_MAX && checking.add(key)) {
            Step step = new Step(List.of(key), Degraded.layout(volume).shareBytes(file.sizeBytes()), key.fileId());
            check(host, disk, step, (isAnswered, bad) -> checking.remove(key));
        }
    }

    // ---- slowly

    void run() {
        if (context.options.scrubEveryMs() == 0 || context.nowMs() < nextSlowMs) {
            return;
        }
        nextSlowMs = context.nowMs() + context.options.scrubEveryMs();
        for (DiskEntry each : context.catalog.disks()) {
            VolumeEntry volume = context.catalog.volume(each.volumeId());
            Member host = disks.host(each.disk());
            if (volume != null && host != null && !volume.isDecommissioning() && slow.add(each.disk())) {
                stepSlowly(volume, each.disk(), host);
            }
        }
    }

    private void stepSlowly(VolumeEntry volume, DiskId disk, Member host) {
        Step step = step(volume, volume.positionOf(disk), cursors.getOrDefault(disk, 0L));
        // At the end, from the beginning.
        cursors.put(disk, step.lastFileId == Long.MAX_VALUE ? 0L : step.lastFileId);
        if (step.keys.isEmpty()) {
            slow.remove(disk);
            return;
        }
        check(host, disk, step, (isAnswered, bad) -> slow.remove(disk));
    }
}
