package io.roundtable.peer;

import io.roundtable.event.Event;
import io.roundtable.net.Connection;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Message;
import io.roundtable.wire.FrameKind;

/** Serves the tools at a peer's own port: status, watching, orders to feign failure and to recover. */
final class ControlDesk {
    private final EventLoop loop;
    private final PeerNode peer;
    private final Watchers watchers;

    ControlDesk(EventLoop loop, PeerNode peer) {
        this.loop = loop;
        this.peer = peer;
        this.watchers = new Watchers(loop.nativeCodec());
    }

    void onControl(Connection connection, long request, Control control) {
        if (control instanceof Control.StatusQuery) {
            answer(connection, request, peer.status());
        } else if (control instanceof Control.Watch) {
            watch(connection, request);
        } else if (control instanceof Control.Feign feign) {
            // The answer first: the order may close this very connection.
            answer(connection, request, new Control.Done());
            peer.onFeignOrder(feign);
        } else if (control instanceof Control.Recover recover) {
            boolean isMeant = recover.id() == peer.identity().id();
            answer(connection, request, isMeant ? new Control.Done() : refusal("another id sits here"));
            if (isMeant) {
                peer.onRecoverOrder();
            }
        } else {
            answer(connection, request, refusal("a peer takes no " + control.word()));
        }
    }

    private static Message refusal(String reason) {
        return new Message.Refusal(reason);
    }

    private void watch(Connection connection, long request) {
        answer(connection, request, watchers.add(connection) ? new Control.Done() : refusal("too many watchers"));
    }

    private void answer(Connection connection, long request, Message message) {
        connection.send(loop.nativeCodec().encode(FrameKind.ANSWER, request, message));
    }

    boolean hasWatchers() {
        return !watchers.isEmpty();
    }

    void onEvent(Event event) {
        watchers.onEvent(event);
    }

    void onClosed(Connection connection) {
        watchers.remove(connection);
    }
}
