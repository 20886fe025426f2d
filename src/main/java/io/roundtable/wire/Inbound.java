package io.roundtable.wire;

import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Message;
import java.util.List;

/**
 * One decoded message.
 *
 * @param kind for lab messages always {@link FrameKind#ONE_WAY}: their place in the exchange tells what they are
 * @param requestId the frame's; 0 for lab messages
 * @param offersNative a lab message whose sender also understands a native answer on the same connection
 * @param complaints what was malformed in it and left out, one phrase each
 */
public record Inbound(
        Message message,
        Dialect dialect,
        FrameKind kind,
        long requestId,
        boolean offersNative,
        List<String> complaints) {
    public Inbound {
        complaints = List.copyOf(complaints);
    }

    public boolean isNative() {
        return dialect == Dialect.NATIVE;
    }
}
