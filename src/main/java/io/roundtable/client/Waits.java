package io.roundtable.client;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a client waits for at this moment, by all of its threads. When nothing has moved for a while it says so, one sentence
 * for all: nobody is to sit before a silent terminal and guess.
 */
final class Waits implements AutoCloseable {
    /** Early enough that a look every so often tells within two seconds. */
    private static final long SILENT_NS = 1_500_000_000;

    private static final long LOOK_EVERY_NS = 200_000_000;

    private final Consumer<String> notice;
    private final Set<Wait> open = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Thread thread;
    private volatile boolean isClosed;

    Waits(Consumer<String> notice) {
        this.notice = notice;
    }

    /** One thing that is waited for, until it is closed. */
    final class Wait implements AutoCloseable {
        private volatile String what;
        private volatile long sinceNs = System.nanoTime();
        private volatile boolean isPaused;
        private volatile boolean isTold;

        private Wait(String what) {
            this.what = what;
        }

        /** It is known better what is waited for. */
        void isFor(String better) {
            what = better;
        }

        /** It came nearer. */
        void moved() {
            sinceNs = System.nanoTime();
            isTold = false;
        }

        /** Until it has {@link #moved}, others keep us waiting: whoever reads or writes the content. */
        void pause() {
            isPaused = true;
        }

        void goOn() {
            moved();
            isPaused = false;
        }

        @Override
        public void close() {
            open.remove(this);
        }
    }

    Wait begin(String what) {
        Wait wait = new Wait(what);
        open.add(wait);
        start();
        return wait;
    }

    private void start() {
        if (thread != null || notice == Patience.SILENCE) {
            return;
        }
        synchronized (this) {
            if (thread == null && !isClosed) {
                Thread made = new Thread(this::watch, "waits");
                made.setDaemon(true);
                made.start();
                thread = made;
            }
        }
    }

    private void watch() {
        while (!isClosed) {
            LockSupport.parkNanos(this, LOOK_EVERY_NS);
            look(System.nanoTime());
        }
    }

    private void look(long nowNs) {
        Wait longest = null;
        boolean isKnown = false;
        for (Wait each : open) {
            isKnown |= each.isTold;
            boolean isOver = !each.isPaused && nowNs - each.sinceNs >= SILENT_NS;
            if (isOver && (longest == null || each.sinceNs < longest.sinceNs)) {
                longest = each;
            }
        }
        if (longest != null && !longest.isTold) {
            longest.isTold = true;
            if (!isKnown) {
                notice.accept("waiting for " + longest.what);
            }
        }
    }

    @Override
    public void close() {
        isClosed = true;
        Thread running = thread;
        if (running != null) {
            LockSupport.unpark(running);
        }
    }
}
