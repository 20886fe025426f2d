package io.roundtable.stream;

import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.VolumeInfo.Seat;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What all streams of a process share: idle connections to disks, buffers, threads, and which disks were slow of late.
 * Safe for use by many threads; to be closed at the end.
 */
public final class Disks implements AutoCloseable {
    private static final int IDLE_MAX_MS = 50_000;
    private static final int IDLE_MAX_PER_DISK = 16;
    /** Longer idle, and the peer may have closed the connection: looking costs a system call. */
    private static final long TRUST_IDLE_MS = 20;

    private static final int PATIENCE_FACTOR = 4;

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final StreamOptions options;
    private final Watchdog watchdog = new Watchdog();
    private final BufferPool buffers = new BufferPool();
    private final ExecutorService threads = Executors.newCachedThreadPool(daemons());
    private final Map<Seat, Deque<DiskConnection>> idle = new HashMap<>();
    private final Map<DiskId, Long> slowToReadUntilNs = new ConcurrentHashMap<>();
    private final Map<DiskId, Long> slowToWriteUntilNs = new ConcurrentHashMap<>();
    private volatile long smallReadNs;
    private boolean isClosed;

    public Disks() {
        this(StreamOptions.DEFAULT);
    }

    public Disks(StreamOptions options) {
        this.options = options;
    }

    private static ThreadFactory daemons() {
        return task -> {
            Thread thread = new Thread(task, "stream-" + NUMBER.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    StreamOptions options() {
        return options;
    }

    BufferPool buffers() {
        return buffers;
    }

    ExecutorService threads() {
        return threads;
    }

    /** Buffers taken and not given back: 0 when nothing is on its way. */
    public int buffersInUse() {
        return buffers.inUse();
    }

    // ---- connections

    /** An idle connection, or a new one. */
    DiskConnection borrow(Seat seat) throws IOException {
        DiskConnection found = pollIdle(seat);
        while (found != null) {
            if ((found.isOpen() && found.idleMs() <= TRUST_IDLE_MS) || found.isAlive()) {
                return found;
            }
            found.close();
            found = pollIdle(seat);
        }
        return fresh(seat);
    }

    DiskConnection fresh(Seat seat) throws IOException {
        return DiskConnection.open(seat, options.connectMs(), watchdog);
    }

    private synchronized @Nullable DiskConnection pollIdle(Seat seat) {
        Deque<DiskConnection> free = idle.get(seat);
        return free == null ? null : free.pollLast();
    }

    /** Keeps the connection for others if it is in order, else closes it. */
    void giveBack(DiskConnection connection) {
        if (connection.isIdle()) {
            connection.rest();
            synchronized (this) {
                Deque<DiskConnection> free = idle.computeIfAbsent(connection.seat(), each -> new ArrayDeque<>());
                // The longest idle lie in front; their disks have closed them by now, or soon will.
                for (DiskConnection old = free.peekFirst();
                        old != null && old.idleMs() > IDLE_MAX_MS;
                        old = free.peekFirst()) {
                    old.close();
                    free.removeFirst();
                }
                if (!isClosed && free.size() < IDLE_MAX_PER_DISK) {
                    free.addLast(connection);
                    return;
                }
            }
        }
        connection.close();
    }

    // ---- suspicion

    /** The disk held a write up: for a time it is left out where it need not take part. */
    void suspect(Seat seat) {
        mark(slowToWriteUntilNs, seat);
        mark(slowToReadUntilNs, seat);
    }

    /** A read found it cheaper not to wait for the disk; much too small a delay to write without it. */
    void suspectToRead(Seat seat) {
        mark(slowToReadUntilNs, seat);
    }

    private void mark(Map<DiskId, Long> untilNs, Seat seat) {
        untilNs.put(seat.disk(), System.nanoTime() + options.suspectMs() * 1_000_000L);
    }

    boolean isSlowToRead(Seat seat) {
        return isMarked(slowToReadUntilNs, seat);
    }

    boolean isSlowToWrite(Seat seat) {
        return isMarked(slowToWriteUntilNs, seat);
    }

    private static boolean isMarked(Map<DiskId, Long> untilNs, Seat seat) {
        Long until = untilNs.get(seat.disk());
        if (until == null) {
            return false;
        }
        if (System.nanoTime() - until > 0) {
            untilNs.remove(seat.disk(), until);
            return false;
        }
        return true;
    }

    /** How long a small read waits for a disk before it takes the long way. */
    long patienceMs() {
        return Math.max(options.hedgeMs(), PATIENCE_FACTOR * smallReadNs / 1_000_000);
    }

    void tookToRead(long ns) {
        // Smoothed; that threads overwrite each other's news does no harm.
        smallReadNs = (7 * smallReadNs + ns) / 8;
    }

    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
            idle.values().forEach(free -> free.forEach(DiskConnection::close));
            idle.clear();
        }
        threads.shutdownNow();
        watchdog.close();
    }
}
