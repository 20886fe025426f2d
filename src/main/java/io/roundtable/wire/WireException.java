package io.roundtable.wire;

import org.jspecify.annotations.Nullable;

/** Bytes that are not a message: the connection that brought them is closed with one log line. */
public final class WireException extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable String refusal;

    public WireException(String message) {
        this(message, null);
    }

    /** @param refusal what to tell the other side before closing; null for nothing */
    public WireException(String message, @Nullable String refusal) {
        // A stack trace for every hostile datagram would make refusing dearer than sending.
        super(message, null, false, false);
        this.refusal = refusal;
    }

    /** What to tell the other side before closing; null for nothing. */
    public @Nullable String refusal() {
        return refusal;
    }
}
