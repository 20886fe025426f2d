package io.roundtable.election;

/** The timers of a peer; setting one again replaces it. */
public enum PeerTimer {
    /** OK came, COORDINATOR did not. */
    VICTOR,
    /** A lower identity has waited long enough for a higher one to act. */
    HOLD_BACK,
    /** Time to probe the leader. */
    PROBE,
    /** Time to look whether a member above the leader is back. */
    RECHECK,
    /** Time to try the GCD again. */
    REJOIN,
    /** Chaos: begin to feign failure. */
    FEIGN,
    /** End of a feigned failure. */
    RECOVER
}
