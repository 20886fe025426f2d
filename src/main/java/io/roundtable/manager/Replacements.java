package io.roundtable.manager;

import io.roundtable.catalog.Change;
import io.roundtable.catalog.Outcome;
import io.roundtable.catalog.Refusals;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.manager.Repairs.Place;
import io.roundtable.protocol.DiskId;
import io.roundtable.storage.Damage;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A disk that is away for too long loses its place to a Free one; {@link Repairs} then fills that.
 *
 * <p>It keeps the place while a file could not be computed without it: then its return is the only hope. What is counted
 * on instead of it is what the others have shown since they came, not what the catalog says of them.
 */
final class Replacements {
    /** A look at every file of a volume is not for every tick. */
    private static final long LOOK_EVERY_MS = 500;

    private final Context context;
    private final Proposals proposals;
    private final DiskTable disks;
    private final Holdings holdings;
    private final Commits commits;
    private final Degraded degraded;
    private final Garbage garbage;
    private final Set<DiskId> underWay = new HashSet<>();
    private long nextLookMs;

    Replacements(
            Context context,
            Proposals proposals,
            DiskTable disks,
            Holdings holdings,
            Commits commits,
            Degraded degraded,
            Garbage garbage) {
        this.context = context;
        this.proposals = proposals;
        this.disks = disks;
        this.holdings = holdings;
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
                DiskId by = isLost && !underWay.contains(lost)
                        ? pick(suitable(volume, free), new Place(volume.id(), position))
                        : null;
                if (by != null && !commits.needs(volume, position) && needing(volume, position) == 0) {
                    free.remove(by);
                    replace(volume, position, lost, by);
                }
            }
        }
    }

    /**
     * Foreign disks get no place in a volume that has none of them: its owner counts on folders. Elsewhere only where there
     * is no other.
     */
    private List<DiskId> suitable(VolumeEntry volume, List<DiskId> free) {
        List<DiskId> own = free.stream().filter(disk -> !disks.isForeign(disk)).toList();
        boolean isMixed = volume.disks().stream().anyMatch(disks::isForeign);
        boolean isOwnToBeHad = own.stream().anyMatch(holdings::isAtLiberty);
        return isMixed && !isOwnToBeHad ? free : own;
    }

    /** One that had this place before, or else any on which nothing is needed; null if there is none. */
    private @Nullable DiskId pick(List<DiskId> free, Place place) {
        List<DiskId> before = free.stream()
                .filter(disk -> holdings.hasShown(disk) && holdings.belongsTo(disk, place))
                .toList();
        List<DiskId> from =
                before.isEmpty() ? free.stream().filter(holdings::isAtLiberty).toList() : before;
        return from.isEmpty() ? null : from.get(context.random.nextInt(from.size()));
    }

    /**
     * Why the disk at a position must not forget what it holds, or null: files may need it, as far as the others have shown
     * what they hold.
     */
    @Nullable
    String reasonAgainstWiping(VolumeEntry volume, int position) {
        DiskId disk = volume.disks().get(position);
        boolean isInView = volume.disks().stream().allMatch(each -> holdings.hasShown(each) || !disks.isThere(each));
        if (!isInView) {
            return Refusals.busy("inventory");
        }
        boolean isNeeded = holdings.isNeededElsewhere(disk, new Place(volume.id(), position))
                || isAnyLostWithout(volume, unseen(volume, position));
        return isNeeded ? Refusals.busy("repair") : null;
    }

    /** A volume with files that cannot be computed from what the disks have shown, or null: a disk that is away may help. */
    @Nullable
    VolumeEntry unreadable() {
        for (VolumeEntry volume : context.catalog.volumes()) {
            if (isAnyLostWithout(volume, unseen(volume, -1))) {
                return volume;
            }
        }
        return null;
    }

    private boolean isAnyLostWithout(VolumeEntry volume, Set<Integer> unseen) {
        return degraded.kinds(volume.id()).keySet().stream()
                .anyMatch(kind -> !Damage.of(Degraded.layout(volume), kind.lost())
                        .with(unseen)
                        .isRecoverable());
    }

    /** Positions that cannot be counted on now, and one more; -1 for none. */
    private Set<Integer> unseen(VolumeEntry volume, int position) {
        Set<Integer> unseen = new TreeSet<>();
        for (int at = 0; at < volume.disks().size(); at++) {
            boolean isSeen = holdings.hasShown(volume.disks().get(at)) && !commits.isWiping(volume.id(), at);
            if (!isSeen || at == position) {
                unseen.add(at);
            }
        }
        return unseen;
    }

    /**
     * How many files could not be computed any more without what the disk at this position holds. What is about to be lost
     * elsewhere counts as lost, and so does all that lies on a disk which has not shown what it holds since it came.
     */
    int needing(VolumeEntry volume, int position) {
        Set<Integer> away = unseen(volume, position);
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
