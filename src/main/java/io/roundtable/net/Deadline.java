package io.roundtable.net;

import org.jspecify.annotations.Nullable;

/** The time limit of one connection, cheap to push back with every message. */
final class Deadline {
    private final EventLoop loop;
    private final Runnable action;
    private @Nullable TimerHandle timer;
    private long atMs;

    Deadline(EventLoop loop, Runnable action) {
        this.loop = loop;
        this.action = action;
    }

    /** The limit is this long from now. */
    void set(long delayMs) {
        cancel();
        atMs = loop.nowMs() + delayMs;
        timer = loop.schedule(delayMs, this::fire);
    }

    /** Pushes the limit back: the timer stays where it is, and is set anew when it fires early. */
    void moveTo(long delayMs) {
        if (timer == null) {
            set(delayMs);
        } else {
            atMs = Math.max(atMs, loop.nowMs() + delayMs);
        }
    }

    private void fire() {
        long leftMs = atMs - loop.nowMs();
        if (leftMs > 0) {
            timer = loop.schedule(leftMs, this::fire);
        } else {
            timer = null;
            action.run();
        }
    }

    void cancel() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}
