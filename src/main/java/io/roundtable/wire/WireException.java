package io.roundtable.wire;

import io.roundtable.protocol.Identity;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Bytes that are not a message: the connection that brought them is closed with one log line. */
public final class WireException extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable String refusal;
    private final transient @Nullable LabFault fault;
    private final boolean isCutShort;
    private final byte @Nullable [] answer;

    public WireException(String message) {
        this(message, null);
    }

    /** @param refusal what to tell the other side before closing; null for nothing */
    public WireException(String message, @Nullable String refusal) {
        this(message, refusal, null, false);
    }

    /** @param fault the same for the author of a lab node; null if it can be none's */
    public WireException(String message, @Nullable String refusal, @Nullable LabFault fault) {
        this(message, refusal, fault, false);
    }

    private WireException(String message, @Nullable String refusal, @Nullable LabFault fault, boolean isCutShort) {
        this(message, refusal, fault, isCutShort, null);
    }

    private WireException(
            String message,
            @Nullable String refusal,
            @Nullable LabFault fault,
            boolean isCutShort,
            byte @Nullable [] answer) {
        // A stack trace for every hostile datagram would make refusing dearer than sending.
        super(message, null, false, false);
        this.refusal = refusal;
        this.fault = fault;
        this.isCutShort = isCutShort;
        this.answer = answer;
    }

    /** @param answer the refusal as the other side reads it */
    static WireException ofVersionBefore(String message, byte[] answer) {
        return new WireException(message, message, null, false, answer);
    }

    /** What came may have been the beginning of a message, and its end has not come. */
    public static WireException cutShort(String message, @Nullable LabFault fault) {
        return new WireException(message, null, fault, true);
    }

    /** Whether it is only the rest that lacks. */
    public boolean isCutShort() {
        return isCutShort;
    }

    /** What to tell the other side before closing; null for nothing. */
    public @Nullable String refusal() {
        return refusal;
    }

    /** The refusal in bytes, where the other side would read it in no other form; else null. */
    public @Nullable ByteBuffer answer() {
        return answer == null ? null : ByteBuffer.wrap(answer).asReadOnlyBuffer();
    }

    /** What came instead of what; null if that is not known. */
    public @Nullable LabFault fault() {
        return fault;
    }

    /** The same for the whole message: its word, what came, who sent it if that shows; the hint is the nearest one. */
    WireException in(@Nullable String word, String expected, String got, String hint, @Nullable Identity sender) {
        String what = String.valueOf(getMessage());
        String nearest = hint.isEmpty() && fault != null ? fault.hint() : hint;
        return new WireException(what, refusal, new LabFault(what, got, expected, nearest, sender, word));
    }

    /** What is wrong, shown with what stands around it. */
    LabFault faultIn(String got) {
        String what = String.valueOf(getMessage());
        LabFault inner = fault;
        return inner == null
                ? new LabFault(what, got, "", "")
                : new LabFault(what, got, inner.expected(), inner.hint(), inner.sender());
    }
}
