package io.roundtable.net;

import org.jspecify.annotations.Nullable;

/** What one socket is about (docs/PROTOCOL.md, Per-socket states). The peer's own state is another table. */
public enum SocketState {
    /** Connecting to the GCD or writing JOIN. */
    SEND_JOIN,
    /** Waiting for the GCD's answer. */
    WAIT_MEMBERS,
    /** Connecting or writing ELECTION. */
    SEND_ELECTION,
    /** Waiting for the OK to our ELECTION. */
    WAIT_OK,
    /** Connecting or writing our victory. */
    SEND_COORDINATOR,
    /** Our victory is written; the other side closes first, or we do after a moment. */
    TOLD,
    /** Connecting or writing PROBE. */
    SEND_PROBE,
    /** Waiting for the OK to our PROBE. */
    WAIT_PROBE_OK,
    /** Accepted; nothing complete has come yet. */
    WAIT_MESSAGE,
    /** Writing an answer. */
    SEND_OK,
    /** Native: frames go both ways, each request with its own time limit. */
    KEPT,
    /** Done; the socket is closed. */
    QUIESCENT;

    /** Whether the socket was made to say something and has not said it yet. */
    public boolean isSending() {
        return this == SEND_JOIN
                || this == SEND_ELECTION
                || this == SEND_COORDINATOR
                || this == SEND_PROBE
                || this == SEND_OK;
    }

    /** Whether a question of ours is out, or a victory was told: something may come back late. */
    boolean isAskingLab() {
        return this == WAIT_OK || this == WAIT_PROBE_OK || this == WAIT_MEMBERS || this == TOLD;
    }

    /**
     * The state after an event.
     *
     * @return null if the event cannot happen in this state: a bug of ours
     */
    public @Nullable SocketState after(SocketEvent event) {
        if (this == QUIESCENT) {
            // Late news of a socket that is closed already changes nothing.
            return QUIESCENT;
        }
        return switch (event) {
            case ENDED, EXPIRED, CLOSED -> QUIESCENT;
            case FLUSHED -> afterFlush();
            case MESSAGE -> this == KEPT || this == SEND_OK ? null : QUIESCENT;
            case ANSWERING -> this == WAIT_MESSAGE ? SEND_OK : null;
            case UPGRADED -> this == SEND_OK || this == SEND_COORDINATOR || this == TOLD ? null : KEPT;
        };
    }

    private @Nullable SocketState afterFlush() {
        return switch (this) {
            case SEND_JOIN -> WAIT_MEMBERS;
            case SEND_ELECTION -> WAIT_OK;
            case SEND_PROBE -> WAIT_PROBE_OK;
            case SEND_COORDINATOR -> TOLD;
            case SEND_OK -> QUIESCENT;
            case KEPT -> KEPT;
            default -> null;
        };
    }
}
