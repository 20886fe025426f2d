package io.roundtable.client;

import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Tells the manager again and again, in the background, that a write or read goes on. */
final class KeepAlive implements AutoCloseable {
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = Executors.defaultThreadFactory().newThread(task);
        thread.setName("keep-alive");
        thread.setDaemon(true);
        return thread;
    });

    KeepAlive() {
        timer.setRemoveOnCancelPolicy(true);
    }

    /** What is repeated; a failure is no matter, the next time may go better. */
    interface Repeated {
        void run() throws GroupException;
    }

    /** Twice as often as is needed, so that one lost question does no harm. */
    Future<?> every(int keepMs, Repeated task) {
        long periodMs = Math.max(50, keepMs / 2);
        return timer.scheduleWithFixedDelay(() -> run(task), periodMs, periodMs, TimeUnit.MILLISECONDS);
    }

    private static void run(Repeated task) {
        try {
            task.run();
        } catch (GroupException | RuntimeException e) {
            // The stream itself finds out whether it can go on. A task that throws would never be run again, and the
            // manager would take a writer for dead that lives.
            return;
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
