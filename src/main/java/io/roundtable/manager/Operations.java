package io.roundtable.manager;

import io.roundtable.catalog.Catalog.DiskEntry;
import io.roundtable.catalog.Change;
import io.roundtable.catalog.Outcome;
import io.roundtable.catalog.Refusals;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.VolumeMessage;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What takes its time, one job each: a disk failed on purpose, a scrub, the end of a volume. */
final class Operations {
    private static final long WIPE_MS = 60_000;
    private static final long WIPE_AGAIN_MS = 1_000;
    /** Refusals of a disk that is just being started or stopped, or that another manages. */
    private static final Set<DiskMessage.Fault> MAY_PASS =
            EnumSet.of(DiskMessage.Fault.OUT_OF_SERVICE, DiskMessage.Fault.STALE_EPOCH);

    /** A disk that forgets its shares of a volume. */
    private record Wiping(int volumeId, int position, DiskId disk, Jobs.Job job) {}

    private final Context context;
    private final Proposals proposals;
    private final DiskTable disks;
    private final Grants grants;
    private final Repairs repairs;
    private final Replacements replacements;
    private final Scrubbing scrubbing;
    private final Orders orders;
    private final Jobs jobs;
    private final Commits commits;
    private final Consumer<DiskId> looks;
    private final Map<Integer, Jobs.Job> decommissions = new TreeMap<>();
    /** Wipes that were not answered, and when they are ordered again. */
    private final Map<Wiping, Long> unwiped = new LinkedHashMap<>();

    /** @param looks told which disks are to show anew what they hold */
    Operations(
            Context context,
            Proposals proposals,
            DiskTable disks,
            Grants grants,
            Repairs repairs,
            Replacements replacements,
            Scrubbing scrubbing,
            Orders orders,
            Jobs jobs,
            Commits commits,
            Consumer<DiskId> looks) {
        this.context = context;
        this.proposals = proposals;
        this.disks = disks;
        this.grants = grants;
        this.repairs = repairs;
        this.replacements = replacements;
        this.scrubbing = scrubbing;
        this.orders = orders;
        this.jobs = jobs;
        this.commits = commits;
        this.looks = looks;
        // What the last manager began.
        context.catalog.volumes().stream()
                .filter(VolumeEntry::isDecommissioning)
                .forEach(volume -> wipeAll(jobs.begin(0, "decommission " + volume.name()), volume));
    }

    // ---- disk-failure

    void onFailDisk(long request, VolumeMessage.FailDisk fail) {
        Jobs.Job before = jobs.of(fail.requestId());
        VolumeEntry volume = context.catalog.volume(fail.volume());
        if (before != null) {
            jobs.answer(request, before);
        } else if (context.catalog.isRemembered(fail.requestId())) {
            failedBefore(request, fail, volume);
        } else if (volume == null) {
            context.refuseVolume(request);
        } else if (volume.isDecommissioning()) {
            context.refuse(request, Refusals.busy("decommission-dss"));
        } else if (isFailing(volume)) {
            context.refuse(request, Refusals.busy("disk-failure"));
        } else {
            failDisk(request, fail, volume);
        }
    }

    /**
     * The last manager failed the disk, or was refused, and nobody heard. What it drew is not known here, and another disk
     * must not be wiped: whoever asks follows what is left to do.
     */
    private void failedBefore(long request, VolumeMessage.FailDisk fail, @Nullable VolumeEntry volume) {
        Change again = new Change.LoseShares(volume == null ? 0 : volume.id(), 0, new DiskId(0, 0));
        proposals.propose(fail.requestId(), again, result -> {
            if (result instanceof Outcome.Refused refused) {
                context.refuse(request, refused.reason());
                return;
            }
            Jobs.Job job = jobs.begin(fail.requestId(), "disk-failure " + fail.volume());
            int position = volume == null ? -1 : repairs.busiest(volume);
            if (volume == null || position < 0) {
                job.over();
            } else {
                repairs.follow(job, volume, position);
            }
            jobs.answer(request, job);
        });
    }

    private void failDisk(long request, VolumeMessage.FailDisk fail, VolumeEntry volume) {
        int position = fail.disk().isPresent()
                ? position(volume, fail.disk().get())
                : context.random.nextInt(volume.disks().size());
        if (position < 0) {
            context.refuse(request, Refusals.NO_SUCH_DISK);
            return;
        }
        DiskId disk = volume.disks().get(position);
        long others = volume.disks().stream()
                .filter(each -> !each.equals(disk) && !disks.isThere(each))
                .count();
        Member host = disks.host(disk);
        String reason = replacements.reasonAgainstWiping(volume, position);
        if (others + 1 > volume.parity()) {
            context.refuse(request, Refusals.TOO_MANY_AWAY);
        } else if (host == null) {
            context.refuse(request, "disk " + disks.name(disk) + " is away already");
        } else if (reason != null) {
            context.refuse(request, reason);
        } else if (commits.needs(volume, position)) {
            context.refuse(request, Refusals.busy("copy"));
        } else if (grants.isReadingBygone(volume.id())) {
            // One wiped disk after the other would take the content from under its reader.
            context.refuse(request, Refusals.busy("read of a file that was removed or replaced"));
        } else {
            Jobs.Job job = jobs.begin(fail.requestId(), "disk-failure " + volume.name() + " " + disks.name(disk));
            commits.beginWipe(volume.id(), position);
            repairs.hold(volume.id(), position);
            proposals.propose(fail.requestId(), new Change.LoseShares(volume.id(), position, disk), result -> {
                if (result instanceof Outcome.Refused refused) {
                    job.over();
                    endWipe(volume.id(), position);
                    context.refuse(request, refused.reason());
                    return;
                }
                wipe(new Wiping(volume.id(), position, disk, job), volume);
                repairs.follow(job, volume, position);
                jobs.answer(request, job);
            });
        }
    }

    private void wipe(Wiping wiping, VolumeEntry volume) {
        Member host = disks.host(wiping.disk);
        if (host == null) {
            unwiped.put(wiping, context.nowMs() + WIPE_AGAIN_MS);
            return;
        }
        String reason = replacements.reasonAgainstWiping(volume, wiping.position);
        if (reason != null) {
            // It was right when it was asked for; since then another disk has gone, or has come with less.
            wiping.job.problem("disk " + disks.name(wiping.disk) + " was not wiped: " + reason);
            endWipe(wiping.volumeId, wiping.position);
            looks.accept(wiping.disk);
            return;
        }
        orders.send(host, new DiskMessage.Wipe(wiping.disk, context.epoch, wiping.volumeId), WIPE_MS, answer -> {
            if (answer instanceof Control.Done) {
                endWipe(wiping.volumeId, wiping.position);
            } else if (answer instanceof DiskMessage.DiskRefusal refusal && !MAY_PASS.contains(refusal.fault())) {
                // It will say the same the next time; what it still holds is computed again with the rest.
                wiping.job.problem("disk " + disks.name(wiping.disk) + " was not wiped: " + refusal.reason());
                endWipe(wiping.volumeId, wiping.position);
            } else {
                unwiped.put(wiping, context.nowMs() + WIPE_AGAIN_MS);
            }
        });
    }

    /** Wipes again where nobody knows whether it was done: what is built up meanwhile could fall to the first order. */
    void onTick() {
        for (Wiping wiping : List.copyOf(unwiped.keySet())) {
            VolumeEntry volume = context.catalog.volume(wiping.volumeId);
            if (volume == null || !volume.disks().get(wiping.position).equals(wiping.disk)) {
                unwiped.remove(wiping);
                endWipe(wiping.volumeId, wiping.position);
            } else if (context.nowMs() >= unwiped.getOrDefault(wiping, 0L)) {
                unwiped.remove(wiping);
                wipe(wiping, volume);
            }
        }
    }

    private boolean isFailing(VolumeEntry volume) {
        for (int position = 0; position < volume.disks().size(); position++) {
            if (commits.isWiping(volume.id(), position)) {
                return true;
            }
        }
        return false;
    }

    private void endWipe(int volumeId, int position) {
        commits.endWipe(volumeId, position);
        repairs.release(volumeId, position);
    }

    private int position(VolumeEntry volume, String name) {
        DiskEntry disk = context.catalog.disk(name);
        return disk == null ? -1 : volume.positionOf(disk.disk());
    }

    // ---- scrub

    void onScrub(long request, VolumeMessage.Scrub scrub) {
        VolumeEntry volume = context.catalog.volume(scrub.volume());
        if (volume == null) {
            context.refuseVolume(request);
            return;
        }
        Jobs.Job job = scrubbing.running(volume.id());
        if (job == null) {
            job = jobs.begin(0, "scrub " + volume.name());
            scrubbing.begin(job, volume);
        }
        jobs.answer(request, job);
    }

    // ---- decommission

    void onDecommission(long request, VolumeMessage.Decommission decommission) {
        Jobs.Job before = jobs.of(decommission.requestId());
        VolumeEntry volume = context.catalog.volume(decommission.volume());
        if (before != null) {
            jobs.answer(request, before);
        } else if (context.catalog.isRemembered(decommission.requestId())) {
            decommissionedBefore(request, decommission, volume);
        } else if (volume == null) {
            context.refuseVolume(request);
        } else if (!decommission.isForced() && !isOwner(decommission.user(), volume)) {
            context.refuse(request, Refusals.volumeOf(volume.owner()));
        } else if (grants.isReadingFrom(volume.id())) {
            context.refuse(request, Refusals.READS_IN_PROGRESS);
        } else if (grants.isWritingTo(volume.id())) {
            context.refuse(request, Refusals.busy("copy"));
        } else if (volume.isDecommissioning()) {
            context.refuse(request, Refusals.busy("decommission-dss"));
        } else if (volume.fileCount() > decommission.filesMax()) {
            context.refuse(request, Refusals.filesToDelete(volume.fileCount()));
        } else {
            Jobs.Job job = jobs.begin(decommission.requestId(), "decommission " + volume.name());
            proposals.propose(decommission.requestId(), new Change.BeginDecommission(volume.id()), result -> {
                if (result instanceof Outcome.Refused refused) {
                    job.over();
                    context.refuse(request, refused.reason());
                } else {
                    if (!isOwner(decommission.user(), volume)) {
                        context.reportForced("decommission " + volume.name(), volume.owner(), decommission.user());
                    }
                    wipeAll(job, volume);
                    jobs.answer(request, job);
                }
            });
        }
    }

    /** A volume that was made by somebody who does not say who that is belongs to everybody. */
    private static boolean isOwner(String user, VolumeEntry volume) {
        return volume.owner().isEmpty() || volume.owner().equals(user);
    }

    /** The last manager began it, or was refused, and nobody heard. */
    private void decommissionedBefore(
            long request, VolumeMessage.Decommission decommission, @Nullable VolumeEntry volume) {
        Change again = new Change.BeginDecommission(volume == null ? 0 : volume.id());
        proposals.propose(decommission.requestId(), again, result -> {
            if (result instanceof Outcome.Refused refused) {
                context.refuse(request, refused.reason());
                return;
            }
            Jobs.Job job = volume == null ? null : decommissions.get(volume.id());
            if (job == null) {
                job = jobs.begin(decommission.requestId(), "decommission " + decommission.volume());
                job.over();
            }
            jobs.answer(request, job);
        });
    }

    /** Every disk that is there is wiped; one that is away is, when it comes back as a Free one. */
    private void wipeAll(Jobs.Job job, VolumeEntry volume) {
        List<DiskId> there = new ArrayList<>();
        volume.disks().stream().filter(disks::isThere).forEach(there::add);
        job.total(there.size());
        decommissions.put(volume.id(), job);
        int[] open = {there.size() + 1};
        Runnable one = () -> {
            if (--open[0] == 0) {
                proposals.propose(0, new Change.EndVolume(volume.id()), result -> job.over());
            }
        };
        for (DiskId disk : there) {
            Member host = disks.host(disk);
            if (host == null) {
                one.run();
                continue;
            }
            orders.send(host, new DiskMessage.Wipe(disk, context.epoch, volume.id()), WIPE_MS, answer -> {
                one.run();
            });
        }
        one.run();
    }
}
