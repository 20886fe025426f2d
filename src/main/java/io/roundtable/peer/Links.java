package io.roundtable.peer;

import io.roundtable.election.NoAnswer;
import io.roundtable.event.EventKind;
import io.roundtable.net.CloseReason;
import io.roundtable.net.Connection;
import io.roundtable.net.ConnectionHandler;
import io.roundtable.net.EventLoop;
import io.roundtable.net.SocketState;
import io.roundtable.net.TimerHandle;
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

    private record Pending(long token, Connection connection, Member to, Message message, TimerHandle limit) {}

    /** A request that has nothing to do with elections. */
    private record Asked(Connection connection, Consumer<@Nullable Message> then, TimerHandle limit) {}

    private static final int CONNECT_MS = 1_000;

    private final EventLoop loop;
    private final Listener listener;
    private final MessageLog log;
    private final Map<Identity, List<Connection>> byMember = new HashMap<>();
    private final Map<Connection, Identity> members = new LinkedHashMap<>();
    private final Map<Long, Pending> pending = new HashMap<>();
    private final Map<Long, Asked> asked = new HashMap<>();
    private final ConnectionHandler handler = new Handler();
    private long lastRequest;

    Links(EventLoop loop, long entropy, MessageLog log, Listener listener) {
        this.loop = loop;
        this.log = log;
        this.listener = listener;
        // Numbers of different peers differ, so that a log of all peers can be joined by them.
        this.lastRequest = (entropy & 0x7fff_ffffL) << 32;
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
        long request = ++lastRequest;
        TimerHandle limit = loop.schedule(timeoutMs, () -> fail(request, null));
        pending.put(request, new Pending(token, connection, to, message, limit));
        log.nativeMessage(EventKind.SENT, message, to.identity(), request, message instanceof Message.Probe);
        connection.send(loop.nativeCodec().encode(FrameKind.REQUEST, request, message));
    }

    @Override
    public void request(Member to, Message message, long timeoutMs, Consumer<@Nullable Message> then) {
        Connection connection = connectionTo(to);
        if (connection == null) {
            loop.post(() -> then.accept(null));
            return;
        }
        long request = ++lastRequest;
        TimerHandle limit = loop.schedule(timeoutMs, () -> answered(request, null));
        asked.put(request, new Asked(connection, then, limit));
        connection.send(loop.nativeCodec().encode(FrameKind.REQUEST, request, message));
    }

    private void answered(long request, @Nullable Message answer) {
        Asked question = asked.remove(request);
        if (question != null) {
            question.limit.cancel();
            question.then.accept(answer);
        }
    }

    @Override
    public void tell(Member to, Message message) {
        Connection connection = connectionTo(to);
        if (connection != null) {
            long request = ++lastRequest;
            log.nativeMessage(EventKind.SENT, message, to.identity(), request, false);
            connection.send(loop.nativeCodec().encode(FrameKind.ONE_WAY, request, message));
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
        answered(inbound.requestId(), inbound.message());
        Pending answered = pending.remove(inbound.requestId());
        if (answered != null) {
            answered.limit.cancel();
            noteWhoAnswered(answered, inbound.message());
            boolean aboutProbe = answered.message instanceof Message.Probe;
            log.nativeMessage(
                    EventKind.RECEIVED, inbound.message(), answered.to.identity(), inbound.requestId(), aboutProbe);
            listener.onAnswer(answered.token, inbound.message());
        }
    }

    /** Another peer may sit at that address now: its connection must not pass for one to the member we meant. */
    private void noteWhoAnswered(Pending answered, Message message) {
        if (message instanceof Message.Ok ok && ok.view() != null) {
            belongsTo(answered.connection, ok.view().self().identity());
        }
    }

    /** A connection that belongs to this peer ended. */
    void onClosed(Connection connection) {
        NoAnswer why = connection.isConnected() ? NoAnswer.CLOSED : NoAnswer.REFUSED;
        List<Long> failed = new ArrayList<>();
        pending.forEach((request, open) -> {
            if (open.connection == connection) {
                failed.add(request);
            }
        });
        failed.sort(null);
        List<Long> unanswered = new ArrayList<>();
        asked.forEach((request, open) -> {
            if (open.connection == connection) {
                unanswered.add(request);
            }
        });
        unanswered.sort(null);
        Identity member = members.remove(connection);
        boolean wasLast = member != null && removeFrom(member, connection);
        failed.forEach(request -> fail(request, why));
        unanswered.forEach(request -> answered(request, null));
        if (member != null && wasLast && connection.isConnected()) {
            listener.onDisconnected(member);
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

    private void fail(long request, @Nullable NoAnswer reason) {
        Pending failed = pending.remove(request);
        if (failed != null) {
            failed.limit.cancel();
            NoAnswer silent = failed.connection.isConnected() ? NoAnswer.SILENT : NoAnswer.REFUSED;
            listener.onNoAnswer(failed.token, reason == null ? silent : reason);
        }
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
        pending.values().forEach(open -> open.limit.cancel());
        pending.clear();
        List.copyOf(asked.keySet()).stream().sorted().forEach(request -> answered(request, null));
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
