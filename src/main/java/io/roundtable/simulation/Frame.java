package io.roundtable.simulation;

import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.LabParty;
import io.roundtable.wire.LabSpeech;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way.
 *
 * @param isNative whether it is a native frame; else a pickle
 * @param requestId the native frame's; 0 for pickles
 * @param offersNative a pickle whose sender also understands a native answer
 * @param speech the words and forms of a pickle
 * @param self who sends a pickle, as far as its forms need that; null in what arrives
 * @param party whom a pickle goes to; in what arrives, whom it names as its sender
 */
record Frame(
        Message message,
        boolean isNative,
        FrameKind kind,
        long requestId,
        boolean offersNative,
        LabSpeech speech,
        @Nullable Member self,
        @Nullable LabParty party) {
    /** Not a message: the other side closed the connection. */
    static final Frame END = new Frame(Message.Probe.BARE, false, FrameKind.ONE_WAY, -1, false);

    Frame(Message message, boolean isNative, FrameKind kind, long requestId, boolean offersNative) {
        this(message, isNative, kind, requestId, offersNative, LabSpeech.PLAIN, null, null);
    }

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

    /** A pickle in the receiver's words. */
    static Frame lab(Message message, boolean offersNative, LabSpeech speech, Member self, @Nullable LabParty to) {
        return new Frame(message, false, FrameKind.ONE_WAY, 0, offersNative, speech, self, to);
    }
}
