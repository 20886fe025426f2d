package io.roundtable.peer;

import io.roundtable.event.Event;
import io.roundtable.event.EventFormat;
import io.roundtable.net.Connection;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Message;
import io.roundtable.wire.FrameKind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Serves the tools at a peer's own port: status, watching, orders to feign failure and to recover. */
final class ControlDesk {
    private static final int WATCHERS_MAX = 64;

    private final EventLoop loop;
    private final PeerNode peer;
    private final Set<Connection> watchers = new LinkedHashSet<>();

    ControlDesk(EventLoop loop, PeerNode peer) {
        this.loop = loop;
        this.peer = peer;
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
        if (watchers.size() >= WATCHERS_MAX) {
            answer(connection, request, refusal("too many watchers"));
            return;
        }
        answer(connection, request, new Control.Done());
        watchers.add(connection);
    }

    private void answer(Connection connection, long request, Message message) {
        connection.send(loop.nativeCodec().encode(FrameKind.ANSWER, request, message));
    }

    boolean hasWatchers() {
        return !watchers.isEmpty();
    }

    void onEvent(Event event) {
        if (watchers.isEmpty()) {
            return;
        }
        Control.Watched watched = new Control.Watched(EventFormat.json(event), EventFormat.human(event));
        List<Connection> now = new ArrayList<>(watchers);
        for (Connection watcher : now) {
            // A watcher that does not read overflows its outbox and is closed; nobody waits for it.
            watcher.send(loop.nativeCodec().encode(FrameKind.ONE_WAY, 0, watched));
        }
    }

    void onClosed(Connection connection) {
        watchers.remove(connection);
    }
}
