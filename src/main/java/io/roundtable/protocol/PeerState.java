package io.roundtable.protocol;

import java.util.EnumSet;
import java.util.Set;

/** The peer's own state; its sockets' states are another table ({@code net.SocketState}). */
public enum PeerState {
    /** No leader known and no election of our own under way: just started, or holding back. */
    QUIESCENT,
    /** ELECTION is out; nobody has answered OK yet. */
    WAIT_OK,
    /** Somebody higher answered OK; its COORDINATOR is awaited. */
    WAIT_VICTOR,
    /** A leader is known, and watched. */
    FOLLOWER,
    /** We won. */
    LEADER,
    /** Pretending to have failed. */
    FEIGNING;

    /** The states that may follow this one; anything else is a bug of ours. */
    public Set<PeerState> successors() {
        return switch (this) {
            case QUIESCENT -> EnumSet.of(WAIT_OK, FOLLOWER, LEADER, FEIGNING);
            case WAIT_OK -> EnumSet.of(WAIT_OK, WAIT_VICTOR, FOLLOWER, LEADER, FEIGNING);
            case WAIT_VICTOR -> EnumSet.of(WAIT_OK, FOLLOWER, LEADER, FEIGNING);
            case FOLLOWER -> EnumSet.of(QUIESCENT, WAIT_OK, FOLLOWER, LEADER, FEIGNING);
            case LEADER -> EnumSet.of(WAIT_OK, FOLLOWER, LEADER, FEIGNING);
            case FEIGNING -> EnumSet.of(QUIESCENT);
        };
    }

    /** Whether an election of our own is in progress (sentences 2 to 5 of the algorithm). */
    public boolean isElecting() {
        return this == WAIT_OK || this == WAIT_VICTOR;
    }
}
