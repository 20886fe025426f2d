package io.roundtable.peer;

import io.roundtable.chaos.ChaosSchedule;
import io.roundtable.election.Effect;
import io.roundtable.election.NoAnswer;
import io.roundtable.election.PeerMachine;
import io.roundtable.event.EventKind;
import io.roundtable.event.EventSink;
import io.roundtable.event.Fact;
import io.roundtable.net.Connection;
import io.roundtable.net.EventLoop;
import io.roundtable.net.InputFaults;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import io.roundtable.role.Management;
import io.roundtable.role.MessageTable;
import io.roundtable.role.Offers;
import io.roundtable.role.RoleContext;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.LabCodec;
import io.roundtable.wire.WireException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One peer on a selector loop: carries out what its {@link PeerMachine} decides, and tells the machine what came of it.
 *
 * <p>All methods but the constructor are for the loop's thread.
 */
public final class PeerNode implements Links.Listener, GcdClient.Listener {
    private final EventLoop loop;
    private final PeerOptions options;
    private final Reports reports;
    private final Consumer<String> giveUp;
    private final Links links;
    private final Outgoing outgoing;
    private final GcdClient gcd;
    private final ControlDesk desk;
    private final Roles roles;
    private final Management management;
    private final Inbox inbox;
    private final Doorway doorway;
    private final ReachCheck reach;
    private final MachineTimers timers;
    private final EffectTable effects = new EffectTable(this::isStopped);
    private final Map<Long, Request> requests = new HashMap<>();
    private final SplittableRandom random;
    private @Nullable PeerMachine machine;
    private boolean wasIgnoring;
    private long lastRequest;
    private boolean stopped;

    /** @param giveUp told with a sentence when the peer cannot take part */
    public PeerNode(EventLoop loop, PeerOptions options, EventSink sink, Consumer<String> giveUp) {
        this(loop, options, sink, giveUp, new PeerParts());
    }

    PeerNode(EventLoop loop, PeerOptions options, EventSink sink, Consumer<String> giveUp, PeerParts parts) {
        this.loop = loop;
        this.options = options;
        this.giveUp = giveUp;
        boolean speaksNative = options.dialect() == Dialect.NATIVE;
        this.random = new SplittableRandom(options.seed());
        LabCodec labCodec = new LabCodec(options.okForm(), speaksNative);
        this.desk = new ControlDesk(loop, this);
        this.reports = new Reports(loop, options.identity(), sink, desk::onEvent);
        MessageLog log =
                new MessageLog(reports, () -> sink.wantsMessages() || desk.hasWatchers(), options.showsProbes());
        this.links = parts.links(loop, log, this);
        this.gcd = parts.gcd(loop, options, labCodec, log, this);
        this.outgoing = new Outgoing(loop, options, labCodec, links, this, log, reports);
        MessageTable takers = new MessageTable();
        this.management = new Management(manager -> roles().onManager(manager));
        this.roles = new Roles(
                options.roles(),
                new RoleContext(
                        loop,
                        options.listen(),
                        // Of its own: what roles draw must not change what a seed means for elections and chaos.
                        new SplittableRandom(~options.seed()),
                        new Routes(loop, options.identity(), links, takers, this::isIgnoring),
                        gcd,
                        new ElectionView(options, this::machine, this::isStopped),
                        management,
                        new Offers(),
                        reports,
                        giveUp));
        roles.register(takers, gcd.takers());
        this.reach = new ReachCheck(loop, reports::report);
        InputFaults faults = new InputFaults(
                reports, links::memberAt, () -> machine().roster().all());
        this.inbox = parts.inbox(loop, this, links, outgoing, log, faults, desk, takers, speaksNative);
        this.doorway = new Doorway(loop, options, inbox);
        this.timers = new MachineTimers(
                loop, (timer, generation) -> carryOut(machine().onTimer(timer, generation, loop.nowMs())));
        putEffects();
    }

    /**
     * Opens the listener and joins.
     *
     * @throws IOException if the port or the disk's folder cannot be had
     */
    public void start() throws IOException {
        Member self = new Member(options.identity(), doorway.open(), options.dialect());
        ChaosSchedule chaos = options.chaos() == null ? null : new ChaosSchedule(options.chaos(), random.split());
        PeerMachine made = new PeerMachine(self, options.timing(), random.split(), chaos);
        machine = made;
        outgoing.seatedAt(made.roster());
        roles.start(self);
        report(EventKind.LISTENING, List.of(Fact.of("address", self.address())));
        carryOut(made.start(loop.nowMs()));
    }

    private PeerMachine machine() {
        PeerMachine made = machine;
        if (made == null) {
            throw new IllegalStateException("not started");
        }
        return made;
    }

    /** Says goodbye and closes everything. */
    public void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        timers.cancelAll();
        roles.stop();
        gcd.leave(options.identity());
        closeSockets();
        report(EventKind.STOPPED, List.of());
    }

    private boolean isStopped() {
        return stopped;
    }

    private Roles roles() {
        return roles;
    }

    Identity identity() {
        return options.identity();
    }

    /** Whether all that comes in is to be ignored. */
    boolean isIgnoring() {
        return machine().isFeigning();
    }

    /** How this peer is. */
    public Control.Status status() {
        PeerMachine now = machine();
        Identity leader = now.leader();
        Member seat = leader == null ? null : now.roster().get(leader);
        long since = seat == null ? 0 : reports.leaderSinceMs();
        return new Control.Status(
                now.roster().self(), now.state(), seat, since, now.roster().size(), now.sightings(loop.nowMs()));
    }

    /** What it is doing. */
    public PeerState state() {
        return machine().state();
    }

    /** Whom it holds for the leader. */
    public Optional<Identity> leader() {
        return Optional.ofNullable(machine().leader());
    }

    /** The epoch in which it manages at this moment; empty if it does not. */
    public OptionalLong managesIn() {
        return management.epoch();
    }

    /** Who manages, as far as it knows. */
    public Optional<Member> manager() {
        return management.manager();
    }

    // ---- input from sockets

    void onElection(Request request, Message.Election election) {
        long number = ++lastRequest;
        requests.put(number, request);
        carryOut(machine().onElection(number, election, loop.nowMs()));
    }

    void onProbe(Request request, Message.Probe probe) {
        long number = ++lastRequest;
        requests.put(number, request);
        carryOut(machine().onProbe(number, probe, loop.nowMs()));
    }

    void onCoordinator(Message.Coordinator coordinator) {
        machine().backSince(loop.backSinceMs());
        carryOut(machine().onCoordinator(coordinator, loop.nowMs()));
    }

    void onVictory(Message.Victory victory) {
        machine().backSince(loop.backSinceMs());
        carryOut(machine().onVictory(victory, loop.nowMs()));
    }

    void onOkApart(Message.Ok ok) {
        carryOut(machine().onOkApart(ok, loop.nowMs()));
    }

    @Override
    public void onTold(long token, @Nullable NoAnswer why) {
        carryOut(machine().onTold(token, why, loop.nowMs()));
    }

    @Override
    public void onHeard(Inbound message) {
        outgoing.manners().heard(message);
    }

    @Override
    public void onNews(List<Member> members) {
        carryOut(machine().onNews(members, loop.nowMs()));
    }

    void onFeignOrder(Control.Feign order) {
        carryOut(machine().onFeignOrder(order.mode(), order.durationMs(), loop.nowMs()));
    }

    @Override
    public void onRequest(Connection connection, Inbound message) {
        inbox.onNative(connection, message);
    }

    @Override
    public void onBadInput(Connection connection, WireException fault) {
        inbox.onBadInput(connection, fault);
    }

    @Override
    public void onAnswer(long token, Message message) {
        if (message instanceof Message.Ok ok) {
            carryOut(machine().onOk(token, ok, loop.nowMs()));
        } else {
            // Whoever answers ELECTION or PROBE with something else is there, but did not say OK.
            carryOut(machine().onNoAnswer(token, NoAnswer.CLOSED, loop.nowMs()));
        }
    }

    @Override
    public void onNoAnswer(long token, NoAnswer why) {
        carryOut(machine().onNoAnswer(token, why, loop.nowMs()));
    }

    @Override
    public void onDisconnected(Identity member) {
        roles.onPeerGone(member);
        carryOut(machine().onDisconnected(member, loop.nowMs()));
    }

    @Override
    public void onJoined(List<Member> members, boolean keepsConnection, boolean isGcdHere) {
        reach.look(machine().roster().self().address(), isGcdHere, members);
        carryOut(machine().onJoined(members, keepsConnection, loop.nowMs()));
        roles.onGcd(keepsConnection);
    }

    @Override
    public void onJoinRefused(String reason) {
        carryOut(machine().onJoinRefused(reason, loop.nowMs()));
    }

    @Override
    public void onGcdLost(String reason) {
        roles.onGcd(false);
        carryOut(machine().onGcdLost(reason, loop.nowMs()));
    }

    @Override
    public void onRecoverOrder() {
        carryOut(machine().onRecoverOrder(loop.nowMs()));
    }

    // ---- effects

    private void carryOut(List<Effect> todo) {
        if (effects.carryOut(todo)) {
            noteIgnoring(machine().isFeigning());
            roles.onElection(machine().isFeigning());
        }
    }

    private void noteIgnoring(boolean isIgnoring) {
        if (isIgnoring != wasIgnoring) {
            wasIgnoring = isIgnoring;
            if (isIgnoring) {
                inbox.beginIgnoring();
                outgoing.dropUnsent();
                links.dropUnsent();
            } else {
                inbox.endIgnoring();
            }
        }
    }

    private void putEffects() {
        effects.on(Effect.Ask.class, ask -> outgoing.ask(ask.token(), ask.to(), ask.message(), ask.timeoutMs()))
                .on(Effect.Tell.class, tell -> outgoing.tell(tell.token(), tell.to(), tell.message()))
                .on(Effect.Answer.class, this::answer)
                .on(Effect.SetTimer.class, timers::set)
                .on(Effect.OkApart.class, apart -> outgoing.faults().okApart(apart.by()))
                .on(Effect.Report.class, report -> report(report.kind(), report.facts()))
                .on(Effect.AskGcd.class, join -> gcd.join(join.join(), join.timeoutMs()))
                .on(Effect.CloseSockets.class, close -> beAway())
                .on(Effect.OpenListener.class, open -> reopen())
                .on(Effect.GiveUp.class, up -> giveUp.accept(up.reason()))
                .check();
    }

    private void answer(Effect.Answer answer) {
        Request request = requests.remove(answer.request());
        if (request != null) {
            outgoing.answer(request, answer.message());
        }
    }

    private void beAway() {
        gcd.close();
        closeSockets();
        gcd.standBy(options.identity());
    }

    private void closeSockets() {
        doorway.close();
        inbox.closeAll();
        outgoing.closeAll();
        links.closeAll();
    }

    private void reopen() {
        doorway.openAgain(address -> {
            report(EventKind.LISTENING, List.of(Fact.of("address", address)));
            carryOut(machine().onReopened(address, loop.nowMs()));
        });
    }

    void report(EventKind kind, List<Fact> facts) {
        reports.report(kind, facts);
    }
}
