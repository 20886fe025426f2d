package io.roundtable.manager;

import io.roundtable.catalog.FileEntry;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.manager.Repairs.Place;
import io.roundtable.protocol.DiskId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Users who wait for one place to be whole: they hear how far it is, and in the end what could not be mended. */
final class RepairFollowers {
    private record Waiter(Jobs.Job job, Place place) {}

    private final Context context;
    private final DiskTable disks;
    private final FileIndex index;
    private final Degraded degraded;
    private final List<Waiter> waiters = new ArrayList<>();

    RepairFollowers(Context context, DiskTable disks, FileIndex index, Degraded degraded) {
        this.context = context;
        this.disks = disks;
        this.index = index;
        this.degraded = degraded;
    }

    void add(Jobs.Job job, Place place) {
        waiters.add(new Waiter(job, place));
    }

    /** A share of this place was computed. */
    void progress(Place place, long bytes) {
        for (Waiter each : waiters) {
            if (each.place.equals(place)) {
                each.job.done(bytes);
            }
        }
    }

    /** Ends the jobs of those places where nothing is left to do, or can be done. */
    void look(Map<Place, RepairLane> lanes) {
        waiters.removeIf(waiter -> isFinished(waiter, lanes));
    }

    private boolean isFinished(Waiter each, Map<Place, RepairLane> lanes) {
        RepairLane lane = lanes.get(each.place);
        VolumeEntry volume = context.catalog.volume(each.place.volumeId());
        DiskId disk = volume == null ? null : volume.disks().get(each.place.position());
        // A disk that stays away is none that a user can wait for.
        boolean isStuck = disk != null && disks.awayMs(disk) > 2 * context.options.repairAfterMs();
        if (lane != null && !lane.isAtRest() && !isStuck) {
            return false;
        }
        if (lane != null && disk != null && isStuck) {
            each.job.problem("disk " + disks.name(disk) + " is away; "
                    + lane.open(degraded.lackingAt(each.place.volumeId(), each.place.position()))
                    + " of its shares are computed when it comes back or another takes its place");
        }
        if (lane != null) {
            sentences(each.place, lane, Jobs.PROBLEMS_MAX).forEach(each.job::problem);
        }
        each.job.over();
        return true;
    }

    /** What failed at one place, one sentence for each file; at most so many. */
    List<String> sentences(Place place, RepairLane lane, int max) {
        List<String> sentences = new ArrayList<>();
        for (Map.Entry<Long, String> each : lane.reasons(max).entrySet()) {
            FileEntry file = index.file(place.volumeId(), each.getKey());
            if (file != null) {
                sentences.add(file.name() + ": " + each.getValue());
            }
        }
        return sentences;
    }
}
