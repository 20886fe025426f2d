package io.roundtable.net.nio;

import io.roundtable.net.Lane;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Daemon threads that end when they have had nothing to do for a while. */
final class ThreadLane implements Lane {
    private static final int IDLE_S = 10;

    private final ThreadPoolExecutor threads;

    ThreadLane(String name, int threadsMax, int waitingMax) {
        threads = new ThreadPoolExecutor(
                threadsMax, threadsMax, IDLE_S, TimeUnit.SECONDS, new LinkedBlockingQueue<>(waitingMax), task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public boolean execute(Runnable work) {
        try {
            threads.execute(work);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    @Override
    public int waiting() {
        return threads.getQueue().size();
    }

    @Override
    public void close() {
        threads.shutdown();
    }

    @Override
    public void closeNow() {
        threads.shutdownNow();
    }

    @Override
    public void awaitEnd() throws InterruptedException {
        while (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
            // However long a disk takes: who waits here has nothing better to do.
        }
    }
}
