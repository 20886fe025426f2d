package io.roundtable.disk;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** So many bytes a second, without saving up for bursts. For one thread. */
final class SteadyPace implements Pace {
    private final long bytesPerSecond;
    private long nextNs = System.nanoTime();

    SteadyPace(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    @Override
    public void before(long bytes) {
        long now = System.nanoTime();
        nextNs = Math.max(nextNs, now) + bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
        for (long wait = nextNs - now; wait > 0; wait = nextNs - System.nanoTime()) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            LockSupport.parkNanos(wait);
        }
    }
}
