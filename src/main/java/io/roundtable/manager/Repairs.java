package io.roundtable.manager;

import io.roundtable.catalog.Change;
import io.roundtable.catalog.FileCursor;
import io.roundtable.catalog.FileEntry;
import io.roundtable.catalog.Outcome;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import io.roundtable.storage.StripeLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes volumes whole: each share that the catalog calls missing is computed again by the disk that should hold it, which
 * pulls from the others. If the share itself lies somewhere, it is used: the disk checks what it holds, or copies what
 * another holds that had the place before.
 */
final class Repairs {
    private static final long ORDER_MS = 600_000;
    /** Files that one step of a sweep looks at. */
    private static final int LOOKED_AT_MAX = 1_000;

    /** One disk's place in a volume. */
    record Place(int volumeId, int position) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byVolume = Integer.compare(volumeId, other.volumeId);
            return byVolume != 0 ? byVolume : Integer.compare(position, other.position);
        }
    }

    /** One share that a disk computes. */
    private record Rebuild(Place place, RepairLane lane, int round, long fileId, DiskId disk) {
        ShareKey key() {
            return new ShareKey(place.volumeId, fileId, place.position);
        }

        boolean isOfThisRound() {
            return lane.round() == round;
        }
    }

    private final Context context;
    private final Proposals proposals;
    private final DiskTable disks;
    private final Holdings holdings;
    private final FileIndex index;
    private final Degraded degraded;
    private final Orders orders;
    private final Views views;
    private final BiConsumer<ShareKey, DiskId> suspicions;
    private final Map<Place, RepairLane> lanes = new TreeMap<>();
    private final Set<Place> held = new HashSet<>();
    private final Map<Integer, Long> repaired = new TreeMap<>();
    private final RepairFollowers followers;

    /** @param suspicions told which shares are to be looked at by the disks that should hold them */
    Repairs(
            Context context,
            Proposals proposals,
            DiskTable disks,
            Holdings holdings,
            FileIndex index,
            Degraded degraded,
            Orders orders,
            Views views,
            BiConsumer<ShareKey, DiskId> suspicions) {
        this.context = context;
        this.proposals = proposals;
        this.disks = disks;
        this.holdings = holdings;
        this.index = index;
        this.degraded = degraded;
        this.orders = orders;
        this.views = views;
        this.suspicions = suspicions;
        this.followers = new RepairFollowers(context, disks, index, degraded);
        context.catalog.volumes().forEach(this::enlistLacking);
    }

    // ---- what is missing

    private RepairLane lane(Place place) {
        return lanes.computeIfAbsent(place, p -> new RepairLane());
    }

    private void enlistLacking(VolumeEntry volume) {
        degraded.kinds(volume.id()).forEach((kind, count) -> {
            Collection<Long> listed = degraded.fileIds(volume.id(), kind);
            for (int position : kind.lost()) {
                RepairLane lane = lane(new Place(volume.id(), position));
                if (listed.size() < count) {
                    lane.sweep();
                } else {
                    listed.forEach(lane::add);
                }
            }
        });
    }

    private void enlist(int volumeId, FileEntry file) {
        file.missing().forEach(position -> lane(new Place(volumeId, position)).add(file.fileId()));
    }

    /** A change was carried out: it may have lost shares. */
    void onApplied(Change change) {
        if (change instanceof Change.CommitFile commit) {
            FileEntry file = index.file(commit.volumeId(), commit.fileId());
            if (file != null) {
                enlist(commit.volumeId(), file);
            }
        } else if (change instanceof Change.LoseShare lose) {
            lane(new Place(lose.volumeId(), lose.position())).add(lose.fileId());
        } else if (change instanceof Change.LoseShares lose) {
            sweep(new Place(lose.volumeId(), lose.position()));
        } else if (change instanceof Change.ReplaceDisk replace) {
            sweep(new Place(replace.volumeId(), replace.position()));
        } else if (change instanceof Change.EndVolume end) {
            lanes.keySet().removeIf(place -> place.volumeId == end.volumeId());
        }
    }

    /** What was being computed is computed again, and all the others are. */
    private void sweep(Place place) {
        RepairLane lane = lane(place);
        lane.restart();
        lane.sweep();
    }

    private void restart(Place place) {
        RepairLane lane = lanes.get(place);
        if (lane != null) {
            lane.restart();
        }
    }

    /**
     * Nothing is computed for this place until {@link #release}: its disk is being wiped. What was computed before and is
     * not yet proposed goes with it: behind the loss of all shares it would seem to be there.
     */
    void hold(int volumeId, int position) {
        Place place = new Place(volumeId, position);
        held.add(place);
        restart(place);
    }

    void release(int volumeId, int position) {
        held.remove(new Place(volumeId, position));
    }

    /** A disk came back: what failed for want of it is worth another try. */
    void onDiskArrived() {
        lanes.values().forEach(RepairLane::retryAll);
    }

    /** A disk has the very share that is missing: what failed for want of it is worth another try. */
    void onFound(ShareKey key) {
        RepairLane lane = lanes.get(new Place(key.volumeId(), key.position()));
        if (lane != null) {
            lane.addIfFailed(key.fileId());
        }
    }

    /** A share that the catalog believes in is broken or gone. */
    void lost(int volumeId, FileEntry file, int position, String reason) {
        VolumeEntry volume = context.catalog.volume(volumeId);
        // On its way to the log it is not lost again: that could come behind the share's repair.
        if (volume == null || !degraded.lose(volume, file, position)) {
            return;
        }
        context.report(
                EventKind.SHARE_LOST,
                Fact.of("volume", volume.name()),
                Fact.of("file", file.name()),
                Fact.of("disk", disks.name(volume.disks().get(position))),
                Fact.of("reason", reason));
        Change change = new Change.LoseShare(volumeId, file.name(), file.fileId(), position);
        proposals.propose(0, change, result -> degraded.lost(file.fileId(), position));
    }

    // ---- users who wait

    /** Follows the repair of one position; the job is over when nothing is left to do, or can be done. */
    void follow(Jobs.Job job, VolumeEntry volume, int position) {
        StripeLayout layout = Degraded.layout(volume);
        long total = 0;
        for (FileCursor file = volume.fileCursor(); file.isThere(); file.next()) {
            total += file.missing().contains(position) ? layout.shareBytes(file.sizeBytes()) : 0;
        }
        job.total(total);
        followers.add(job, new Place(volume.id(), position));
    }

    // ---- work

    void onTick() {
        lanes.values().forEach(lane -> lane.retry(context.nowMs()));
    }

    /** Sends out what can be sent. */
    void run() {
        for (Place place : List.copyOf(lanes.keySet())) {
            RepairLane lane = lane(place);
            if (lane.isSweeping() && isReady(place)) {
                lane.refill((behind, found) -> find(place, behind, found));
            }
            Long next;
            while (isReady(place) && (next = lane.begin(fileId -> bytes(place, fileId))) != null) {
                begin(place, lane, next);
            }
            if (lane.isEmpty()) {
                lanes.remove(place);
            }
        }
        followers.look(lanes);
    }

    private long find(Place place, long behind, LongConsumer found) {
        FileEntry file = index.next(place.volumeId, behind);
        for (int looked = 1; file != null; looked++) {
            if (file.missing().contains(place.position)) {
                found.accept(file.fileId());
            }
            if (looked == LOOKED_AT_MAX) {
                return file.fileId();
            }
            file = index.next(place.volumeId, file.fileId());
        }
        return Long.MAX_VALUE;
    }

    private boolean isReady(Place place) {
        VolumeEntry volume = context.catalog.volume(place.volumeId);
        return volume != null
                && !held.contains(place)
                // What it holds already need not be computed.
                && holdings.hasShown(volume.disks().get(place.position));
    }

    private long bytes(Place place, long fileId) {
        VolumeEntry volume = context.catalog.volume(place.volumeId);
        FileEntry file = index.file(place.volumeId, fileId);
        return volume == null || file == null ? 0 : Degraded.layout(volume).shareBytes(file.sizeBytes());
    }

    private void begin(Place place, RepairLane lane, long fileId) {
        VolumeEntry volume = context.catalog.volume(place.volumeId);
        FileEntry file = index.file(place.volumeId, fileId);
        if (volume == null
                || file == null
                || volume.isDecommissioning()
                || !file.missing().contains(place.position)) {
            lane.end(fileId);
            return;
        }
        DiskId disk = volume.disks().get(place.position);
        Member host = disks.host(disk);
        if (host == null) {
            // It left while it looked at what it holds; the share is missing all the same.
            lane.fail(fileId, "its disk is away", context.nowMs());
            return;
        }
        Rebuild rebuild = new Rebuild(place, lane, lane.round(), fileId, disk);
        // Computed from so many others, all of which it pulls; and another big one may go before it.
        long timeoutMs = Orders.timeoutMs(ORDER_MS, 2L * volume.disks().size() * bytes(place, fileId));
        DiskId holder = holdings.holder(rebuild.key(), disk);
        if (disk.equals(holder)) {
            DiskMessage.CheckShares order = new DiskMessage.CheckShares(disk, context.epoch, List.of(rebuild.key()));
            orders.send(host, order, timeoutMs, answer -> onChecked(rebuild, answer));
        } else {
            DiskMessage.RebuildShare order = holder == null
                    ? new DiskMessage.RebuildShare(
                            disk, context.epoch, views.volume(volume), views.file(file), place.position)
                    : new DiskMessage.RebuildShare(
                            disk,
                            context.epoch,
                            views.volume(volume, place.position, holder),
                            views.file(file, place.position),
                            place.position);
            orders.send(host, order, timeoutMs, answer -> onAnswer(rebuild, answer));
        }
    }

    /** The disk has looked whether the share that it holds already is sound. */
    private void onChecked(Rebuild rebuild, @Nullable Message answer) {
        FileEntry file = index.file(rebuild.place.volumeId, rebuild.fileId);
        if (!rebuild.isOfThisRound()) {
            return;
        }
        if (answer instanceof DiskMessage.Checked checked && checked.bad().isEmpty() && file != null) {
            restore(rebuild, file, bytes(rebuild.place, rebuild.fileId));
        } else if (answer instanceof DiskMessage.Checked) {
            holdings.removeStray(rebuild.disk, rebuild.key());
            begin(rebuild.place, rebuild.lane, rebuild.fileId);
        } else {
            rebuild.lane.fail(rebuild.fileId, reason(answer), context.nowMs());
        }
    }

    private void onAnswer(Rebuild rebuild, @Nullable Message answer) {
        Place place = rebuild.place;
        if (!rebuild.isOfThisRound()) {
            return;
        }
        FileEntry file = index.file(place.volumeId, rebuild.fileId);
        if (file == null) {
            rebuild.lane.end(rebuild.fileId);
        } else if (answer instanceof DiskMessage.Rebuilt rebuilt) {
            restore(rebuild, file, rebuilt.bytes());
            rebuilt.sources().forEach(source -> suspect(place.volumeId, file.fileId(), source));
        } else {
            rebuild.lane.fail(rebuild.fileId, reason(answer), context.nowMs());
        }
    }

    private void restore(Rebuild rebuild, FileEntry file, long bytes) {
        Change restore = new Change.RestoreShare(
                rebuild.place.volumeId, file.name(), rebuild.fileId, rebuild.place.position, rebuild.disk);
        proposals.propose(0, restore, result -> restored(rebuild, bytes, result));
    }

    /** A disk could not get a share from another; whether it is broken is for the other to say. */
    private void suspect(int volumeId, long fileId, int position) {
        VolumeEntry volume = context.catalog.volume(volumeId);
        if (volume != null && position >= 0 && position < volume.disks().size()) {
            suspicions.accept(
                    new ShareKey(volumeId, fileId, position), volume.disks().get(position));
        }
    }

    private static String reason(@Nullable Message answer) {
        if (answer instanceof DiskMessage.DiskRefusal refusal) {
            return refusal.reason();
        }
        if (answer instanceof Message.Refusal refusal) {
            return refusal.reason();
        }
        return "the disk did not answer";
    }

    private void restored(Rebuild rebuild, long bytes, Outcome.Result result) {
        Place place = rebuild.place;
        if (!rebuild.isOfThisRound()) {
            return;
        }
        rebuild.lane.end(rebuild.fileId);
        VolumeEntry volume = context.catalog.volume(place.volumeId);
        if (result instanceof Outcome.Refused) {
            // The file or the disk changed meanwhile; what is missing now is asked of the catalog.
            FileEntry file = index.file(place.volumeId, rebuild.fileId);
            if (file != null) {
                enlist(place.volumeId, file);
            }
            return;
        }
        repaired.merge(place.volumeId, 1L, Long::sum);
        followers.progress(place, bytes);
        // What failed and waits for another try is not open, and not there either.
        if (volume != null && degraded.lacking(place.volumeId) == 0) {
            Long shares = repaired.remove(place.volumeId);
            context.report(
                    EventKind.VOLUME_REPAIRED,
                    Fact.of("volume", volume.name()),
                    Fact.of("shares", String.valueOf(shares)));
        }
    }

    /** The position of a volume that lacks most, or -1 if none lacks anything. */
    int busiest(VolumeEntry volume) {
        int busiest = -1;
        int most = 0;
        for (Map.Entry<Place, RepairLane> each : lanes.entrySet()) {
            int open = open(each.getKey(), each.getValue());
            if (each.getKey().volumeId == volume.id() && open > most) {
                busiest = each.getKey().position;
                most = open;
            }
        }
        return busiest;
    }

    private int open(Place place, RepairLane lane) {
        return lane.open(degraded.lackingAt(place.volumeId, place.position));
    }

    /** Shares of a volume that are waited for. */
    int open(int volumeId) {
        int open = 0;
        for (Map.Entry<Place, RepairLane> each : lanes.entrySet()) {
            open += each.getKey().volumeId == volumeId ? open(each.getKey(), each.getValue()) : 0;
        }
        return open;
    }

    /** What could not be computed again so far, one sentence each; at most so many. */
    List<String> problems(int volumeId, int max) {
        List<String> problems = new ArrayList<>();
        lanes.forEach((place, lane) -> {
            if (place.volumeId == volumeId) {
                problems.addAll(followers.sentences(place, lane, max - problems.size()));
            }
        });
        return problems;
    }
}
