package io.roundtable.peer;

import io.roundtable.net.Connection;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Message;
import io.roundtable.role.Call;
import io.roundtable.role.Peers;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.FrameTooLongException;
import io.roundtable.wire.NativeCodec;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A native message of another process.
 *
 * @param origin the connection on which it came
 * @param number of the request; its answer has the same
 * @param isSilent whether this peer feigns failure: what it was about when that began is answered to nobody
 */
record Incoming(EventLoop loop, Peers peers, Connection origin, FrameKind kind, long number, BooleanSupplier isSilent)
        implements Call {
    @Override
    public boolean isAsked() {
        return kind == FrameKind.REQUEST;
    }

    @Override
    public void answer(Message answer) {
        if (!isSilent.getAsBoolean()) {
            origin.send(encode(loop.nativeCodec(), number, answer));
        }
    }

    /** What no frame holds is the asker's trouble, and not the end of whoever answers. */
    static ByteBuffer encode(NativeCodec codec, long number, Message answer) {
        try {
            return codec.encode(FrameKind.ANSWER, number, answer);
        } catch (FrameTooLongException e) {
            return codec.encode(FrameKind.ANSWER, number, new Message.Refusal("the answer: " + e.getMessage()));
        }
    }

    @Override
    public Optional<Connection> connection() {
        return Optional.of(origin);
    }

    @Override
    public void isFrom(Identity sender) {
        peers.belongsTo(origin, sender);
    }
}
