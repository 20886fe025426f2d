package io.roundtable.wire;

import io.roundtable.protocol.Identity;
import org.jspecify.annotations.Nullable;

/** Bytes that are not a message: the connection that brought them is closed with one log line. */
public final class WireException extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable String refusal;
    private final transient @Nullable LabFault fault;

    public WireException(String message) {
        this(message, null);
    }

    /** @param refusal what to tell the other side before closing; null for nothing */
    public WireException(String message, @Nullable String refusal) {
        this(message, refusal, null);
    }

    /** @param fault the same for the author of a lab node; null if it can be none's */
    public WireException(String message, @Nullable String refusal, @Nullable LabFault fault) {
        // A stack trace for every hostile datagram would make refusing dearer than sending.
        super(message, null, false, false);
        this.refusal = refusal;
        this.fault = fault;
    }

    /** What to tell the other side before closing; null for nothing. */
    public @Nullable String refusal() {
        return refusal;
    }

    /** What came instead of what; null if that is not known. */
    public @Nullable LabFault fault() {
        return fault;
    }

    /** The same with more around it: what came, and who sent it if that shows. */
    WireException in(String expected, String got, @Nullable Identity sender) {
        String what = String.valueOf(getMessage());
        LabFault inner = fault;
        String hint = inner == null ? "" : inner.hint();
        return new WireException(what, refusal, new LabFault(what, got, expected, hint, sender));
    }

    /** What is wrong, shown with what stands around it. */
    LabFault faultIn(String got) {
        String what = String.valueOf(getMessage());
        LabFault inner = fault;
        return inner == null
                ? new LabFault(what, got, "", "", null)
                : new LabFault(what, got, inner.expected(), inner.hint(), inner.sender());
    }
}
