package io.roundtable.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines on a thread of its own, so that whoever has something to say never waits for who reads it: a terminal that
 * is held with Ctrl-S, a pipe that nobody reads, a disk that is slow or full.
 *
 * <p>What does not fit into the bounded queue is dropped, and counted; how many lines are missing is written where they
 * would have been. After a failure the target is tried again, ever more rarely; what comes meanwhile is missing, too.
 *
 * @param <T> what becomes a line, on the writer's thread
 */
final class LineWriter<T> implements AutoCloseable {
    private static final int BATCH_BYTES = 64 << 10;
    private static final long RETRY_FIRST_MS = 1_000;
    private static final long RETRY_MAX_MS = 30_000;

    /**
     * What is fixed about a writer.
     *
     * @param name of its thread
     * @param linesMax how many lines may wait
     * @param closeMs how long the end waits for them
     */
    record Options(String name, int linesMax, long closeMs) {}

    /** A line to be, or as many missing ones. */
    private record Entry<T>(@Nullable T what, long missing) {}

    private final Options options;
    private final OutputStream to;
    private final Function<T, String> line;
    private final LongFunction<String> gap;
    private final Consumer<IOException> complaints;
    private final Deque<Entry<T>> waiting = new ArrayDeque<>();
    private @Nullable Thread thread;
    /** Missing behind what waits. */
    private long dropped;

    private boolean isClosed;

    // Only for the writer's thread.
    private final ByteArrayOutputStream batch = new ByteArrayOutputStream();
    /** Lines that would be missing if the batch could not be written. */
    private long atStake;
    /** How long nothing is tried after the last failure; 0 while all is well. */
    private long pauseMs;
    /** Whether the last line that was written may lack its end. */
    private boolean isCut;

    /**
     * Makes a writer; its thread begins with the first line.
     *
     * @param line makes the line, without its end
     * @param gap the line that stands for so many missing ones
     * @param complaints told of the first failure of a row, on the writer's thread
     */
    LineWriter(
            Options options,
            OutputStream to,
            Function<T, String> line,
            LongFunction<String> gap,
            Consumer<IOException> complaints) {
        this.options = options;
        this.to = to;
        this.line = line;
        this.gap = gap;
        this.complaints = complaints;
    }

    /** Takes what is to be written; never waits. */
    synchronized void write(T what) {
        // Once some are missing there is a good deal of room first: one gap, not one behind each line.
        int linesMax = dropped > 0 ? options.linesMax / 2 : options.linesMax;
        if (isClosed || waiting.size() >= linesMax) {
            dropped++;
            return;
        }
        if (dropped > 0) {
            waiting.add(new Entry<>(null, dropped));
            dropped = 0;
        }
        waiting.add(new Entry<>(what, 0));
        if (thread == null) {
            Thread started = new Thread(this::run, options.name);
            started.setDaemon(true);
            thread = started;
            started.start();
        } else {
            notifyAll();
        }
    }

    // ---- the writer's thread

    private void run() {
        try {
            while (fill()) {
                put();
                batch.reset();
                atStake = 0;
            }
        } catch (InterruptedException e) {
            // Nobody waits for the end any longer.
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for something to write, and takes all that there is, within a bound; false at the end. */
    private boolean fill() throws InterruptedException {
        Entry<T> entry = await();
        while (entry != null) {
            T what = entry.what;
            String text = what == null ? gap.apply(entry.missing) : line.apply(what);
            batch.writeBytes((text + "\n").getBytes(StandardCharsets.UTF_8));
            atStake += what == null ? entry.missing : 1;
            entry = batch.size() < BATCH_BYTES ? poll() : null;
        }
        return batch.size() > 0;
    }

    private synchronized @Nullable Entry<T> await() throws InterruptedException {
        while (waiting.isEmpty() && dropped == 0 && !isClosed) {
            wait();
        }
        return poll();
    }

    private synchronized @Nullable Entry<T> poll() {
        Entry<T> next = waiting.poll();
        if (next == null && dropped > 0) {
            next = new Entry<>(null, dropped);
            dropped = 0;
        }
        return next;
    }

    private void put() throws InterruptedException {
        try {
            if (isCut) {
                to.write('\n');
            }
            isCut = true;
            batch.writeTo(to);
            isCut = false;
            pauseMs = 0;
        } catch (IOException e) {
            if (pauseMs == 0) {
                complaints.accept(e);
            }
            pauseMs = pauseMs == 0 ? RETRY_FIRST_MS : Math.min(RETRY_MAX_MS, 2 * pauseMs);
            pause();
        }
    }

    /** Nothing is tried for a while: what was to be written is missing, and what comes meanwhile. */
    private synchronized void pause() throws InterruptedException {
        long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMs);
        long leftNs = untilNs - System.nanoTime();
        while (leftNs > 0 && !isClosed) {
            TimeUnit.NANOSECONDS.timedWait(this, leftNs);
            leftNs = untilNs - System.nanoTime();
        }
        long missing = atStake;
        for (Entry<T> each : waiting) {
            missing += each.what == null ? each.missing : 1;
        }
        waiting.clear();
        dropped = isClosed ? 0 : dropped + missing;
    }

    /** Writes what waits, for a moment; a target that takes nothing does not hold up the end. */
    @Override
    public void close() throws IOException {
        Thread running;
        synchronized (this) {
            isClosed = true;
            running = thread;
            notifyAll();
        }
        if (running != null) {
            try {
                running.join(options.closeMs);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (running.isAlive()) {
                // Whatever it hangs in, the process ends without it; closing what it writes to might hang, too.
                running.interrupt();
                return;
            }
        }
        to.close();
    }
}
