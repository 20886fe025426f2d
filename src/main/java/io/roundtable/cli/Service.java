package io.roundtable.cli;

import io.roundtable.net.SelectorLoop;
import io.roundtable.protocol.Reason;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What runs until it is told to stop: a selector loop and the parts on it. Ctrl-C and SIGTERM stop the parts in order,
 * so that they can say goodbye.
 */
final class Service {
    private static final String BUG = "bug:";
    private static final int STOP_MS = 2_000;

    /** A part begins, on the loop's thread. */
    interface Start {
        void run() throws IOException;
    }

    private final SelectorLoop loop;
    private final List<Runnable> stops = new ArrayList<>();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CompletableFuture<String> failure = new CompletableFuture<>();

    Service(String name) throws IOException {
        loop = new SelectorLoop(name, this::complain);
        loop.start();
    }

    private void complain(String complaint) {
        Roundtable.say(complaint);
        if (complaint.startsWith(BUG)) {
            failure.complete(complaint);
        }
    }

    SelectorLoop loop() {
        return loop;
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
            loop.close();
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
     * Waits for the end: Ctrl-C, a failure, or the time.
     *
     * @param limit null for none
     * @return the exit code
     */
    int await(@Nullable Duration limit) {
        Thread hook = new Thread(this::stopAll, "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            String reason = limit == null ? failure.get() : failure.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            stopAll();
            // A bug has been told with its trace already.
            return reason.startsWith(BUG) ? Roundtable.FAILURE : Roundtable.fail(reason, Roundtable.FAILURE);
        } catch (TimeoutException e) {
            stopAll();
            return 0;
        } catch (InterruptedException | ExecutionException e) {
            return Roundtable.fail(e.getMessage(), Roundtable.FAILURE);
        }
    }

    private void stopAll() {
        if (!stopping.compareAndSet(false, true)) {
            return;
        }
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
