package io.roundtable.disk;

import io.roundtable.protocol.DiskMessage.DiskRefusal;
import io.roundtable.protocol.DiskMessage.Fault;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Serves the data connections of one disk, each on a thread of its own, and does the disk's housekeeping. A disk that
 * is slow or saturated keeps its own threads waiting and nobody else.
 *
 * <p>Its threads are never interrupted: connections end by being closed.
 */
public final class DiskServer implements AutoCloseable {
    private static final int HOUSEKEEPING_MS = 1_000;
    private static final int STOP_SECONDS = 10;
    /** One for all disks of a process: a big table in one process has many. */
    private static final ScheduledExecutorService HOUSEKEEPER =
            Executors.newSingleThreadScheduledExecutor(named("disk-housekeeper-"));

    /** A chore that reads and writes hangs with its disk, and may not hold up the others'. */
    private static final ExecutorService CHORES = Executors.newCachedThreadPool(named("disk-chore-"));

    private final DiskStore store;
    private final DataServerOptions options;
    private final BufferPool buffers;
    private final ThreadPoolExecutor threads;
    private final List<ScheduledFuture<?>> chores = new ArrayList<>();
    /** Held while packs are compacted. */
    private final Object compacting = new Object();

    private final AtomicBoolean isCompacting = new AtomicBoolean();

    private final Set<DataSession> sessions = ConcurrentHashMap.newKeySet();
    private volatile boolean isOutOfService;
    private volatile boolean isClosed;

    /** @param store stays open when this is closed */
    public DiskServer(DiskStore store, DataServerOptions options) {
        this.store = store;
        this.options = options;
        this.buffers = new BufferPool(options.buffers(), DiskStore.PUT_BUFFER_BYTES);
        this.threads = new ThreadPoolExecutor(
                0, options.sessionsMax(), 10, TimeUnit.SECONDS, new SynchronousQueue<>(), named("disk-data-"));
        long watchMs = Math.max(1, Math.min(HOUSEKEEPING_MS, options.idleMs() / 4));
        every(watchMs, this::closeIdle);
        every(HOUSEKEEPING_MS, this::beginCompaction);
    }

    /**
     * Takes over a connection whose hello has been read and answered. Never waits.
     *
     * @param channel off every selector
     * @return empty if it is served, and closed in the end, by this; else why not, and the caller keeps it
     */
    public Optional<DiskRefusal> serve(SocketChannel channel) {
        if (isOutOfService || isClosed) {
            return Optional.of(refusal("the disk is out of service: try again later"));
        }
        try {
            channel.configureBlocking(true);
        } catch (IOException e) {
            return Optional.of(refusal("the connection is closed"));
        }
        DataSession session = new DataSession(store, channel, buffers);
        sessions.add(session);
        try {
            threads.execute(() -> {
                try {
                    session.run();
                } finally {
                    sessions.remove(session);
                }
            });
        } catch (RejectedExecutionException e) {
            sessions.remove(session);
            return Optional.of(refusal("the disk serves " + options.sessionsMax()
                    + " connections already: try again later, or close some"));
        }
        if (isOutOfService || isClosed) {
            session.abort();
        }
        return Optional.empty();
    }

    /** A disk that feigns failure drops its connections and takes no others. */
    public void outOfService(boolean isOut) {
        isOutOfService = isOut;
        if (isOut) {
            sessions.forEach(DataSession::abort);
        }
    }

    public int sessions() {
        return sessions.size();
    }

    /** Closes all connections and returns when their threads are done. */
    @Override
    public void close() {
        isClosed = true;
        sessions.forEach(DataSession::abort);
        threads.shutdown();
        chores.forEach(chore -> chore.cancel(false));
        synchronized (compacting) {
            // None begins any more.
            chores.clear();
        }
        try {
            threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private DiskRefusal refusal(String why) {
        return new DiskRefusal(Fault.OUT_OF_SERVICE, why, store.highestEpoch());
    }

    private void every(long ms, Runnable work) {
        Runnable loud = () -> {
            try {
                if (!isClosed) {
                    work.run();
                }
            } catch (RuntimeException | Error e) {
                // A scheduled task would end without a word.
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
                throw e;
            }
        };
        chores.add(HOUSEKEEPER.scheduleWithFixedDelay(loud, ms, ms, TimeUnit.MILLISECONDS));
    }

    private void closeIdle() {
        long oldest = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(options.idleMs());
        sessions.stream().filter(session -> session.progressNs() - oldest < 0).forEach(DataSession::abort);
    }

    private void beginCompaction() {
        if (isCompacting.compareAndSet(false, true)) {
            CHORES.execute(() -> {
                try {
                    lookAtRoom();
                    compact();
                } finally {
                    isCompacting.set(false);
                }
            });
        }
    }

    private void lookAtRoom() {
        try {
            store.lookAtRoom();
        } catch (DiskFaultException e) {
            // What it was the last time; whoever writes is told.
            return;
        }
    }

    private void compact() {
        synchronized (compacting) {
            try {
                while (!isClosed && store.compact()) {
                    // One pack after the other, until none is wasteful.
                }
            } catch (DiskFaultException e) {
                // A full or failing disk: tried again the next time, and whoever writes is told.
                return;
            }
        }
    }

    static ThreadFactory named(String prefix) {
        AtomicInteger next = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, prefix + next.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
