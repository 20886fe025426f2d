package io.roundtable.peer;

import io.roundtable.event.EventKind;
import io.roundtable.net.CloseReason;
import io.roundtable.net.Connection;
import io.roundtable.net.ConnectionHandler;
import io.roundtable.net.EventLoop;
import io.roundtable.net.OpenRequests;
import io.roundtable.net.SocketState;
import io.roundtable.net.TimerHandle;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.Reason;
import io.roundtable.role.Call;
import io.roundtable.role.Gcd;
import io.roundtable.role.MessageTable;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.JoinWords;
import io.roundtable.wire.LabCodec;
import io.roundtable.wire.LabSpeech;
import io.roundtable.wire.WireException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A peer's connection to its GCD.
 *
 * <p>JOIN goes out in the lab dialect, which every GCD understands, with the mark that offers native. A lab GCD answers
 * with a dict and the socket is done; a native one answers in native and the socket is kept.
 */
class GcdClient implements ConnectionHandler, Gcd {
    /** Who is told what the GCD says. */
    interface Listener {
        /** @param isGcdHere whether the GCD is on this machine */
        void onJoined(List<Member> members, boolean keepsConnection, boolean isGcdHere);

        void onJoinRefused(String reason);

        /** Lab members have joined. */
        void onNews(List<Member> members);

        void onGcdLost(String reason);

        void onRecoverOrder();
    }

    private static final int STAND_BY_RETRY_MS = 500;
    private static final int HERE_EVERY_MS = 20_000;
    private static final int HERE_ANSWER_MS = 10_000;

    private final EventLoop loop;
    private final List<Address> gcds;
    private final LabCodec labCodec;
    private final Listener listener;
    private final MessageLog log;
    private final MessageTable takers = new MessageTable();
    private final OpenRequests asked;
    private final GcdTrust trust = new GcdTrust();
    private final JoinWords words;
    private Message.@Nullable Join lastJoin;
    private long lastTimeoutMs;
    private Address gcd;
    private @Nullable Connection connection;
    private @Nullable TimerHandle answerLimit;
    private @Nullable Identity standingBy;
    private @Nullable TimerHandle here;
    private boolean joining;
    private boolean isNative;
    /** The number of a JOIN on a kept connection; 0 for the first message on a new one. */
    private long joinRequest;

    /** @param year in whose words to join; null to find out */
    GcdClient(
            EventLoop loop,
            List<Address> gcds,
            LabCodec labCodec,
            @Nullable Dialect year,
            MessageLog log,
            Listener listener) {
        this.loop = loop;
        this.words = new JoinWords(year);
        this.gcds = gcds;
        this.gcd = gcds.get(0);
        this.labCodec = labCodec;
        this.log = log;
        this.listener = listener;
        this.asked = new OpenRequests(loop::schedule, 0);
        takers.on(Control.Recover.class, (order, call) -> {
            endStandBy();
            listener.onRecoverOrder();
        });
        takers.on(Message.Members.class, (news, call) -> listener.onNews(news.members()));
    }

    /** Who takes what the GCD says by itself. */
    MessageTable takers() {
        return takers;
    }

    void join(Message.Join join, long timeoutMs) {
        endStandBy();
        joining = true;
        lastJoin = join;
        lastTimeoutMs = timeoutMs;
        Connection kept = connection;
        if (kept != null && kept.isOpen() && kept.state() == SocketState.KEPT) {
            joinRequest = asked.nextNumber();
            kept.send(loop.nativeCodec().encode(FrameKind.REQUEST, joinRequest, join));
            if (answerLimit == null) {
                // An earlier JOIN that waits is answered before this one: its limit is that of both.
                answerLimit = loop.schedule(timeoutMs, () -> kept.close(CloseReason.EXPIRED));
            }
            return;
        }
        joinRequest = 0;
        Connection made = connect(SocketState.SEND_JOIN, timeoutMs);
        if (made != null) {
            made.send(labCodec.encode(join, LabSpeech.of(words.year()), join.self(), null));
            made.whenConnected(() -> log.labMessage(EventKind.SENT, join, gcd, made, true));
        }
    }

    /** Whether questions can be asked: the GCD speaks native and keeps the connection. */
    boolean isKept() {
        Connection kept = connection;
        return kept != null && kept.isOpen() && kept.state() == SocketState.KEPT && standingBy == null && !joining;
    }

    @Override
    public void ask(Message question, long timeoutMs, Consumer<@Nullable Message> then) {
        Connection kept = connection;
        if (kept == null || !isKept()) {
            loop.post(() -> then.accept(null));
            return;
        }
        long number = asked.begin(kept, timeoutMs, new OpenRequests.Outcome() {
            @Override
            public void onAnswer(Message answer) {
                trust.onAnswer(answer, loop.nowMs());
                then.accept(answer);
                leaveIfUseless();
            }

            @Override
            public void onNone(OpenRequests.End why) {
                then.accept(null);
                if (why == OpenRequests.End.SILENCE) {
                    trust.onSilence();
                    leaveIfUseless();
                }
            }
        });
        kept.send(loop.nativeCodec().encode(FrameKind.REQUEST, number, question));
    }

    /** One that hangs, or is cut off from the other GCDs, ends no connection by itself. */
    private void leaveIfUseless() {
        Connection kept = connection;
        if (gcds.size() > 1 && kept != null && isKept() && trust.isLost()) {
            kept.close(CloseReason.EXPIRED);
        }
    }

    private @Nullable Connection connect(SocketState state, long limitMs) {
        cancelLimit();
        Connection before = connection;
        connection = null;
        if (before != null) {
            before.close(CloseReason.CLOSED);
        }
        trust.begin();
        try {
            Connection made = loop.connect(gcd, state, limitMs, this);
            connection = made;
            return made;
        } catch (IOException e) {
            loop.post(() -> lost("no socket to be had (" + Reason.of(e) + "); raise the limit of open files"));
            return null;
        }
    }

    @Override
    public void onMessage(Connection from, Inbound inbound) {
        if (inbound.isNative()) {
            from.upgrade();
        }
        if (inbound.isNative() && inbound.kind() == FrameKind.ONE_WAY) {
            takers.take(inbound.message(), new Told(from));
            return;
        }
        boolean isAnswered = inbound.kind() == FrameKind.ANSWER && asked.answer(inbound.requestId(), inbound.message());
        if (!isAnswered && joining && isToJoin(inbound)) {
            joining = false;
            cancelLimit();
            log.labMessage(EventKind.RECEIVED, inbound.message(), gcd, from, true);
            if (!inbound.isNative()) {
                connection = null;
                from.done();
            }
            onAnswer(inbound, from.isFromHere());
        }
    }

    /** What the GCD says by itself. */
    private record Told(Connection origin) implements Call {
        @Override
        public boolean isAsked() {
            return false;
        }

        @Override
        public void answer(Message answer) {
            // Nobody waits for one.
        }

        @Override
        public Optional<Connection> connection() {
            return Optional.of(origin);
        }

        @Override
        public void isFrom(Identity sender) {
            // It is the GCD's.
        }
    }

    /** A late answer to a question that nobody waits for any more may come before it. */
    private boolean isToJoin(Inbound inbound) {
        return joinRequest == 0 || (inbound.kind() == FrameKind.ANSWER && inbound.requestId() == joinRequest);
    }

    private void onAnswer(Inbound inbound, boolean isGcdHere) {
        if (inbound.message() instanceof Message.Members members) {
            isNative = inbound.isNative();
            words.accepted();
            List<Member> all = isNative ? members.members() : inItsWords(members.members());
            listener.onJoined(all, isNative, isGcdHere);
            scheduleHere();
        } else if (inbound.message() instanceof Message.Refusal refusal) {
            Message.Join join = lastJoin;
            if (!inbound.isNative() && join != null && words.tryOther(refusal.reason())) {
                // A Python GCD takes the word of its own year only.
                join(join, lastTimeoutMs);
                return;
            }
            listener.onJoinRefused("the GCD at " + gcd + " refuses: " + refusal.reason());
        } else {
            listener.onJoinRefused("what listens at " + gcd + " is no GCD: it answers JOIN with "
                    + inbound.message().word());
        }
    }

    /** Everybody at a Python GCD speaks its words. */
    private List<Member> inItsWords(List<Member> members) {
        return members.stream().map(member -> member.as(words.year())).toList();
    }

    /** The question keeps the connection from ending for want of traffic, the answer shows that the GCD runs. */
    private void scheduleHere() {
        if (here != null) {
            here.cancel();
        }
        here = loop.schedule(HERE_EVERY_MS, () -> {
            Connection kept = connection;
            if (kept != null && kept.state() == SocketState.KEPT && standingBy == null) {
                ask(new Control.Here(), HERE_ANSWER_MS, answer -> {});
                scheduleHere();
            }
        });
    }

    @Override
    public void onBadInput(Connection from, WireException fault) {
        // A GCD that was stopped, or cut off, in the middle of its answer is one all the same: its silence counts.
        if (from == connection && joining && !fault.isCutShort()) {
            joining = false;
            connection = null;
            listener.onJoinRefused("what listens at " + gcd + " is no GCD: " + fault.getMessage());
        }
    }

    @Override
    public void onClosed(Connection from, CloseReason reason) {
        if (from != connection) {
            return;
        }
        connection = null;
        cancelLimit();
        asked.drop();
        if (standingBy != null) {
            Identity self = standingBy;
            loop.schedule(STAND_BY_RETRY_MS, () -> {
                if (self.equals(standingBy) && connection == null) {
                    standBy(self);
                }
            });
        } else {
            lost(sentence(reason));
        }
    }

    private void lost(String reason) {
        joining = false;
        // The others of a group know the same: whoever answers will do.
        gcd = gcds.get((gcds.indexOf(gcd) + 1) % gcds.size());
        listener.onGcdLost(reason);
    }

    private String sentence(CloseReason reason) {
        return switch (reason) {
            case REFUSED -> "no GCD listens at " + gcd + "; start one with: roundtable gcd --port " + gcd.port();
            case UNKNOWN_HOST -> "unknown host '" + gcd.host() + "' of the GCD";
            case CONNECT_EXPIRED -> "the GCD at " + gcd + " cannot be reached";
            case EXPIRED -> "the GCD at " + gcd + " does not answer";
            default -> "the GCD at " + gcd + " ended the connection";
        };
    }

    /** While its sockets are closed, a peer waits at the GCD for the order to recover. */
    void standBy(Identity self) {
        if (!isNative) {
            // A lab GCD would choke on a frame; without a line only the time ends this failure.
            return;
        }
        standingBy = self;
        Connection made = connect(SocketState.KEPT, STAND_BY_RETRY_MS);
        if (made != null) {
            made.send(loop.nativeCodec().encode(FrameKind.ONE_WAY, asked.nextNumber(), new Control.StandBy(self)));
        }
    }

    private void endStandBy() {
        if (standingBy != null) {
            standingBy = null;
            close();
        }
    }

    /** Says goodbye, so that newcomers do not hear of this peer any more. */
    void leave(Identity self) {
        standingBy = null;
        Connection kept = connection;
        if (kept != null && kept.state() == SocketState.KEPT) {
            kept.send(loop.nativeCodec().encode(FrameKind.ONE_WAY, asked.nextNumber(), new Control.Leave(self)));
            // Were it closed at once, whatever the GCD is just saying would reset it, and the goodbye could go with it.
            drop();
            kept.closeGently();
        }
        close();
    }

    void close() {
        Connection open = drop();
        if (open != null) {
            open.close(CloseReason.CLOSED);
        }
    }

    private @Nullable Connection drop() {
        joining = false;
        cancelLimit();
        Connection open = connection;
        connection = null;
        asked.drop();
        return open;
    }

    private void cancelLimit() {
        if (answerLimit != null) {
            answerLimit.cancel();
            answerLimit = null;
        }
    }
}
