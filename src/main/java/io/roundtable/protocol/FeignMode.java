package io.roundtable.protocol;

/** The two ways to pretend a failure (docs/PROTOCOL.md, sentence 8). */
public enum FeignMode {
    /** Close every socket, the listener too. */
    CLOSE,
    /** Keep the sockets, ignore all that comes in. */
    IGNORE
}
