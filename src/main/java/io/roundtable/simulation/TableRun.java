package io.roundtable.simulation;

import io.roundtable.election.PeerMachine;
import io.roundtable.election.Timing;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.FeignMode;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A table of our peers and Python nodes: after each thing that happens to it, everyone alive comes to agree on the
 * highest of them in time and stays agreed, and then nothing is sent but probes. What the peers do to the nodes is watched all the
 * time ({@link Fragility}, {@link LabRates}).
 */
final class TableRun {
    static final long AGREE_MICROS = 15_000_000;
    static final long STAY_MICROS = 30_000_000;
    /**
     * Once all have agreed for this long, our peers have nothing more to say about elections: they repeat a victory for 15 s,
     * and hear of newcomers from a Python GCD every 5 s.
     */
    private static final long SETTLED_MICROS = 22_000_000;

    /** Some tables are watched for longer than they must: what is sent now and then shows only so. */
    private static final long LONG_STAY_MICROS = 150_000_000;

    private static final int LONG_STAY_EVERY = 8;
    private static final long CHECK_EVERY_MICROS = 20_000;
    private static final long JOIN_PAUSE_MICROS = 300_000;
    private static final long STOP_MICROS = 8_000_000;
    private static final int FEIGN_MS = 8_000;
    private static final long EVENTS_MAX = 20_000_000;

    private final TablePlan plan;
    private final World world;
    private final List<Participant> participants = new ArrayList<>();
    private final Agreement agreement = new Agreement(participants, false);
    private final long stayMicros;
    private final Function<PeerMachine, Brain> planting;
    /** Never iterated. */
    private final Set<Participant> killed = new HashSet<>();

    private long events;
    private long slowestMicros;

    /** @param planting makes the peers' brains; {@code Brain::new} for sound ones */
    TableRun(TablePlan plan, long seed, Wire wire, boolean keepsText, Function<PeerMachine, Brain> planting) {
        this.plan = plan;
        boolean staysLong = plan.fault() == TablePlan.Fault.NONE || seed % LONG_STAY_EVERY == 0;
        this.stayMicros = staysLong ? LONG_STAY_MICROS : STAY_MICROS;
        this.planting = planting;
        wire.restart(16);
        SplittableRandom random = new SplittableRandom(seed);
        SimulationOptions options = SimulationOptions.of(plan.seats().size())
                .withMix(SimulationOptions.Mix.MIXED)
                .withFaults(false);
        this.world = new World(options, random.split(), wire, new Trace(keepsText));
        world.hosts.add(new SimulatedGcd(world, plan.gcd()));
        for (int i = 0; i < plan.seats().size(); i++) {
            Identity identity = new Identity(50 * (i + 1), Identity.ID_MIN + i);
            Set<Habit> habits = plan.seats().get(i);
            Participant made = habits == null
                    ? new SimulatedPeer(world, i + 1, identity, Dialect.NATIVE, random.split(), this::birth)
                    : new PythonNode(world, i + 1, identity, random.split(), habits);
            participants.add(made);
            world.hosts.add(made);
        }
    }

    private Brain birth(Member self, SimulatedPeer peer) {
        return planting.apply(new PeerMachine(self, Timing.NATIVE, peer.random(), null));
    }

    /** @return what went wrong; null if nothing did */
    @Nullable
    String run() {
        try {
            world.hosts.get(0).start();
            for (int i = 0; i < plan.order().size(); i++) {
                Participant participant = participants.get(plan.order().get(i));
                world.after(1_000 + i * JOIN_PAUSE_MICROS, participant::start);
            }
            runFor(plan.order().size() * JOIN_PAUSE_MICROS);
            agreeAndStay("all have joined");
            strike();
            return null;
        } catch (Violation e) {
            return e.getMessage() + "; " + agreement.describe();
        } catch (RuntimeException e) {
            StackTraceElement[] trace = e.getStackTrace();
            return "the machine failed: " + e + (trace.length == 0 ? "" : " at " + trace[0] + " by " + trace[1]);
        }
    }

    /** The longest that agreement took, microseconds. */
    long slowestMicros() {
        return slowestMicros;
    }

    World world() {
        return world;
    }

    private void strike() {
        switch (plan.fault()) {
            case NONE -> {}
            case KILL_TWO -> {
                for (int i = 0; i < 2; i++) {
                    Participant leader = agreement.highest();
                    if (leader != null) {
                        text("kill " + leader);
                        killed.add(leader);
                        leader.crash();
                        agreeAndStay("the leader was killed");
                    }
                }
            }
            case STOP -> stop();
            case IGNORE -> feign(FeignMode.IGNORE);
            case CLOSE -> feign(FeignMode.CLOSE);
        }
    }

    private void stop() {
        Participant leader = agreement.highest();
        if (leader == null) {
            return;
        }
        text("stop " + leader);
        leader.hang();
        if (leader instanceof PythonNode node && node.isMute()) {
            // It looks alive: nobody can tell the difference.
            runFor(STOP_MICROS);
        } else {
            agreeAndStay("the leader was stopped");
        }
        text("continue " + leader);
        leader.wake(0);
        agreeAndStay("the leader goes on");
    }

    private void feign(FeignMode mode) {
        SimulatedPeer highest = null;
        for (Participant each : participants) {
            highest = each instanceof SimulatedPeer peer ? peer : highest;
        }
        if (highest != null) {
            text("feign " + mode + " " + highest);
            highest.feign(mode, FEIGN_MS);
            runFor(FEIGN_MS * 1_000L);
            agreeAndStay("a peer has recovered");
        }
    }

    private void runFor(long micros) {
        long until = world.nowMicros() + micros;
        while (world.hasNext() && world.nextAtMicros() <= until) {
            if (++events > EVENTS_MAX) {
                throw new Violation("bounded events", events + " events");
            }
            world.step();
        }
        world.passTo(until);
    }

    private void agreeAndStay(String after) {
        long began = world.nowMicros();
        long agreedSince = agreement.disagreement() == null ? began : -1;
        Rest rest = null;
        while (agreedSince < 0 || world.nowMicros() - agreedSince < stayMicros) {
            runFor(CHECK_EVERY_MICROS);
            String disagreement = agreement.disagreement();
            demandThatOursLive();
            world.checked(2);
            if (disagreement != null) {
                agreedSince = -1;
            } else if (agreedSince < 0) {
                agreedSince = world.nowMicros();
            }
            if (agreedSince < 0 ? world.nowMicros() - began > AGREE_MICROS : agreedSince - began > AGREE_MICROS) {
                throw new Violation("agreement", "after " + after + ": " + disagreement);
            }
            if (rest == null && agreedSince >= 0 && world.nowMicros() >= agreedSince + SETTLED_MICROS) {
                rest = new Rest();
            }
        }
        if (rest != null) {
            rest.demandNoMoreThanAsked();
        }
        ours(SimulatedPeer::rates).forEach(LabRates::unsettled);
        slowestMicros = Math.max(slowestMicros, agreedSince - began);
    }

    private <T> List<T> ours(Function<SimulatedPeer, T> wanted) {
        List<T> all = new ArrayList<>();
        for (Participant each : participants) {
            if (each instanceof SimulatedPeer peer) {
                all.add(wanted.apply(peer));
            }
        }
        return all;
    }

    /** The time in which a table has settled, unless Python nodes that cannot agree go on asking. */
    private final class Rest {
        private final boolean hasAskers = agreement.hasAskers();
        private final long sentBefore = sent();
        private final long saidBefore = said();

        Rest() {
            if (!hasAskers) {
                ours(SimulatedPeer::rates).forEach(LabRates::settled);
            }
        }

        /** Who is asked for ever answers, but is not louder than who asks. */
        void demandNoMoreThanAsked() {
            world.checked(1);
            long sent = sent() - sentBefore;
            long said = said() - saidBefore;
            if (hasAskers && sent > said) {
                throw new Violation("no louder than who asks", "our peers sent " + sent + ", the nodes " + said);
            }
        }

        private long sent() {
            return ours(SimulatedPeer::rates).stream()
                    .mapToLong(LabRates::count)
                    .sum();
        }

        private long said() {
            return participants.stream()
                    .mapToLong(each -> each instanceof PythonNode node ? node.said() : 0)
                    .sum();
        }
    }

    /** A peer that cannot take part ends; here each of them can. */
    private void demandThatOursLive() {
        for (Participant each : participants) {
            if (each instanceof SimulatedPeer && !each.isUp() && !killed.contains(each)) {
                throw new Violation("our peers join", each + " has given up");
            }
        }
    }

    private void text(String what) {
        if (world.trace.keepsText()) {
            world.trace.text(world.nowMicros(), "fault", what);
        }
    }
}
