package io.roundtable.simulation;

import io.roundtable.election.Effect;
import io.roundtable.election.NoAnswer;
import io.roundtable.election.PeerTimer;
import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.FeignMode;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.LabParty;
import io.roundtable.wire.OkForm;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One of our peers: the real machine, with its effects carried out on simulated sockets as {@code peer} does it. */
final class SimulatedPeer extends Participant {
    /** Accepted sockets are half-closed and read for this long, so that nothing is reset… */
    private static final long LINGER_MICROS = 500_000;
    /** …those of our own questions, which may be answered late, for this long. */
    private static final long LAB_LINGER_MICROS = 3_600_000_000L;

    private final Dialect dialect;
    private final PeerLinks links;
    private final PeerInbox inbox;
    private final GcdLine gcd;
    private final RandomGenerator random;
    private final BiFunction<Member, SimulatedPeer, Brain> birth;
    private final PeerRules rules;
    private final LabRates rates;
    private @Nullable Brain brain;
    private PeerState lastState = PeerState.QUIESCENT;
    private @Nullable Identity lastLeader;

    SimulatedPeer(
            World world,
            int index,
            Identity identity,
            Dialect dialect,
            RandomGenerator random,
            BiFunction<Member, SimulatedPeer, Brain> birth) {
        super(world, index, identity);
        this.dialect = dialect;
        this.random = random;
        this.birth = birth;
        this.links = new PeerLinks(this, OkForm.PAIR, speaksNative());
        this.inbox = new PeerInbox(this, links);
        this.gcd = new GcdLine(this, speaksNative());
        this.rules = new PeerRules(this);
        this.rates = new LabRates(this);
    }

    boolean speaksNative() {
        return dialect == Dialect.NATIVE;
    }

    RandomGenerator random() {
        return random;
    }

    private Brain brain() {
        Brain living = brain;
        if (living == null) {
            throw new IllegalStateException(this + " has no machine");
        }
        return living;
    }

    @Override
    void onStart() {
        Brain born = birth.apply(new Member(identity, address, dialect), this);
        brain = born;
        lastState = born.state();
        lastLeader = null;
        links.newMachine();
        rates.newLife();
        gcd.reset();
        carryOut(born.start(nowMs()));
    }

    @Override
    void wake(long lostMicros) {
        if (isUp()) {
            brain().backSince(nowMs() - lostMicros / 1_000);
        }
        super.wake(lostMicros);
    }

    // ---- what others see of it

    @Override
    boolean takesPart() {
        return isUp() && !isHung() && !brain().isFeigning();
    }

    boolean isFeigning() {
        return isUp() && brain().isFeigning();
    }

    LabRates rates() {
        return rates;
    }

    /** Whether it feigns failure with its sockets open. */
    boolean isIgnoring() {
        return isFeigning() && isListening;
    }

    @Override
    @Nullable
    Identity leader() {
        PeerState state = brain().state();
        return state == PeerState.LEADER || state == PeerState.FOLLOWER ? brain().leader() : null;
    }

    @Override
    boolean knows(Participant other) {
        Member member = brain().machine.roster().get(other.identity);
        return member != null && member.address().equals(other.address);
    }

    @Override
    String describe() {
        return brain == null ? "never started" : brain().state() + " leader=" + brain().leader();
    }

    // ---- input

    void feign(FeignMode mode, long durationMs) {
        carryOut(brain().onFeignOrder(mode, durationMs, nowMs()));
    }

    void recover() {
        carryOut(brain().onRecoverOrder(nowMs()));
    }

    @Override
    void onFrame(Socket socket, Frame frame) {
        switch (socket.role) {
            case GCD -> gcd.onFrame(socket, frame);
            case LAB_CALL -> links.onCallFrame(socket, frame);
            case LAB_TELL -> {
                world.network.close(socket);
                links.told(socket);
            }
            case LINK -> {
                if (frame.kind() == FrameKind.ANSWER) {
                    links.onAnswer(socket, frame);
                } else if (!brain().isFeigning()) {
                    inbox.onRequest(socket, frame);
                } else if (brain().closesIgnoredAfterMs() > 0) {
                    later(brain().closesIgnoredAfterMs(), () -> world.network.close(socket));
                }
            }
        }
    }

    void onElection(Message.Election election) {
        List<Effect> effects = brain().onElection(PeerInbox.REQUEST, election, nowMs());
        rules.checkElectionAnswered(brain(), effects);
        carryOut(effects);
    }

    void onProbe(Message.Probe probe) {
        carryOut(brain().onProbe(PeerInbox.REQUEST, probe, nowMs()));
    }

    void onVictory(Message.Victory victory) {
        carryOut(brain().onVictory(victory, nowMs()));
    }

    void onOkApart(Message.Ok ok) {
        carryOut(brain().onOkApart(ok, nowMs()));
    }

    void onTold(long token, @Nullable NoAnswer why) {
        carryOut(brain().onTold(token, why, nowMs()));
    }

    void onNews(List<Member> members) {
        carryOut(brain().onNews(members, nowMs()));
    }

    Member self() {
        return new Member(identity, address, dialect);
    }

    @Nullable
    Member memberWith(LabParty party) {
        Identity named = party.identity();
        if (named != null) {
            return brain().machine.roster().get(named);
        }
        for (Member each : brain().machine.roster().all()) {
            if (each.address().equals(party.address())) {
                return each;
            }
        }
        return null;
    }

    Dialect yearOfProbers() {
        return links.manners.yearOfProbers(brain().machine.roster().all());
    }

    /** A lab message shows how its sender speaks. */
    void heard(Frame frame) {
        links.manners.heard(new Inbound(
                frame.message(),
                Dialect.LAB,
                FrameKind.ONE_WAY,
                0,
                frame.offersNative(),
                List.of(),
                frame.speech(),
                frame.party(),
                ""));
    }

    /** Who asks takes the OK on a connection of its own. */
    @Override
    void onReset(Socket socket) {
        if (!inbox.onReset(socket)) {
            super.onReset(socket);
        }
    }

    @Override
    long lingerMicros(Socket socket) {
        long wanted = socket.role == Socket.Role.LINK ? LINGER_MICROS : LAB_LINGER_MICROS;
        return brain == null ? wanted : brain.lingerMicros(wanted);
    }

    void onCoordinator(Message.Coordinator coordinator) {
        carryOut(brain().onCoordinator(coordinator, nowMs()));
    }

    @Override
    void onClosed(Socket socket) {
        if (socket.role == Socket.Role.GCD) {
            gcd.onClosed(socket);
        } else {
            links.onClosed(socket);
        }
    }

    void onAnswer(long token, Message message) {
        if (message instanceof Message.Ok ok) {
            carryOut(brain().onOk(token, ok, nowMs()));
        } else {
            carryOut(brain().onNoAnswer(token, NoAnswer.CLOSED, nowMs()));
        }
    }

    void onNoAnswer(long token, NoAnswer why) {
        if (world.trace.keepsText()) {
            world.trace.text(world.nowMicros(), toString(), "no answer to " + token + ": " + why);
        }
        carryOut(brain().onNoAnswer(token, why, nowMs()));
    }

    void onDisconnected(Identity member) {
        carryOut(brain().onDisconnected(member, nowMs()));
    }

    void onJoined(List<Member> members, boolean keepsConnection) {
        carryOut(brain().onJoined(members, keepsConnection, nowMs()));
    }

    void onJoinRefused(String reason) {
        carryOut(brain().onJoinRefused(reason, nowMs()));
    }

    void onGcdLost(String reason) {
        carryOut(brain().onGcdLost(reason, nowMs()));
    }

    // ---- effects

    private void carryOut(List<Effect> effects) {
        Brain living = brain();
        note(living);
        rules.check(living, effects);
        for (int i = 0; i < effects.size(); i++) {
            Effect effect = effects.get(i);
            if (effect instanceof Effect.Ask ask) {
                links.ask(ask);
            } else if (effect instanceof Effect.Tell tell) {
                links.tell(tell);
            } else if (effect instanceof Effect.Answer answer) {
                inbox.answer(answer.message());
            } else if (effect instanceof Effect.SetTimer set) {
                setTimer(living, set);
            } else if (effect instanceof Effect.Report report) {
                report(report);
            } else if (effect instanceof Effect.AskGcd join) {
                gcd.join(join.join(), join.timeoutMs());
            } else if (effect instanceof Effect.CloseSockets) {
                gcd.reset();
                links.reset();
                stopListening();
                closeSockets();
            } else if (effect instanceof Effect.OpenListener) {
                later(0, this::reopen);
            } else if (effect instanceof Effect.GiveUp) {
                crash();
                return;
            }
        }
    }

    private void note(Brain living) {
        if (living.state() != lastState || !Objects.equals(living.leader(), lastLeader)) {
            lastState = living.state();
            lastLeader = living.leader();
            world.changed();
            world.trace.mix(
                    world.nowMicros(), index, 100 + lastState.ordinal(), lastLeader == null ? 0 : lastLeader.id());
            if (world.trace.keepsText()) {
                world.trace.text(world.nowMicros(), toString(), "is " + lastState + " leader=" + lastLeader);
            }
        }
    }

    private void setTimer(Brain living, Effect.SetTimer set) {
        rules.timerSet(set);
        later(set.delayMs(), () -> {
            boolean feigns = set.timer() == PeerTimer.FEIGN;
            if (!(feigns && world.isCalm())) {
                List<Effect> effects = living.onTimer(set.timer(), set.generation(), nowMs());
                rules.checkTimer(living, set.timer(), set.generation(), effects);
                carryOut(effects);
            }
        });
    }

    private void reopen() {
        if (isListening) {
            return;
        }
        // Somebody else may have taken the port meanwhile.
        if (!world.network.isFree(address) || random.nextInt(4) == 0) {
            address = world.network.freeAddress();
        }
        listen();
        carryOut(brain().onReopened(address, nowMs()));
    }

    void say(Socket socket, Frame frame, Traffic traffic) {
        if (socket.isOpen()) {
            world.sent(this, traffic, socket);
            rates.sent(traffic, socket);
            if (world.trace.keepsText() && !traffic.isProbing()) {
                world.trace.text(
                        world.nowMicros(),
                        toString(),
                        "-> " + traffic.text() + " to " + socket.to + " "
                                + (socket.member == null ? "" : socket.member));
            }
            world.network.send(socket, frame, links.form());
        }
    }

    private void report(Effect.Report report) {
        if (report.kind() == EventKind.WRONG_LEADER) {
            rules.checkBlame(report.facts());
        }
        world.trace.mix(
                world.nowMicros(),
                index,
                200 + report.kind().ordinal(),
                report.facts().size());
        if (world.trace.keepsText()) {
            StringBuilder line = new StringBuilder(report.kind().json());
            for (Fact fact : report.facts()) {
                line.append(' ').append(fact.name()).append('=').append(fact.value());
            }
            world.trace.text(world.nowMicros(), toString(), line.toString());
        }
    }
}
