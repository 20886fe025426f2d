package io.roundtable.net;

/** What can happen to a socket. */
public enum SocketEvent {
    /** All queued bytes are written. */
    FLUSHED,
    /** A whole lab message came in that needs no answer, or that is the answer. */
    MESSAGE,
    /** An answer to the message that came in is queued. */
    ANSWERING,
    /** The other side spoke native: the socket is kept. */
    UPGRADED,
    /** The other side ended or reset the connection, or refused it. */
    ENDED,
    /** The time limit of the state is over. */
    EXPIRED,
    /** We want no more of it: feigned failure, shutdown, bad input. */
    CLOSED
}
