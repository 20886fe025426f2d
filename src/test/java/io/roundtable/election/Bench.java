package io.roundtable.election;

import io.roundtable.chaos.ChaosSchedule;
import io.roundtable.protocol.FeignMode;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One machine on the bench: feeds it, keeps its clock, and remembers which timers and requests it has out. */
final class Bench {
    static final long SEED = 1;

    final PeerMachine machine;
    final Member self;
    /** Every timer ever set, so that stale ones can be fired too. */
    final List<Effect.SetTimer> everSet = new ArrayList<>();

    private final Map<PeerTimer, Effect.SetTimer> timers = new EnumMap<>(PeerTimer.class);
    private final List<Effect.Ask> asked = new ArrayList<>();
    /** Requests to lab members whose outcome has not come, with the time until which it must. */
    private final Map<Long, Long> openUntilMs = new TreeMap<>();

    private long lastRequest;
    private List<Effect> last = List.of();
    long nowMs = 1_000;

    Bench(Member self, Timing timing, @Nullable ChaosSchedule chaos) {
        this.self = self;
        this.machine = new PeerMachine(self, timing, new SplittableRandom(SEED), chaos);
    }

    /** A native peer as it is before it starts. */
    static Bench of(int days) {
        return of(days, Timing.NATIVE);
    }

    static Bench of(int days, Timing timing) {
        return new Bench(Fixtures.nat(days), timing, null);
    }

    /** A native peer that has just joined these; the newcomer's wait is over. */
    static Bench joined(int days, Member... members) {
        Bench bench = of(days);
        bench.start();
        bench.join(members);
        if (bench.machine.state() == PeerState.QUIESCENT) {
            bench.fire(PeerTimer.HOLD_BACK);
        }
        return bench;
    }

    /** One that follows this leader, and knows these others as well. */
    static Bench following(Member leader, int days, Member... others) {
        Bench bench = of(days);
        bench.start();
        bench.join(others);
        bench.coordinator(leader);
        return bench;
    }

    PeerState state() {
        return machine.state();
    }

    @Nullable
    Integer leaderDays() {
        return machine.leader() == null ? null : machine.leader().days();
    }

    /** What the last input led to. */
    List<Effect> last() {
        return last;
    }

    List<Effect> start() {
        return seen(machine.start(nowMs));
    }

    List<Effect> join(Member... members) {
        return seen(machine.onJoined(List.of(members), true, nowMs));
    }

    List<Effect> joinAtLabGcd(Member... members) {
        return seen(machine.onJoined(List.of(members), false, nowMs));
    }

    /** ELECTION as a lab member sends it: it does not say who asks. */
    List<Effect> labElection(Member... members) {
        return seen(machine.onElection(++lastRequest, new Message.Election(null, List.of(members), false), nowMs));
    }

    List<Effect> election(Member sender, boolean announce, Member... news) {
        return seen(machine.onElection(++lastRequest, new Message.Election(sender, List.of(news), announce), nowMs));
    }

    List<Effect> labProbe() {
        return seen(machine.onProbe(++lastRequest, Message.Probe.BARE, nowMs));
    }

    /** The probe of a follower that knows what we know. */
    List<Effect> probeInStep(Member by) {
        Message.Sync sync = new Message.Sync(by, machine.roster().digest(), 0, List.of());
        return seen(machine.onProbe(++lastRequest, new Message.Probe(sync), nowMs));
    }

    List<Effect> coordinator(Member leader, Member... members) {
        return seen(machine.onCoordinator(new Message.Coordinator(leader, List.of(members)), nowMs));
    }

    List<Effect> victory(Member leader) {
        return seen(machine.onVictory(new Message.Victory(leader.identity()), nowMs));
    }

    List<Effect> labOk(Effect.Ask to) {
        openUntilMs.remove(to.token());
        return seen(machine.onOk(to.token(), Message.Ok.BARE, nowMs));
    }

    List<Effect> ok(Effect.Ask to, Message.View view, Member... news) {
        return seen(machine.onOk(to.token(), new Message.Ok(view, List.of(news)), nowMs));
    }

    List<Effect> noAnswer(Effect.Ask to, NoAnswer why) {
        openUntilMs.remove(to.token());
        return seen(machine.onNoAnswer(to.token(), why, nowMs));
    }

    List<Effect> disconnected(Member member) {
        return seen(machine.onDisconnected(member.identity(), nowMs));
    }

    List<Effect> gcdLost() {
        return seen(machine.onGcdLost("timeout", nowMs));
    }

    List<Effect> joinRefused() {
        return seen(machine.onJoinRefused("no", nowMs));
    }

    List<Effect> feign(FeignMode mode, long durationMs) {
        return seen(machine.onFeignOrder(mode, durationMs, nowMs));
    }

    List<Effect> recover() {
        return seen(machine.onRecoverOrder(nowMs));
    }

    List<Effect> reopened() {
        return seen(machine.onReopened(self.address(), nowMs));
    }

    /** Lets the time of this timer pass and fires it. */
    List<Effect> fire(PeerTimer timer) {
        Effect.SetTimer set = timerSet(timer);
        List<Effect> effects = new ArrayList<>(pass(set.delayMs()));
        effects.addAll(fire(set));
        last = effects;
        return effects;
    }

    /** Fires this setting of a timer now, stale or not. */
    List<Effect> fire(Effect.SetTimer set) {
        return seen(machine.onTimer(set.timer(), set.generation(), nowMs));
    }

    /** The last setting of this timer, cancelled or not. */
    Effect.SetTimer timerSet(PeerTimer timer) {
        Effect.SetTimer set = timers.get(timer);
        if (set == null) {
            throw new AssertionError(timer + " was never set");
        }
        return set;
    }

    boolean hasSet(PeerTimer timer) {
        return timers.containsKey(timer);
    }

    /** The last request to this member. */
    Effect.Ask askOf(int days) {
        for (int i = asked.size() - 1; i >= 0; i--) {
            if (asked.get(i).to().identity().days() == days) {
                return asked.get(i);
            }
        }
        throw new AssertionError(days + " was never asked");
    }

    List<Effect.Ask> everAsked() {
        return asked;
    }

    /** Lets time pass: what was asked of lab members and not answered ends meanwhile, as its sockets do. */
    List<Effect> pass(long ms) {
        nowMs += ms;
        List<Effect> effects = new ArrayList<>();
        List<Long> over = new ArrayList<>();
        openUntilMs.forEach((token, until) -> {
            if (until <= nowMs) {
                over.add(token);
            }
        });
        over.forEach(openUntilMs::remove);
        over.forEach(token -> effects.addAll(seen(machine.onNoAnswer(token, NoAnswer.SILENT, nowMs))));
        // What had to wait goes out.
        if (hasSet(PeerTimer.LANES)) {
            long generation = timerSet(PeerTimer.LANES).generation();
            effects.addAll(seen(machine.onTimer(PeerTimer.LANES, generation, nowMs)));
        }
        return effects;
    }

    private List<Effect> seen(List<Effect> inputs) {
        List<Effect> effects = new ArrayList<>(inputs);
        for (int i = 0; i < effects.size(); i++) {
            if (effects.get(i) instanceof Effect.Tell tell && tell.token() != 0) {
                effects.addAll(machine.onTold(tell.token(), null, nowMs));
            }
        }
        for (Effect effect : effects) {
            if (effect instanceof Effect.SetTimer set) {
                timers.put(set.timer(), set);
                everSet.add(set);
            } else if (effect instanceof Effect.Ask ask) {
                asked.add(ask);
                if (!ask.to().isNative() && ask.timeoutMs() > 0) {
                    openUntilMs.put(ask.token(), nowMs + ask.timeoutMs());
                }
            }
        }
        last = effects;
        return effects;
    }
}
