package io.roundtable.manager;

import io.roundtable.catalog.Change;
import io.roundtable.catalog.Outcome;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.catalog.VolumeEntry.FileEntry;
import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.protocol.DiskId;
import java.util.HashSet;
import java.util.List;
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
    private final Repairs repairs;
    private final Garbage garbage;
    private final Set<DiskId> underWay = new HashSet<>();
    private long nextLookMs;

    Replacements(
            Context context,
            Proposals proposals,
            DiskTable disks,
            Inventory inventory,
            Commits commits,
            Repairs repairs,
            Garbage garbage) {
        this.context = context;
        this.proposals = proposals;
        this.disks = disks;
        this.inventory = inventory;
        this.commits = commits;
        this.repairs = repairs;
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
                if (mayGo && !commits.needs(volume, position) && !isNeeded(volume, position)) {
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
        return needing(volume, position, Integer.MAX_VALUE);
    }

    /** Whether there is any such file; the first that is found will do. */
    boolean isNeeded(VolumeEntry volume, int position) {
        return needing(volume, position, 1) > 0;
    }

    private int needing(VolumeEntry volume, int position, int enough) {
        Set<Integer> away = new TreeSet<>();
        for (int at = 0; at < volume.disks().size(); at++) {
            if (!inventory.hasShown(volume.disks().get(at)) || commits.isWiping(volume.id(), at)) {
                away.add(at);
            }
        }
        away.add(position);
        boolean isEveryWholeOneNeeding = away.size() > volume.parity();
        int needing = 0;
        for (FileEntry file : volume.files()) {
            Set<Integer> losing = repairs.losing(file.fileId());
            // Nearly all files lack nothing, and there may be millions.
            boolean isWhole = file.missing().isEmpty() && losing.isEmpty();
            boolean isNeeding = isWhole ? isEveryWholeOneNeeding : isNeeding(volume, file, losing, position, away);
            needing += isNeeding ? 1 : 0;
            if (needing >= enough) {
                return needing;
            }
        }
        return needing;
    }

    /** @param away positions that cannot be counted on now, with the one in question */
    private static boolean isNeeding(
            VolumeEntry volume, FileEntry file, Set<Integer> losing, int position, Set<Integer> away) {
        Set<Integer> lost = new TreeSet<>(file.missing());
        lost.addAll(losing);
        boolean isLostAnyway = lost.size() > volume.parity() || lost.contains(position);
        lost.addAll(away);
        return !isLostAnyway && lost.size() > volume.parity();
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
