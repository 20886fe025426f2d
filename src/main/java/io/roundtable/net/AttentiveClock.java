package io.roundtable.net;

/**
 * A clock that counts only the time in which this process could have noticed something.
 *
 * <p>A peer that was stopped, swapped out or starved must not conclude from its own absence that others are silent. The
 * loop says how long it meant to sleep; what it was away longer than that, beyond a grace, is not counted.
 */
final class AttentiveClock {
    /** Ordinary lateness of a timer or length of a turn, nanoseconds; it counts as attention. */
    static final long GRACE_NS = 20_000_000;

    /** An absence that is worth a word, nanoseconds. */
    static final long ABSENCE_NS = 500_000_000;

    private long lastNs;
    private long attentiveNs;
    private long backSinceNs;

    AttentiveClock(long nowNs) {
        this.lastNs = nowNs;
    }

    /**
     * Once per turn of the loop, right after it woke.
     *
     * @param sleptAtMostNs how long it meant to sleep in this turn
     */
    void tick(long nowNs, long sleptAtMostNs) {
        long awayNs = nowNs - lastNs;
        lastNs = nowNs;
        attentiveNs += Math.min(awayNs, sleptAtMostNs + GRACE_NS);
        if (awayNs - sleptAtMostNs > ABSENCE_NS) {
            backSinceNs = attentiveNs;
        }
    }

    /** When the process last came back from an absence of half a second or more, on this clock; 0 for never. */
    long backSinceMs() {
        return backSinceNs / 1_000_000;
    }

    long nowMs() {
        return attentiveNs / 1_000_000;
    }
}
