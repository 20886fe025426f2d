package io.roundtable.stream;

import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.Reason;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeInfo.Seat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The disks that a file is read from, by position: which can be asked, which are slow, and why others cannot. Guarded by
 * the fetch's lock.
 */
final class Sources {
    private static final int HEDGE_FACTOR = 3;

    private final Disks disks;
    private final FileShape shape;
    private final int excluded;
    private final ReadListener listener;
    private final @Nullable GroupSource[] sources;
    private final String[] troubles;

    /** @param excluded a position that is not to be read; -1 for none */
    Sources(Disks disks, FileShape shape, int excluded, ReadListener listener) {
        this.disks = disks;
        this.shape = shape;
        this.excluded = excluded;
        this.listener = listener;
        this.sources = new GroupSource[shape.layout().disks()];
        this.troubles = new String[shape.layout().disks()];
    }

    /** Takes the disks that are there and have not been tried; whether there are any. */
    boolean seat(VolumeInfo volume, FileInfo file, GroupFetch fetch) {
        boolean isNews = false;
        for (int position = 0; position < sources.length; position++) {
            Seat seat = volume.disks().get(position);
            GroupSource before = sources[position];
            if (position == excluded) {
                troubles[position] = seat.name() + " is being rebuilt";
            } else if (!seat.isThere()) {
                troubles[position] = seat.name() + " is not there";
            } else if (file.missing().contains(position)) {
                troubles[position] = seat.name() + " does not hold its share yet";
            } else if (before == null
                    || (before.failure() != null && !before.seat().equals(seat))) {
                GroupSource source = new GroupSource(disks, shape, seat, position, fetch, listener);
                source.setSlow(disks.isSlowToRead(seat));
                sources[position] = source;
                isNews = true;
            }
        }
        return isNews;
    }

    /** Whether no newer source has taken its place. */
    boolean isCurrent(GroupSource source) {
        return sources[source.position()] == source;
    }

    /** Whether the disk can be asked, and is not slow. */
    boolean isReady(int position) {
        GroupSource source = sources[position];
        return source != null && source.failure() == null && !source.isSlow();
    }

    boolean isHopedFor(Cell cell) {
        return cell.isPending() && isReady(cell.position());
    }

    /** Has the disk's thread begin, unless it has. */
    void start(int position) {
        GroupSource source = sources[position];
        if (source != null && source.start()) {
            disks.threads().execute(source);
        }
    }

    /** A slow disk is better than none: takes one back that has something to give; false if there is none. */
    boolean rehabilitate(ReadSlab slab) {
        GroupSource next = null;
        for (GroupSource source : sources) {
            if (source != null && source.failure() == null && source.isSlow()) {
                Cell cell = slab.cell(source.position());
                boolean isOfUse = cell.state() == Cell.State.IDLE || cell.isPending();
                // In turns: one that is stuck must not be tried again and again in place of one that was only late.
                if (isOfUse && (next == null || source.trials() < next.trials())) {
                    next = source;
                }
            }
        }
        if (next == null) {
            return false;
        }
        next.tryAgain();
        return true;
    }

    /**
     * Finds those that keep the slab waiting for too long.
     *
     * @param sinceNs since when it is waited for
     * @return whether there are new ones
     */
    boolean suspectSlow(ReadSlab slab, long sinceNs, long nowNs) {
        boolean isNews = false;
        for (GroupSource source : sources) {
            if (source == null || source.failure() != null || source.isSlow()) {
                continue;
            }
            long silentNs = nowNs - Math.max(sinceNs, source.progressNs());
            if (slab.cell(source.position()).isPending() && silentNs > patienceNs(source)) {
                source.setSlow(true);
                disks.suspectToRead(source.seat());
                isNews = true;
            }
        }
        return isNews;
    }

    /** Three times what the others take for a group, and at least the hedge's time. */
    private long patienceNs(GroupSource source) {
        long[] others = new long[sources.length];
        int count = 0;
        for (GroupSource each : sources) {
            if (each != null && each != source && each.serviceNs() > 0) {
                others[count++] = each.serviceNs();
            }
        }
        Arrays.sort(others, 0, count);
        long median = count == 0 ? 0 : others[count / 2];
        return Math.max(disks.options().hedgeMs() * 1_000_000L, HEDGE_FACTOR * median);
    }

    /** Why each disk that cannot give its part of the slab cannot. */
    String reasons(ReadSlab slab) {
        StringJoiner reasons = new StringJoiner("; ");
        for (int position = 0; position < sources.length; position++) {
            GroupSource source = sources[position];
            if (source == null) {
                reasons.add(troubles[position]);
                continue;
            }
            IOException failure = source.failure();
            if (failure != null) {
                reasons.add(source.seat().name() + ": " + Reason.of(failure));
            } else if (slab.cell(position).isDamaged()) {
                reasons.add(source.seat().name() + ": the block is damaged");
            }
        }
        return reasons.toString();
    }

    List<Integer> failedPositions() {
        List<Integer> failed = new ArrayList<>();
        for (GroupSource source : sources) {
            if (source != null && source.failure() != null) {
                failed.add(source.position());
            }
        }
        return failed;
    }

    /** Ends the waiting for answers that nobody needs any more. */
    void stopAwaited() {
        for (GroupSource each : sources) {
            if (each != null && each.isAwaited()) {
                each.stop();
            }
        }
    }
}
