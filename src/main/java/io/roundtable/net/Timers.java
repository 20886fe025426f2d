package io.roundtable.net;

import java.util.PriorityQueue;

/** Deadlines in the loop's time. A cancelled one stays queued until it is due, and then does nothing. */
final class Timers {
    private final PriorityQueue<Timer> queue = new PriorityQueue<>();
    private long sequence;

    Timer add(long atMs, Runnable action) {
        Timer timer = new Timer(atMs, sequence++, action);
        queue.add(timer);
        return timer;
    }

    /** Milliseconds until the next one; 0 if it is due; {@code none} without any. */
    long delayMs(long nowMs, long none) {
        while (!queue.isEmpty() && queue.peek().isCancelled()) {
            queue.remove();
        }
        Timer next = queue.peek();
        return next == null ? none : Math.max(0, next.atMs - nowMs);
    }

    /** Runs what is due now; what these set for now runs in the next turn, so that sockets get theirs. */
    void runDue(long nowMs) {
        long newest = sequence;
        while (true) {
            Timer next = queue.peek();
            if (next == null || next.atMs > nowMs || next.sequence >= newest) {
                return;
            }
            queue.remove();
            next.run();
        }
    }

    /** One deadline. */
    static final class Timer implements Comparable<Timer>, TimerHandle {
        private static final Runnable NOTHING = () -> {};

        private final long atMs;
        private final long sequence;
        private Runnable action;

        private Timer(long atMs, long sequence, Runnable action) {
            this.atMs = atMs;
            this.sequence = sequence;
            this.action = action;
        }

        private void run() {
            Runnable due = action;
            action = NOTHING;
            due.run();
        }

        @Override
        public void cancel() {
            action = NOTHING;
        }

        private boolean isCancelled() {
            return action == NOTHING;
        }

        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(atMs, other.atMs);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }
}
