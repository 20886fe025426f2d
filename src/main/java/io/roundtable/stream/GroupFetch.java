package io.roundtable.stream;

import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.VolumeInfo;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the groups of a file's shares from all disks at once, a window of slabs ahead, and hands on the slabs in
 * order, each once all that is wanted of it is here or can be computed.
 *
 * <p>Asks first only for what is wanted. When a disk fails, is too slow, or a block turns out broken, it asks the other
 * disks for as much as is needed instead, and goes on so for the rest of the file. A slow disk is asked again when too
 * few others are left. One lock for all; the bytes move outside it.
 */
final class GroupFetch implements AutoCloseable {
    private static final int LOOK_EVERY_MS = 10;
    private static final int REFRESH_EVERY_MS = 500;
    private static final int REFRESHES_MAX = 20;

    private final Disks disks;
    private final FileShape shape;
    private final Wanted wanted;
    private final SeatSource seats;
    private final String what;
    private final Sources sources;
    private final Deque<ReadSlab> window = new ArrayDeque<>();
    private final int windowMax;
    private long planned;
    private boolean isClosed;

    /** @param excluded a position that is not to be read; -1 for none */
    GroupFetch(
            Disks disks,
            VolumeInfo volume,
            FileInfo file,
            Wanted wanted,
            int excluded,
            SeatSource seats,
            ReadListener listener) {
        this.disks = disks;
        this.shape = FileShape.of(volume, file);
        this.wanted = wanted;
        this.seats = seats;
        this.what = "'" + file.name() + "' of " + volume.name();
        this.windowMax = disks.options().windowGroups(shape.layout().disks());
        this.planned = wanted.firstGroup();
        this.sources = new Sources(disks, shape, excluded, listener);
        seat(volume, file);
    }

    private synchronized boolean seat(VolumeInfo volume, FileInfo file) {
        return sources.seat(volume, file, this);
    }

    // ---- the reader's side

    /** The next slab, to be {@link #done}; null behind the last. */
    @Nullable
    ReadSlab next() throws IOException {
        long since = System.nanoTime();
        int refreshes = 0;
        while (true) {
            synchronized (this) {
                planAhead();
                ReadSlab head = window.peek();
                if (head == null) {
                    return null;
                }
                if (awaitHead(head, since)) {
                    // What comes now comes too late.
                    dropPending(head);
                    return head;
                }
                if (refreshes == REFRESHES_MAX) {
                    throw new StreamException(hopeless(head));
                }
            }
            // Perhaps the disks are others by now.
            refreshes = refresh(refreshes);
        }
    }

    private int refresh(int refreshes) throws IOException {
        SeatSource.Seats now = seats.refresh();
        if (now == null) {
            return REFRESHES_MAX;
        }
        if (!seat(now.volume(), now.file())) {
            long untilNs = System.nanoTime() + REFRESH_EVERY_MS * 1_000_000L;
            synchronized (this) {
                // Others' news wake it up, too.
                for (long leftMs = REFRESH_EVERY_MS; leftMs > 0; leftMs = (untilNs - System.nanoTime()) / 1_000_000) {
                    pause(leftMs);
                }
            }
        }
        return refreshes + 1;
    }

    /** The reader is through with the slab that {@link #next} gave. */
    void done(ReadSlab slab) {
        synchronized (this) {
            window.remove(slab);
            planAhead();
        }
        slab.giveBack(disks.buffers());
    }

    private static void dropPending(ReadSlab slab) {
        for (Cell each : slab.cells()) {
            if (each.state() != Cell.State.ARRIVED) {
                each.become(Cell.State.DROPPED);
            }
        }
    }

    private void planAhead() {
        while (planned < wanted.endGroup() && window.size() < windowMax) {
            ReadSlab slab = new ReadSlab(shape, wanted, planned++);
            window.add(slab);
            plan(slab);
        }
    }

    /** Asks for what makes the slab complete; false if all the disks together cannot. */
    private boolean plan(ReadSlab slab) {
        for (Cell cell : slab.cells()) {
            if (cell.isWanted() && cell.state() == Cell.State.IDLE && sources.isReady(cell.position())) {
                ask(cell);
            }
        }
        while (!slab.isDecodable(sources::isHopedFor)) {
            Cell next = choose(slab);
            if (next == null) {
                if (!sources.rehabilitate(slab)) {
                    return false;
                }
            } else {
                ask(next);
            }
        }
        return true;
    }

    private void ask(Cell cell) {
        cell.become(Cell.State.QUEUED);
        sources.start(cell.position());
        notifyAll();
    }

    /** Which other cell to ask for, in turns. */
    private @Nullable Cell choose(ReadSlab slab) {
        int count = slab.cells().length;
        for (int i = 0; i < count; i++) {
            int position = (int) ((slab.group() + i) % count);
            Cell cell = slab.cell(position);
            if (cell.state() == Cell.State.IDLE && sources.isReady(position)) {
                return cell;
            }
        }
        return null;
    }

    /** Waits until the slab can be handed on; false if it never will be with these disks. */
    private boolean awaitHead(ReadSlab head, long since) throws IOException {
        long waitingNs = System.nanoTime();
        while (!isComplete(head)) {
            if (!plan(head)) {
                return false;
            }
            pause(LOOK_EVERY_MS);
            long now = System.nanoTime();
            if (sources.suspectSlow(head, waitingNs, now)) {
                window.forEach(this::plan);
            }
            if ((now - since) / 1_000_000 > 2L * disks.options().hardStallMs()) {
                throw new StreamException("reading " + what + " makes no progress; try again");
            }
        }
        return true;
    }

    /** What is on its way is cheaper than what has to be computed. */
    private boolean isComplete(ReadSlab slab) {
        if (slab.isWhole()) {
            return true;
        }
        for (Cell each : slab.cells()) {
            if (each.isWanted() && sources.isHopedFor(each)) {
                return false;
            }
        }
        return slab.isDecodable(cell -> false);
    }

    private String hopeless(ReadSlab slab) {
        return what + " cannot be read: stripe " + slab.undecodableStripe() + " needs "
                + shape.layout().dataDisks() + " of " + shape.layout().disks() + " disks, but "
                + sources.reasons(slab);
    }

    // Whoever pauses looks again: spurious wake-ups do no harm.
    @SuppressWarnings("WaitNotInLoop")
    private void pause(long ms) throws InterruptedIOException {
        try {
            wait(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the read was interrupted");
        }
    }

    // ---- the sources' side

    /** The next groups to ask a disk for; null at the end, empty if there are none and it shall not wait. */
    synchronized @Nullable List<Cell> nextRun(GroupSource source, boolean waits) throws IOException {
        while (!isClosed && sources.isCurrent(source)) {
            List<Cell> run = takeRun(source.position());
            if (!run.isEmpty()) {
                if (waits) {
                    source.begin();
                }
                return run;
            }
            if (!waits) {
                return run;
            }
            pause(0);
        }
        return null;
    }

    private List<Cell> takeRun(int position) {
        List<Cell> run = new ArrayList<>();
        for (ReadSlab slab : window) {
            Cell cell = slab.cell(position);
            if (cell.state() == Cell.State.QUEUED && run.size() < GroupSource.GROUPS_PER_REQUEST_MAX) {
                cell.become(Cell.State.ASKED);
                run.add(cell);
            } else if (!run.isEmpty()) {
                break;
            }
        }
        return run;
    }

    /** Takes over the buffer unless it comes too late; returns whether it did. */
    synchronized boolean arrived(GroupSource source, Cell cell, ByteBuffer buffer, @Nullable BitSet bad) {
        source.progress();
        if (isClosed || cell.state() != Cell.State.ASKED) {
            return false;
        }
        cell.arrive(buffer, bad);
        notifyAll();
        return true;
    }

    synchronized void readAgain(GroupSource source, Cell cell) {
        source.progress();
        if (cell.state() == Cell.State.ASKED) {
            cell.readAgain();
        }
    }

    synchronized void failed(GroupSource source, IOException e) {
        source.fail(e);
        if (sources.isCurrent(source) && !isClosed) {
            for (ReadSlab slab : window) {
                Cell cell = slab.cell(source.position());
                if (cell.isPending()) {
                    cell.become(Cell.State.IDLE);
                }
            }
            window.forEach(this::plan);
            notifyAll();
        }
    }

    /** Positions whose disks failed. */
    synchronized List<Integer> failedPositions() {
        return sources.failedPositions();
    }

    /** Ends all reading; what the reader holds stays its own. */
    @Override
    public void close() {
        List<ReadSlab> left;
        synchronized (this) {
            isClosed = true;
            left = List.copyOf(window);
            window.clear();
            left.forEach(GroupFetch::dropPending);
            notifyAll();
            sources.stopAwaited();
        }
        left.forEach(slab -> slab.giveBack(disks.buffers()));
    }
}
