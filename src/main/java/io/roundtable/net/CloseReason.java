package io.roundtable.net;

/** Why a connection ended. */
public enum CloseReason {
    /** It could not be made. */
    REFUSED,
    /** Nobody knows the host's name. */
    UNKNOWN_HOST,
    /** The other side ended it, orderly or not. */
    ENDED,
    /** A time limit was over before it could be made. */
    CONNECT_EXPIRED,
    /** A time limit was over. */
    EXPIRED,
    /** Its work is done. */
    DONE,
    /** What came in was no message. */
    BAD_INPUT,
    /** The other side does not read what we write. */
    OVERFLOW,
    /** We closed it: feigned failure or shutdown. */
    CLOSED
}
