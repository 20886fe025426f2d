package io.roundtable.net;

import java.io.IOException;

/**
 * The half-closed end of a connection: nothing more goes out, and what still comes is dropped for a while. Closing with
 * unread input would reset the connection, and could destroy our last message on its way.
 */
final class Farewell {
    /** So that the other side gets our last words before a reset. */
    static final int LINGER_MS = 500;
    /**
     * Beyond that, for our own question to a lab member, which a process that was stopped answers when it goes on: some nodes
     * die of a reset. The loop keeps so many of them.
     */
    static final int LATE_ANSWER_MS = 3_600_000;

    private final StreamChannel channel;
    private final Deadline deadline;
    private boolean begun;
    /** For how much longer than {@value #LINGER_MS} ms. */
    private int moreMs;
    /** That time has begun. */
    private boolean isLate;

    Farewell(StreamChannel channel, Deadline deadline) {
        this.channel = channel;
        this.deadline = deadline;
    }

    /** @throws IOException if the other side is gone already */
    void begin(int more) throws IOException {
        begun = true;
        moreMs = more;
        channel.shutdownOutput();
        deadline.set(LINGER_MS);
    }

    boolean hasBegun() {
        return begun;
    }

    /** Whether somebody may still be reading our last words; late answers are nobody's any more. */
    boolean isAwaited() {
        return begun && (moreMs > 0 || !isLate);
    }

    /** Its time is over. @return false if that was all of it */
    boolean goesOn() {
        if (moreMs == 0) {
            return false;
        }
        deadline.set(moreMs);
        moreMs = 0;
        isLate = true;
        return true;
    }
}
