package io.roundtable.wire;

/** What a native frame is for; its ordinal is its byte on the wire. */
public enum FrameKind {
    /** Nothing comes back. */
    ONE_WAY,
    /** An answer with the same request id comes back. */
    REQUEST,
    ANSWER
}
