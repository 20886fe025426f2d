package io.roundtable.peer;

import io.roundtable.election.NoAnswer;
import io.roundtable.event.EventKind;
import io.roundtable.event.EventLog;
import io.roundtable.event.Fact;
import io.roundtable.net.CloseReason;
import io.roundtable.net.Connection;
import io.roundtable.net.ConnectionHandler;
import io.roundtable.net.SelectorLoop;
import io.roundtable.net.SocketState;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.LabCodec;
import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** What one peer sends: each message in the dialect that its receiver is known to understand. */
final class Outgoing {
    private final SelectorLoop loop;
    private final PeerOptions options;
    private final LabCodec labCodec;
    private final Links links;
    private final Links.Listener listener;
    private final MessageLog log;
    private final EventLog events;
    private final Set<Connection> singleUse = Collections.newSetFromMap(new IdentityHashMap<>());

    Outgoing(
            SelectorLoop loop,
            PeerOptions options,
            LabCodec labCodec,
            Links links,
            Links.Listener listener,
            MessageLog log,
            EventLog events) {
        this.loop = loop;
        this.options = options;
        this.labCodec = labCodec;
        this.links = links;
        this.listener = listener;
        this.log = log;
        this.events = events;
    }

    private boolean speaksNativeTo(Member member) {
        return member.isNative() && options.dialect() == Dialect.NATIVE;
    }

    /** Sends a request; how it ends is told to the listener once, with the token. */
    void ask(long token, Member to, Message message, long timeoutMs) {
        if (speaksNativeTo(to)) {
            links.ask(token, to, message, timeoutMs);
            return;
        }
        SocketState state = message instanceof Message.Probe ? SocketState.SEND_PROBE : SocketState.SEND_ELECTION;
        try {
            LabExchange exchange = new LabExchange(links, listener, log, to, token);
            sendLab(loop.connect(to.address(), state, timeoutMs, exchange), to, message);
        } catch (IOException e) {
            loop.post(() -> listener.onNoAnswer(token, NoAnswer.REFUSED));
        }
    }

    /** Sends a message that has no answer. */
    void tell(Member to, Message message) {
        if (speaksNativeTo(to)) {
            links.tell(to, message);
            return;
        }
        try {
            long limitMs = options.timing().labOkTimeoutMs();
            sendLab(loop.connect(to.address(), SocketState.SEND_COORDINATOR, limitMs, new Deaf()), to, message);
        } catch (IOException e) {
            events.report(
                    EventKind.NO_ANSWER,
                    Fact.of("kind", message.word()),
                    Fact.of("peer", to.identity()),
                    Fact.of("reason", "no socket left"));
        }
    }

    private void sendLab(Connection connection, Member to, Message message) {
        singleUse.add(connection);
        connection.whenReleased(() -> singleUse.remove(connection));
        connection.send(labCodec.encode(message));
        connection.whenConnected(() -> log.labMessage(EventKind.SENT, message, to.identity(), connection, true));
    }

    /** Feigned failure or the end: whatever was being said is left unsaid. */
    void closeAll() {
        List.copyOf(singleUse).forEach(connection -> connection.close(CloseReason.CLOSED));
    }

    /** Answers in the dialect of the request. */
    void answer(Request request, Message message) {
        Connection connection = request.connection();
        if (!request.inNative()) {
            log.labMessage(EventKind.SENT, message, connection.remote(), connection, false);
            connection.answer(labCodec.encode(message));
            return;
        }
        Identity member = links.memberAt(connection);
        Object peer = member == null ? connection.remote() : member;
        if (request.id() == 0) {
            log.labMessage(EventKind.SENT, message, peer, connection, false);
        } else {
            log.nativeMessage(EventKind.SENT, message, peer, request.id(), request.isProbe());
        }
        connection.upgrade();
        answerNative(connection, request.id(), message);
    }

    void answerNative(Connection connection, long requestId, Message message) {
        connection.send(loop.nativeCodec().encode(FrameKind.ANSWER, requestId, message));
    }

    /** Says what was wrong with bytes that are no message; the connection is closed after that. */
    void refuseBadInput(Connection connection, String reason) {
        Message.Refusal refusal = new Message.Refusal(reason);
        if (connection.state() == SocketState.KEPT) {
            answerNative(connection, 0, refusal);
        } else if (connection.state() == SocketState.WAIT_MESSAGE) {
            connection.answer(labCodec.encode(refusal));
        }
    }

    /** For a socket whose answer nobody waits for. */
    private static final class Deaf implements ConnectionHandler {
        @Override
        public void onMessage(Connection connection, Inbound message) {
            connection.done();
        }

        @Override
        public void onClosed(Connection connection, CloseReason reason) {}
    }
}
