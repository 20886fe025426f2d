package io.roundtable.peer;

import io.roundtable.election.NoAnswer;
import io.roundtable.event.EventKind;
import io.roundtable.net.CloseReason;
import io.roundtable.net.Connection;
import io.roundtable.net.ConnectionHandler;
import io.roundtable.net.EventLoop;
import io.roundtable.net.OpenRequests;
import io.roundtable.net.SocketState;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.role.Peers;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.WireException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The kept connections of one peer to other native peers, and the requests that wait for an answer on them.
 *
 * <p>A connection serves both directions, whoever made it. The last one to a member ending is what tells at once that
 * the member is gone.
 */
class Links implements Peers {
    /** Who is told how requests end and connections break. */
    interface Listener {
        void onAnswer(long token, Message message);

        void onNoAnswer(long token, NoAnswer why);

        /** @param why null if it was written */
        void onTold(long token, @Nullable NoAnswer why);

        /** A lab message came, which may show how its sender speaks. */
        void onHeard(Inbound message);

        void onDisconnected(Identity member);

        void onRequest(Connection connection, Inbound message);

        void onBadInput(Connection connection, WireException fault);
    }

    private static final int CONNECT_MS = 1_000;

    private final EventLoop loop;
    private final Listener listener;
    private final MessageLog log;
    private final Map<Identity, List<Connection>> byMember = new HashMap<>();
    private final Map<Connection, Identity> members = new LinkedHashMap<>();
    private final OpenRequests requests;
    private final ConnectionHandler handler = new Handler();

    Links(EventLoop loop, long entropy, MessageLog log, Listener listener) {
        this.loop = loop;
        this.log = log;
        this.listener = listener;
        // Numbers of different peers differ, so that a log of all peers can be joined by them.
        this.requests = new OpenRequests(loop::schedule, (entropy & 0x7fff_ffffL) << 32);
    }

    /** Answers come on connections that this peer made or that others made: both have this handler's manners. */
    ConnectionHandler handler() {
        return handler;
    }

    /** Sends a request; the answer or its absence is told once. */
    void ask(long token, Member to, Message message, long timeoutMs) {
        Connection connection = connectionTo(to);
        if (connection == null) {
            loop.post(() -> listener.onNoAnswer(token, NoAnswer.REFUSED));
            return;
        }
        Election election = new Election(token, connection, to, message);
        long number = requests.begin(connection, timeoutMs, election);
        election.number = number;
        log.nativeMessage(EventKind.SENT, message, to.identity(), number, message instanceof Message.Probe);
        connection.send(loop.nativeCodec().encode(FrameKind.REQUEST, number, message));
    }

    @Override
    public void request(Member to, Message message, long timeoutMs, Consumer<@Nullable Message> then) {
        Connection connection = connectionTo(to);
        if (connection == null) {
            loop.post(() -> then.accept(null));
            return;
        }
        long number = requests.begin(connection, timeoutMs, OpenRequests.Outcome.either(then));
        connection.send(loop.nativeCodec().encode(FrameKind.REQUEST, number, message));
    }

    @Override
    public void tell(Member to, Message message) {
        Connection connection = connectionTo(to);
        if (connection != null) {
            long number = requests.nextNumber();
            log.nativeMessage(EventKind.SENT, message, to.identity(), number, false);
            connection.send(loop.nativeCodec().encode(FrameKind.ONE_WAY, number, message));
        }
    }

    boolean isUsable(Connection connection) {
        return connection.isOpen();
    }

    private @Nullable Connection connectionTo(Member to) {
        for (Connection open : byMember.getOrDefault(to.identity(), List.of())) {
            if (isUsable(open)) {
                return open;
            }
        }
        try {
            Address address = to.address();
            Connection made = loop.connect(address, SocketState.KEPT, CONNECT_MS, handler);
            belongsTo(made, to.identity());
            return made;
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public void belongsTo(Connection connection, Identity member) {
        Identity before = members.put(connection, member);
        if (!member.equals(before)) {
            if (before != null) {
                removeFrom(before, connection);
            }
            byMember.computeIfAbsent(member, m -> new ArrayList<>(1)).add(connection);
        }
    }

    @Nullable
    Identity memberAt(Connection connection) {
        return members.get(connection);
    }

    /** An answer came on any connection of this peer. */
    void onAnswer(Inbound inbound) {
        requests.answer(inbound.requestId(), inbound.message());
    }

    /** A connection that belongs to this peer ended. */
    void onClosed(Connection connection) {
        Identity member = members.remove(connection);
        boolean wasLast = member != null && removeFrom(member, connection);
        requests.close(connection);
        if (member != null && wasLast && connection.isConnected()) {
            listener.onDisconnected(member);
        }
    }

    /** A question of an election. */
    private final class Election implements OpenRequests.Outcome {
        private final long token;
        private final Connection connection;
        private final Member to;
        private final Message question;
        private long number;

        Election(long token, Connection connection, Member to, Message question) {
            this.token = token;
            this.connection = connection;
            this.to = to;
            this.question = question;
        }

        @Override
        public void onAnswer(Message answer) {
            noteWhoAnswered(answer);
            boolean aboutProbe = question instanceof Message.Probe;
            log.nativeMessage(EventKind.RECEIVED, answer, to.identity(), number, aboutProbe);
            listener.onAnswer(token, answer);
        }

        /** Another peer may sit at that address now: its connection must not pass for one to the member we meant. */
        private void noteWhoAnswered(Message answer) {
            if (answer instanceof Message.Ok ok && ok.view() != null) {
                belongsTo(connection, ok.view().self().identity());
            }
        }

        @Override
        public void onNone(OpenRequests.End why) {
            switch (why) {
                case SILENCE ->
                    listener.onNoAnswer(token, connection.isConnected() ? NoAnswer.SILENT : NoAnswer.REFUSED);
                case CLOSED ->
                    listener.onNoAnswer(token, connection.isConnected() ? NoAnswer.CLOSED : NoAnswer.REFUSED);
                case DROPPED -> {} // Whoever feigns failure holds no elections.
            }
        }
    }

    private boolean removeFrom(Identity member, Connection connection) {
        List<Connection> left = byMember.get(member);
        if (left == null || !left.remove(connection)) {
            return false;
        }
        if (left.isEmpty()) {
            byMember.remove(member);
        }
        return left.isEmpty();
    }

    /** Feigned failure with open sockets: what is not on its way yet stays unsaid. */
    void dropUnsent() {
        for (Connection each : List.copyOf(members.keySet())) {
            if (!each.isConnected()) {
                each.close(CloseReason.CLOSED);
            }
        }
    }

    /** Feigned failure or the end: every connection closes, no request is answered any more. */
    void closeAll() {
        requests.drop();
        List<Connection> open = new ArrayList<>(members.keySet());
        members.clear();
        byMember.clear();
        open.forEach(connection -> connection.close(CloseReason.CLOSED));
    }

    private final class Handler implements ConnectionHandler {
        @Override
        public void onMessage(Connection connection, Inbound message) {
            if (message.kind() == FrameKind.ANSWER) {
                onAnswer(message);
            } else {
                listener.onRequest(connection, message);
            }
        }

        @Override
        public void onBadInput(Connection connection, WireException fault) {
            listener.onBadInput(connection, fault);
        }

        @Override
        public void onClosed(Connection connection, CloseReason reason) {
            Links.this.onClosed(connection);
        }
    }
}
