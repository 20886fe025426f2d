package io.roundtable.peer;

import io.roundtable.disk.DiskFaultException;
import io.roundtable.disk.DiskStore;
import io.roundtable.net.SelectorLoop;
import io.roundtable.net.TimerHandle;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Has a disk look at its own medium every few seconds, off the loop, and gives up one that does not answer in time. Who has
 * to know is told by {@link DiskStore#onLost}. For the loop's thread.
 */
final class MediumWatch {
    static final int LOOK_EVERY_MS = 2_000;
    /** A busy disk takes seconds to flush what others wrote; users have waited long enough by then. */
    static final int HUNG_MS = 10_000;

    /** One look at a time for each disk: no more threads than disks. */
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "disk-look");
        thread.setDaemon(true);
        return thread;
    });

    private final SelectorLoop loop;
    private final DiskStore store;
    private final int hungMs;
    private @Nullable TimerHandle timer;
    private boolean isStopped;

    MediumWatch(SelectorLoop loop, DiskStore store) {
        this(loop, store, HUNG_MS);
    }

    /** @param hungMs how long a look may take */
    MediumWatch(SelectorLoop loop, DiskStore store, int hungMs) {
        this.loop = loop;
        this.store = store;
        this.hungMs = hungMs;
    }

    void start() {
        timer = loop.schedule(LOOK_EVERY_MS, this::look);
    }

    private void look() {
        // On the loop's clock: a process that was stopped does not take that for its disk's slowness.
        timer = loop.schedule(hungMs, () -> store.lose("its medium has not answered for " + hungMs / 1_000 + " s"));
        THREADS.execute(() -> {
            try {
                store.probe();
            } catch (DiskFaultException e) {
                // It is lost, and has told so.
                return;
            }
            loop.post(this::looked);
        });
    }

    private void looked() {
        stopTimer();
        if (!isStopped && store.lost().isEmpty()) {
            start();
        }
    }

    void stop() {
        isStopped = true;
        stopTimer();
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel();
        }
    }
}
