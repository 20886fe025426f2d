package io.roundtable.cli;

import io.roundtable.net.EventLoop;
import io.roundtable.net.nio.NioTransport;
import io.roundtable.protocol.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What runs until it is told to stop: a selector loop and the parts on it. Ctrl-C and SIGTERM stop the parts in order,
 * so that they can say goodbye.
 */
final class Service implements AutoCloseable {
    private static final String BUG = "bug:";
    private static final String OVER = "";
    private static final int STOP_MS = 2_000;
    private static final int END_MS = 10_000;

    /** A part begins, on the loop's thread. */
    interface Start {
        void run() throws IOException;
    }

    /** What others write to as well, so it stays open. */
    private static final class StandardError extends OutputStream {
        @Override
        public void write(int b) {
            System.err.write(b);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            System.err.write(bytes, from, length);
            System.err.flush();
        }
    }

    /** Opens something that has to be closed. */
    interface Opening<T> {
        T open() throws IOException;
    }

    private final EventLoop loop;
    private final List<Runnable> stops = new ArrayList<>();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CompletableFuture<String> failure = new CompletableFuture<>();
    private final Deque<Runnable> lasts = new ArrayDeque<>();
    private final LineWriter<String> complaints = new LineWriter<>(
            new LineWriter.Options("complaints", 1_000, 500),
            new StandardError(),
            Roundtable::spoken,
            missing -> Roundtable.spoken(missing + " complaints are missing here"),
            e -> {});
    private boolean isOver;
    private final Thread hook = new Thread(this::stopAll, "stop");

    Service(String name) throws IOException {
        loop = NioTransport.loop(name, this::complain);
        // From now on, not from await: a signal may come while the parts are being started.
        Runtime.getRuntime().addShutdownHook(hook);
        loop.start();
    }

    /** On the loop's thread: it does not wait for a terminal that is held, nor for a pipe that nobody reads. */
    private void complain(String complaint) {
        complaints.write(complaint);
        if (complaint.startsWith(BUG)) {
            failure.complete(complaint);
        }
    }

    EventLoop loop() {
        return loop;
    }

    /** Ends the service, which is no failure; from any thread. */
    void end() {
        failure.complete(OVER);
    }

    /** Ends the service with this reason; from any thread. */
    void fail(String reason) {
        failure.complete(reason);
    }

    /**
     * Starts a part and waits for that.
     *
     * @param stop how to stop it, on the loop's thread
     * @throws IOException if it cannot start, such as for a port in use
     */
    void start(String what, Start start, Runnable stop) throws IOException {
        CompletableFuture<@Nullable Void> started = new CompletableFuture<>();
        failure.thenAccept(reason -> started.completeExceptionally(new IOException(reason)));
        loop.post(() -> {
            try {
                start.run();
                stops.add(0, stop);
                started.complete(null);
            } catch (IOException | RuntimeException e) {
                started.completeExceptionally(e);
            }
        });
        try {
            started.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        } catch (ExecutionException e) {
            close();
            if (e.getCause() instanceof BindException) {
                throw new IOException(what + ": the port is in use or the address is not of this machine ("
                        + e.getCause().getMessage() + "); choose another one with --port or --listen");
            }
            if (e.getCause() instanceof IOException io) {
                throw new IOException(what + ": " + Reason.of(io));
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /**
     * Opens something that is closed at the end, whatever that is, when all parts have been stopped; the latest first. An
     * end that comes meanwhile waits.
     */
    <T> T open(Opening<T> opening, Consumer<T> end) throws IOException {
        synchronized (lasts) {
            if (isOver) {
                throw new IOException("the process ends");
            }
            T opened = opening.open();
            lasts.addFirst(() -> end.accept(opened));
            return opened;
        }
    }

    /**
     * Waits for the end: Ctrl-C, a failure, or the time.
     *
     * @param limit null for none
     * @return the exit code
     */
    int await(@Nullable Duration limit) {
        try {
            String reason = limit == null ? failure.get() : failure.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            close();
            if (reason.equals(OVER)) {
                return 0;
            }
            // A bug has been told with its trace already.
            return reason.startsWith(BUG) ? Roundtable.FAILURE : Roundtable.fail(reason, Roundtable.FAILURE);
        } catch (TimeoutException e) {
            close();
            return 0;
        } catch (InterruptedException | ExecutionException e) {
            close();
            return Roundtable.fail(e.getMessage(), Roundtable.FAILURE);
        }
    }

    /** Stops all parts, unless that was done, or a signal does it already: then this waits for that. */
    @Override
    public void close() {
        stopAll();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process ends.
            return;
        }
    }

    private void stopAll() {
        if (stopping.compareAndSet(false, true)) {
            try {
                stopParts();
            } finally {
                runLasts();
                closeComplaints();
                ended.countDown();
            }
        }
        try {
            ended.await(END_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeComplaints() {
        try {
            complaints.close();
        } catch (IOException e) {
            // Nobody is left to be told.
            return;
        }
    }

    private void runLasts() {
        synchronized (lasts) {
            isOver = true;
            lasts.forEach(Runnable::run);
        }
    }

    private void stopParts() {
        CountDownLatch stopped = new CountDownLatch(1);
        loop.post(() -> {
            stops.forEach(Runnable::run);
            stops.clear();
            stopped.countDown();
        });
        try {
            if (!stopped.await(STOP_MS, TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loop.closeGently();
    }
}
