package io.roundtable.election;

/**
 * Every time limit of the election, in milliseconds (docs/PROTOCOL.md, Time limits).
 *
 * @param probesAsLab native leaders are probed as lab leaders are, and broken connections mean nothing
 * @param labOkTimeoutMs how long a lab member may take to answer; other nodes give up after 1 to 2 s
 * @param labVictorTimeoutMs OK to COORDINATOR when a lab member answered: it may itself wait for dead ones
 * @param labProbeMinMs shortest time between two lab probes
 * @param labProbeMaxMs longest time between two lab probes
 * @param okTimeoutMs how long a native member may take to answer
 * @param suspectOkTimeoutMs the same for a leader that has already been silent for too long
 * @param victorTimeoutMs OK to COORDINATOR between native members
 * @param holdBackStepMs how much longer each next lower identity waits before it starts an election
 * @param holdBackMaxMs the longest such wait
 * @param settleMaxMs the longest that a newcomer above everyone waits for a still higher one
 * @param probeIntervalMs between two probes of the highest followers
 * @param probeIntervalMaxMs between two probes of the lowest followers
 * @param silenceFloorMs a native leader is never suspected before it was silent for this long
 * @param distrustMs how long a leader that refused our connection is not accepted on hearsay
 * @param recheckMinMs first time between two looks at members above the leader
 * @param recheckMaxMs longest time between two such looks
 * @param gcdTimeoutMs how long the GCD may take to answer JOIN
 * @param gcdPatienceMs how long a newcomer keeps trying to reach its GCD before it gives up; {@link #FOREVER}: it never does
 * @param labRejoinMs how often JOIN is repeated to a lab GCD, whose restart nobody notices
 */
public record Timing(
        boolean probesAsLab,
        int labOkTimeoutMs,
        int labVictorTimeoutMs,
        int labProbeMinMs,
        int labProbeMaxMs,
        int okTimeoutMs,
        int suspectOkTimeoutMs,
        int victorTimeoutMs,
        int holdBackStepMs,
        int holdBackMaxMs,
        int settleMaxMs,
        int probeIntervalMs,
        int probeIntervalMaxMs,
        int silenceFloorMs,
        int distrustMs,
        int recheckMinMs,
        int recheckMaxMs,
        int gcdTimeoutMs,
        int gcdPatienceMs,
        int labRejoinMs) {
    /** No patience ends before this. */
    public static final int FOREVER = Integer.MAX_VALUE;

    /** What peers use unless told otherwise. */
    public static final Timing NATIVE = new Timing(
            false, 1000, 3000, 500, 3000, 300, 40, 600, 20, 300, 1000, 50, 3000, 160, 500, 1000, 8000, 1000, FOREVER,
            5000);

    /** The protocol's own probe times towards everybody. */
    public static final Timing LAB = new Timing(
            true, 1000, 3000, 500, 3000, 300, 40, 600, 20, 300, 1000, 50, 3000, 160, 500, 1000, 8000, 1000, FOREVER,
            5000);

    /** The same, but a newcomer that does not reach its GCD gives up after this time. */
    public Timing withGcdPatienceMs(int ms) {
        return new Timing(
                probesAsLab,
                labOkTimeoutMs,
                labVictorTimeoutMs,
                labProbeMinMs,
                labProbeMaxMs,
                okTimeoutMs,
                suspectOkTimeoutMs,
                victorTimeoutMs,
                holdBackStepMs,
                holdBackMaxMs,
                settleMaxMs,
                probeIntervalMs,
                probeIntervalMaxMs,
                silenceFloorMs,
                distrustMs,
                recheckMinMs,
                recheckMaxMs,
                gcdTimeoutMs,
                ms,
                labRejoinMs);
    }
}
