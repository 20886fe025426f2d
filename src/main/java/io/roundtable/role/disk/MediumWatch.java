package io.roundtable.role.disk;

import io.roundtable.disk.DiskFaultException;
import io.roundtable.disk.DiskStore;
import io.roundtable.net.EventLoop;
import io.roundtable.net.Lane;
import io.roundtable.net.TimerHandle;
import org.jspecify.annotations.Nullable;

/**
 * Has a disk look at its own medium every few seconds, off the loop, and gives up one that does not answer in time. Who has
 * to know is told by {@link DiskStore#onLost}. For the loop's thread.
 */
final class MediumWatch {
    static final int LOOK_EVERY_MS = 2_000;
    /** A busy disk takes seconds to flush what others wrote; users have waited long enough by then. */
    static final int HUNG_MS = 10_000;

    private final EventLoop loop;
    private final DiskStore store;
    /** One look at a time; a disk that hangs keeps nobody else waiting. */
    private final Lane looks;

    private final int hungMs;
    private @Nullable TimerHandle timer;
    private boolean isStopped;

    MediumWatch(EventLoop loop, DiskStore store) {
        this(loop, store, HUNG_MS);
    }

    /** @param hungMs how long a look may take */
    MediumWatch(EventLoop loop, DiskStore store, int hungMs) {
        this.loop = loop;
        this.store = store;
        this.hungMs = hungMs;
        this.looks = loop.lane("disk-look", 1, 1);
    }

    void start() {
        timer = loop.schedule(LOOK_EVERY_MS, this::look);
    }

    private void look() {
        // On the loop's clock: a process that was stopped does not take that for its disk's slowness.
        timer = loop.schedule(hungMs, () -> store.lose("its medium has not answered for " + hungMs / 1_000 + " s"));
        looks.execute(() -> {
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
        looks.close();
        stopTimer();
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel();
        }
    }
}
