package io.roundtable.stream;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Closes connections whose time is up, which ends the read or write that a thread is blocked in: a blocking channel has
 * no time limits of its own.
 */
final class Watchdog implements AutoCloseable {
    private static final long TICK_NS = 10_000_000;
    /** After so many looks with nothing to watch it sleeps until there is. */
    private static final int IDLE_TICKS_MAX = 100;

    private final Set<DiskConnection> watched = ConcurrentHashMap.newKeySet();
    private final Thread thread = new Thread(this::watch, "disk-watchdog");
    private volatile boolean isAsleep;
    private volatile boolean isClosed;

    Watchdog() {
        thread.setDaemon(true);
        thread.start();
    }

    void add(DiskConnection connection) {
        watched.add(connection);
    }

    void remove(DiskConnection connection) {
        watched.remove(connection);
    }

    /** A connection has a deadline now. */
    void wake() {
        if (isAsleep) {
            LockSupport.unpark(thread);
        }
    }

    private void watch() {
        int idleTicks = 0;
        while (!isClosed) {
            idleTicks = look() ? 0 : idleTicks + 1;
            if (idleTicks < IDLE_TICKS_MAX) {
                LockSupport.parkNanos(this, TICK_NS);
            } else {
                isAsleep = true;
                // Once more: a deadline may have been set before it could see that we sleep.
                if (!look() && !isClosed) {
                    LockSupport.park(this);
                }
                isAsleep = false;
                idleTicks = 0;
            }
        }
    }

    /** Whether any connection has a deadline. */
    private boolean look() {
        boolean any = false;
        long now = System.nanoTime();
        for (DiskConnection each : watched) {
            if (each.hasDeadline()) {
                any = true;
                if (each.isOver(now)) {
                    each.expire();
                }
            }
        }
        return any;
    }

    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(thread);
        for (DiskConnection each : watched) {
            each.close();
        }
    }
}
