package io.roundtable.net;

/** How long a kept connection may be silent, and a frame on it take. */
final class FrameTime {
    /** A native frame that has begun is to be complete within this time. */
    private static final int FRAME_MS = 5_000;

    private final Deadline deadline;
    private final int idleMs;
    private boolean inFrame;

    FrameTime(Deadline deadline, int idleMs) {
        this.deadline = deadline;
        this.idleMs = idleMs;
    }

    /** Bytes came. */
    void onBytes(boolean isMidFrame, boolean endedAnother) {
        if (!isMidFrame) {
            keepAlive();
        } else if (!inFrame) {
            // Counted from the frame's first byte: who drips does not win time.
            inFrame = true;
            deadline.set(FRAME_MS);
        } else if (endedAnother) {
            // Another frame than the one that the time was set for.
            deadline.moveTo(FRAME_MS);
        }
    }

    /** All that came is whole. */
    void keepAlive() {
        if (inFrame) {
            inFrame = false;
            deadline.set(idleMs);
        } else {
            deadline.moveTo(idleMs);
        }
    }
}
