package io.roundtable.manager;

import io.roundtable.catalog.Change;
import io.roundtable.catalog.Outcome;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.protocol.DiskId;
import io.roundtable.storage.Damage;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A disk that is away for too long loses its place to a Free one; {@link Repairs} then fills that.
 *
 * <p>With its place a disk loses what it holds, should it come back. So it keeps the place while a file could not be
 * computed without it: then its return is the only hope.
 */
final class Replacements {
    /** A look at every file of a volume is not for every tick. */
    private static final long LOOK_EVERY_MS = 500;

    private final Context context;
    private final Proposals proposals;
    private final DiskTable disks;
    private final Inventory inventory;
    private final Commits commits;
    private final Degraded degraded;
    private final Garbage garbage;
    private final Set<DiskId> underWay = new HashSet<>();
    private long nextLookMs;

    Replacements(
            Context context,
            Proposals proposals,
            DiskTable disks,
            Inventory inventory,
            Commits commits,
            Degraded degraded,
            Garbage garbage) {
        this.context = context;
        this.proposals = proposals;
        this.disks = disks;
        this.inventory = inventory;
        this.commits = commits;
        this.degraded = degraded;
        this.garbage = garbage;
    }

    void run() {
        if (context.nowMs() < nextLookMs) {
            return;
        }
        nextLookMs = context.nowMs() + LOOK_EVERY_MS;
        List<DiskId> free = disks.free();
        // One that comes back may get the very place that it had: what is computed there would be deleted, too.
        free.removeIf(garbage::isDeletingOn);
        for (VolumeEntry volume : context.catalog.volumes()) {
            for (int position = 0; position < volume.disks().size() && !volume.isDecommissioning(); position++) {
                DiskId lost = volume.disks().get(position);
                boolean isLost = disks.awayMs(lost) >= context.options.repairAfterMs();
                boolean mayGo = isLost && !free.isEmpty() && !underWay.contains(lost);
                if (mayGo && !commits.needs(volume, position) && needing(volume, position) == 0) {
                    replace(volume, position, lost, free.remove(context.random.nextInt(free.size())));
                }
            }
        }
    }

    /**
     * How many files could not be computed any more without what the disk at this position holds. What is about to be lost
     * elsewhere counts as lost, and so does all that lies on a disk which has not shown what it holds since it came.
     */
    int needing(VolumeEntry volume, int position) {
        Set<Integer> away = new TreeSet<>();
        for (int at = 0; at < volume.disks().size(); at++) {
            if (!inventory.hasShown(volume.disks().get(at)) || commits.isWiping(volume.id(), at)) {
                away.add(at);
            }
        }
        away.add(position);
        int needing = 0;
        for (Map.Entry<Degraded.Kind, Integer> each :
                degraded.kinds(volume.id()).entrySet()) {
            Degraded.Kind kind = each.getKey();
            Damage damage = Damage.of(Degraded.layout(volume), kind.lost());
            boolean isLostAnyway = damage.spare(kind.width()) < 0 || kind.lost().contains(position);
            // Whatever the size: that a short file needs fewer is no reason to take more from it.
            boolean isNeeding = !isLostAnyway && !damage.with(away).isRecoverable();
            needing += isNeeding ? each.getValue() : 0;
        }
        return needing;
    }

    /** Whether another disk is about to get the place of this one. */
    boolean isReplacing(DiskId disk) {
        return underWay.contains(disk);
    }

    private void replace(VolumeEntry volume, int position, DiskId lost, DiskId by) {
        underWay.add(lost);
        disks.reserve(by);
        Change change = new Change.ReplaceDisk(volume.id(), position, lost, by);
        proposals.propose(0, change, result -> {
            underWay.remove(lost);
            disks.release(by);
            if (result instanceof Outcome.Done) {
                context.report(
                        EventKind.DISK_REPLACED,
                        Fact.of("volume", volume.name()),
                        Fact.of("position", position),
                        Fact.of("lost", disks.name(lost)),
                        Fact.of("disk", disks.name(by)));
            }
        });
    }
}
