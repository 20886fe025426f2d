package io.roundtable.wire;

import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One decoded message.
 *
 * @param kind for lab messages always {@link FrameKind#ONE_WAY}: their place in the exchange tells what they are
 * @param requestId the frame's; 0 for lab messages
 * @param offersNative a lab message whose sender also understands a native answer on the same connection
 * @param complaints what was malformed in it and left out
 * @param speech the words and forms of a lab message
 * @param asker who sent a lab message, if it says so
 * @param shown a lab message as Python shows it, at most 80 characters
 */
public record Inbound(
        Message message,
        Dialect dialect,
        FrameKind kind,
        long requestId,
        boolean offersNative,
        List<LabFault> complaints,
        LabSpeech speech,
        @Nullable LabParty asker,
        String shown) {
    public Inbound {
        complaints = List.copyOf(complaints);
    }

    /** A message in native, or one in the plain words of lab. */
    public Inbound(
            Message message,
            Dialect dialect,
            FrameKind kind,
            long requestId,
            boolean offersNative,
            List<LabFault> complaints) {
        this(message, dialect, kind, requestId, offersNative, complaints, LabSpeech.PLAIN, null, "");
    }

    public boolean isNative() {
        return dialect == Dialect.NATIVE;
    }
}
