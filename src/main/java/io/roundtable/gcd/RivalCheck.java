package io.roundtable.gcd;

import io.roundtable.net.CloseReason;
import io.roundtable.net.Connection;
import io.roundtable.net.ConnectionHandler;
import io.roundtable.net.EventLoop;
import io.roundtable.net.SocketState;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Member;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.Inbound;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * Looks whether somebody still sits where a member sat whose identity a newcomer has: whoever accepts connections there,
 * unless it is the newcomer itself, which its machine has another name for by now.
 */
final class RivalCheck implements ConnectionHandler {
    /** How long the holder of a contested seat has to accept a connection, and to say who it is. */
    private static final int LIMIT_MS = 500;

    private final Member newcomer;
    private final Consumer<Boolean> then;
    private boolean isNewcomer;

    private RivalCheck(Member newcomer, Consumer<Boolean> then) {
        this.newcomer = newcomer;
        this.then = then;
    }

    /**
     * Looks.
     *
     * @param then told whether the rival lives, on a later turn of the loop
     * @throws IOException if there is no socket left
     */
    static void begin(EventLoop loop, Member rival, Member newcomer, Consumer<Boolean> then) throws IOException {
        RivalCheck check = new RivalCheck(newcomer, then);
        Connection probe = loop.connect(rival.address(), SocketState.SEND_PROBE, LIMIT_MS, check);
        if (rival.isNative() && newcomer.isNative()) {
            probe.send(loop.nativeCodec().encode(FrameKind.REQUEST, 1, new Control.StatusQuery()));
        } else {
            probe.whenConnected(() -> loop.post(() -> probe.close(CloseReason.DONE)));
        }
    }

    @Override
    public void onMessage(Connection connection, Inbound inbound) {
        isNewcomer = inbound.message() instanceof Control.Status status
                && status.self().identity().equals(newcomer.identity())
                && status.self().address().equals(newcomer.address());
        connection.close(CloseReason.DONE);
    }

    @Override
    public void onClosed(Connection connection, CloseReason reason) {
        then.accept(connection.isConnected() && !isNewcomer);
    }
}
