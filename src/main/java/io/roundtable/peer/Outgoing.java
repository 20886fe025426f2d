package io.roundtable.peer;

import io.roundtable.election.NoAnswer;
import io.roundtable.election.Roster;
import io.roundtable.event.EventKind;
import io.roundtable.event.EventLog;
import io.roundtable.event.Fact;
import io.roundtable.net.CloseReason;
import io.roundtable.net.Connection;
import io.roundtable.net.ConnectionHandler;
import io.roundtable.net.EventLoop;
import io.roundtable.net.SocketState;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.LabCodec;
import io.roundtable.wire.LabManners;
import io.roundtable.wire.LabParty;
import io.roundtable.wire.LabSpeech;
import io.roundtable.wire.WireException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one peer sends: each message in the dialect that its receiver is known to understand. */
final class Outgoing {
    private final EventLoop loop;
    private final PeerOptions options;
    private final LabCodec labCodec;
    private final Links links;
    private final Links.Listener listener;
    private final MessageLog log;
    private final EventLog events;
    private static final int CONNECT_MS = 1_000;

    private final AnswerFaults faults;
    private final LabManners manners;
    private final Set<Connection> singleUse = new LinkedHashSet<>();
    /** Lab members that were answered and may have closed that socket before: then they are answered on another one. */
    private final Map<Connection, Member> unsure = new IdentityHashMap<>();

    private @Nullable Roster roster;

    Outgoing(
            EventLoop loop,
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
        this.manners = new LabManners(options.year());
        this.faults = new AnswerFaults(loop, events, options.timing().labOkTimeoutMs());
    }

    /** Who sits where, once that is known. */
    void seatedAt(Roster table) {
        roster = table;
    }

    private Roster roster() {
        return Objects.requireNonNull(roster);
    }

    AnswerFaults faults() {
        return faults;
    }

    LabManners manners() {
        return manners;
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
            AnswerFaults.Said said = said(to, message);
            LabExchange exchange = new LabExchange(links, listener, log, faults, said, token);
            boolean isHeld = timeoutMs == 0;
            Connection made = loop.connect(to.address(), state, isHeld ? CONNECT_MS : timeoutMs, exchange);
            sendLab(made, to, message, isHeld);
            if (isHeld) {
                faults.watch(said, made);
            }
        } catch (IOException e) {
            loop.post(() -> listener.onNoAnswer(token, NoAnswer.REFUSED));
        }
    }

    /** Sends a message that has no answer; of one to a lab member the listener hears once whether it was written. */
    void tell(long token, Member to, Message message) {
        if (speaksNativeTo(to)) {
            links.tell(to, message);
            return;
        }
        try {
            long limitMs = options.timing().labOkTimeoutMs();
            Told told = new Told(said(to, message), token);
            sendLab(loop.connect(to.address(), SocketState.SEND_COORDINATOR, limitMs, told), to, message, false);
        } catch (IOException e) {
            loop.post(() -> listener.onTold(token, NoAnswer.CLOSED));
            events.report(
                    EventKind.NO_ANSWER,
                    Fact.of("peer", to.identity()),
                    Fact.of("to", message.word()),
                    Fact.of("reason", "no socket left"));
        }
    }

    private AnswerFaults.Said said(Member to, Message message) {
        return new AnswerFaults.Said(to, message, manners.speechTo(to).year(), loop.nowMs());
    }

    /** @param isHeld whether the socket has no time limit once it is connected */
    private void sendLab(Connection connection, Member to, Message message, boolean isHeld) {
        singleUse.add(connection);
        connection.whenReleased(() -> singleUse.remove(connection));
        connection.send(labCodec.encode(message, manners.speechTo(to), roster().self(), LabParty.of(to)));
        connection.whenConnected(() -> {
            if (isHeld) {
                connection.hold();
            }
            log.labMessage(EventKind.SENT, message, to.identity(), connection, true);
        });
    }

    /** Feigned failure with open sockets: what is not on its way yet stays unsaid. */
    void dropUnsent() {
        for (Connection each : List.copyOf(singleUse)) {
            if (!each.isConnected()) {
                each.close(CloseReason.CLOSED);
            }
        }
    }

    /** Feigned failure or the end: whatever was being said is left unsaid. */
    void closeAll() {
        List.copyOf(singleUse).forEach(connection -> connection.close(CloseReason.CLOSED));
    }

    /** Answers in the dialect of the request. */
    void answer(Request request, Message message) {
        Connection connection = request.connection();
        if (!request.inNative()) {
            answerLab(request, message);
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

    /** In the words of the question, and on its way: on the same socket, or on one of our own to the asker's listener. */
    private void answerLab(Request request, Message message) {
        Connection connection = request.connection();
        LabParty party = request.asker();
        Member asker = party == null || request.isProbe() ? null : member(party);
        if (asker != null && (manners.takesOkApart(asker.identity()) || !connection.isOpen())) {
            connection.done();
            answerApart(asker);
            return;
        }
        LabSpeech speech = request.speech();
        if (asker != null) {
            speech = speech.withYear(manners.speechTo(asker).year());
            unsure.put(connection, asker);
            // A turn later: that it was not read is told while the connection ends.
            connection.whenReleased(() -> loop.post(() -> unsure.remove(connection)));
        } else if (request.isProbe()) {
            speech = speech.withYear(manners.yearOfProbers(roster().all()));
        }
        log.labMessage(
                EventKind.SENT, message, asker == null ? connection.remote() : asker.identity(), connection, false);
        boolean mayHaveClosed = asker != null && speech.namesSender() && connection.hasEnded();
        connection.answer(labCodec.encode(message, speech, roster().self(), party));
        if (asker != null && mayHaveClosed) {
            // Who names itself and has closed waits at its listener; who has only half-closed has its answer.
            answerApart(asker);
        }
    }

    private @Nullable Member member(LabParty party) {
        Identity identity = party.identity();
        if (identity != null) {
            return roster().get(identity);
        }
        return roster().all().stream()
                .filter(member -> member.address().equals(party.address()))
                .findFirst()
                .orElse(null);
    }

    /** The asker had closed the socket of its question before our answer came. */
    void onUnread(Connection connection) {
        Member asker = unsure.remove(connection);
        if (asker != null) {
            manners.noteTakesOkApart(asker.identity());
            answerApart(asker);
        }
    }

    private void answerApart(Member asker) {
        try {
            long limitMs = options.timing().labOkTimeoutMs();
            sendLab(
                    loop.connect(
                            asker.address(),
                            SocketState.SEND_COORDINATOR,
                            limitMs,
                            new Told(said(asker, Message.Ok.BARE), 0)),
                    asker,
                    Message.Ok.BARE,
                    false);
        } catch (IOException e) {
            events.report(
                    EventKind.NO_ANSWER,
                    Fact.of("peer", asker.identity()),
                    Fact.of("to", Message.Ok.BARE.word()),
                    Fact.of("reason", "no socket left"));
        }
    }

    void answerNative(Connection connection, long requestId, Message message) {
        connection.send(loop.nativeCodec().encode(FrameKind.ANSWER, requestId, message));
    }

    /** Says what was wrong with bytes that are no message; the connection is closed after that. */
    void refuseBadInput(Connection connection, WireException fault, String reason) {
        Message.Refusal refusal = new Message.Refusal(reason);
        ByteBuffer ready = fault.answer();
        if (ready != null) {
            answerOnce(connection, ready);
        } else if (connection.state() == SocketState.KEPT) {
            answerNative(connection, 0, refusal);
        } else if (connection.state() == SocketState.WAIT_MESSAGE) {
            connection.answer(labCodec.encode(refusal));
        }
    }

    private static void answerOnce(Connection connection, ByteBuffer ready) {
        if (connection.state() == SocketState.KEPT) {
            connection.send(ready);
        } else if (connection.state() == SocketState.WAIT_MESSAGE) {
            connection.answer(ready);
        }
    }

    /** For a socket whose answer nobody waits for. */
    private final class Told implements ConnectionHandler {
        private final AnswerFaults.Said said;
        private final long token;

        Told(AnswerFaults.Said said, long token) {
            this.said = said;
            this.token = token;
        }

        @Override
        public void onMessage(Connection connection, Inbound message) {
            if (!message.isNative()) {
                faults.answeredVictory(said, message.shown());
            }
            connection.done();
        }

        @Override
        public void onClosed(Connection connection, CloseReason reason) {
            if (!connection.isConnected()) {
                faults.none(said, reason);
            }
            if (token != 0) {
                listener.onTold(token, connection.isConnected() ? null : LabExchange.outcome(reason));
            }
        }
    }
}
