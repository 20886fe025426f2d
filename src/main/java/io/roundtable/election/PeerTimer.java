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
    /** Lab members have had their time to answer ELECTION, on whatever connection. */
    LAB_OK,
    /** Time for the election that lab members asked for. */
    LAB_ELECTION,
    /** Whom a COORDINATOR may mean has had its time to answer. */
    VERIFY,
    /** Something may be sent to a lab member that had to wait. */
    LANES,
    /** Time to try the GCD again. */
    REJOIN,
    /** Chaos: begin to feign failure. */
    FEIGN,
    /** End of a feigned failure. */
    RECOVER
}
