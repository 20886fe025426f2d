package io.roundtable.election;

/**
 * How strongly a silent native leader is suspected to hang.
 *
 * <p>The level is the time since the leader was last heard, divided by what silence is normal now: a floor, stretched
 * by the slowest answers of late and by how late our own timers fire, for on a busy machine the leader is as short of
 * processor time as we are. From level 1 on the leader is suspected. Time is the loop's attentive time, which stands
 * still while this process itself does not run.
 */
final class Suspicion {
    /** An answer that took x ms lets the next ones take this many times x. */
    private static final double SLOWEST_FACTOR = 4;
    /** Each answer forgets this share of the slowest one, so a burst of load wears off within some 100 answers. */
    private static final double FORGET = 0.97;
    /** Silence means something only after this many probes went unanswered. */
    private static final int UNANSWERED_MIN = 2;

    static final int THRESHOLD_MAX_MS = 5_000;

    private final int floorMs;
    private double slowestMs;
    private long heardAtMs;
    private int unanswered;

    Suspicion(int floorMs, long nowMs) {
        this.floorMs = floorMs;
        this.heardAtMs = nowMs;
    }

    void probeSent() {
        unanswered++;
    }

    /** An answer came. */
    void answered(long tookMs, long nowMs) {
        slowestMs = Math.max(tookMs, slowestMs * FORGET);
        heard(nowMs);
    }

    /** The leader was heard, whatever it said. */
    void heard(long nowMs) {
        heardAtMs = nowMs;
        unanswered = 0;
    }

    /** Our own timer fired this late. */
    void ownLag(long lagMs) {
        slowestMs = Math.max(lagMs, slowestMs);
    }

    long thresholdMs() {
        return Math.min(THRESHOLD_MAX_MS, floorMs + (long) (SLOWEST_FACTOR * slowestMs));
    }

    double level(long nowMs) {
        return unanswered < UNANSWERED_MIN ? 0 : (nowMs - heardAtMs) / (double) thresholdMs();
    }

    int unanswered() {
        return unanswered;
    }
}
