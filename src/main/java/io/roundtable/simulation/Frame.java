package io.roundtable.simulation;

import io.roundtable.protocol.Message;
import io.roundtable.wire.FrameKind;

/**
 * One message on its way.
 *
 * @param isNative whether it is a native frame; else a pickle
 * @param requestId the native frame's; 0 for pickles
 * @param offersNative a pickle whose sender also understands a native answer
 */
record Frame(Message message, boolean isNative, FrameKind kind, long requestId, boolean offersNative) {
    /** Not a message: the other side closed the connection. */
    static final Frame END = new Frame(Message.Probe.BARE, false, FrameKind.ONE_WAY, -1, false);

    boolean isEnd() {
        return requestId < 0;
    }

    static Frame request(long id, Message message) {
        return new Frame(message, true, FrameKind.REQUEST, id, false);
    }

    static Frame oneWay(long id, Message message) {
        return new Frame(message, true, FrameKind.ONE_WAY, id, false);
    }

    static Frame answer(long id, Message message) {
        return new Frame(message, true, FrameKind.ANSWER, id, false);
    }

    static Frame lab(Message message, boolean offersNative) {
        return new Frame(message, false, FrameKind.ONE_WAY, 0, offersNative);
    }
}
