package io.roundtable.simulation;

import io.roundtable.chaos.ChaosMode;
import io.roundtable.chaos.ChaosSchedule;
import io.roundtable.election.PeerMachine;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.simulation.SimulationOptions.Mix;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One group's life in virtual time, all of it from one seed: the same options and seed give the same events, byte for
 * byte.
 *
 * <p>Peers start, faults strike until their time is over, and from then on everyone who is alive must come to agree on the
 * highest of them, and stay with it.
 */
public final class Simulation {
    private static final long CHECK_EVERY_MICROS = 20_000;
    /** Agreement counts once it has lasted this long. */
    private static final long STABLE_MICROS = 240_000;
    /** Up to this size of a group, everyone knows everyone in the time that agreement may take. */
    private static final int ACQUAINTED_MAX = 64;
    /** No run needs as many: an endless loop at one moment would never reach its time limit. */
    private static final long EVENTS_PER_PEER_MAX = 2_000_000;

    private final SimulationOptions options;
    private final long seed;
    private final World world;
    private final Faults faults;
    private final List<Participant> participants = new ArrayList<>();
    private final Agreement agreement = new Agreement(participants, true);
    private long events;
    private long agreedSinceMicros = -1;
    private long changesSeen;

    Simulation(SimulationOptions options, long seed, Wire wire, boolean keepsText) {
        this.options = options;
        this.seed = seed;
        wire.restart(options.codecEvery());
        SplittableRandom random = new SplittableRandom(seed);
        this.world = new World(options, random.split(), wire, new Trace(keepsText));
        world.hosts.add(new SimulatedGcd(world, options.mix() == Mix.NATIVE ? Dialect.NATIVE : Dialect.LAB));
        seat(random.split());
        this.faults = new Faults(world, random.split(), participants);
        world.hosts.get(0).start();
        faults.plan();
    }

    private void seat(SplittableRandom random) {
        // Few different days, so that the ids decide often too; ids in another order than days.
        TreeSet<Identity> identities = new TreeSet<>();
        int daysMax = Math.max(4, options.peers());
        for (int i = 0; i < options.peers(); i++) {
            int days = 1 + random.nextInt(Math.min(Identity.DAYS_MAX, daysMax));
            identities.add(new Identity(days, Identity.ID_MIN + i * 4_001 + random.nextInt(4_000)));
        }
        List<Identity> order = new ArrayList<>(identities);
        Collections.shuffle(order, new Random(random.nextLong()));
        for (Identity identity : order) {
            Participant participant = seat(identity, world.hosts.size(), random);
            participants.add(participant);
            world.hosts.add(participant);
        }
    }

    private Participant seat(Identity identity, int index, SplittableRandom random) {
        int kind = options.mix() == Mix.MIXED ? random.nextInt(8) : 0;
        if (kind >= 5) {
            Set<Habit> habits = kind == 5
                    ? EnumSet.of(Habit.TEXT_OK)
                    : kind == 6 ? EnumSet.noneOf(Habit.class) : EnumSet.of(Habit.MUTE);
            return new PythonNode(world, index, identity, random.split(), habits);
        }
        Dialect dialect = kind == 4 ? Dialect.LAB : Dialect.NATIVE;
        return new SimulatedPeer(world, index, identity, dialect, random.split(), this::birth);
    }

    private Brain birth(Member self, SimulatedPeer peer) {
        ChaosSchedule chaos =
                options.chaos() && options.faults() ? new ChaosSchedule(ChaosMode.BOTH, peer.random()) : null;
        PeerMachine machine = new PeerMachine(self, options.timing(), peer.random(), chaos);
        PlantedBug bug = options.bug();
        return bug == null ? new Brain(machine) : bug.plant(machine);
    }

    World world() {
        return world;
    }

    List<Participant> participants() {
        return participants;
    }

    /** Lives the group's life to its end. */
    SimulationResult run() {
        String failure = null;
        try {
            runUntil(faults.endMicros());
            runUntilAgreement();
        } catch (Violation e) {
            failure = e.getMessage();
        } catch (RuntimeException e) {
            failure = "the machine failed: " + e + at(e);
        }
        long agreedMicros = agreedSinceMicros < 0 ? -1 : Math.max(0, agreedSinceMicros - faults.endMicros());
        return new SimulationResult(
                seed,
                world.trace.hash(),
                world.nowMicros() / 1_000,
                agreedMicros / 1_000,
                events,
                world.checks(),
                world.counts(),
                failure,
                failure == null ? List.of() : world.trace.lines());
    }

    private static String at(RuntimeException e) {
        StackTraceElement[] trace = e.getStackTrace();
        return trace.length == 0 ? "" : " at " + trace[0] + (trace.length == 1 ? "" : " by " + trace[1]);
    }

    void runUntil(long micros) {
        world.at(micros, () -> {});
        while (world.nowMicros() < micros) {
            step();
        }
    }

    private void step() {
        if (++events > EVENTS_PER_PEER_MAX * options.peers()) {
            throw new Violation("bounded events", events + " events");
        }
        world.step();
    }

    /**
     * Goes on until everyone has agreed for a while.
     *
     * @return when they came to agree, microseconds
     */
    long runUntilAgreement() {
        long limitMicros = world.nowMicros() + options.agreementMs() * 1_000L;
        agreedSinceMicros = -1;
        while (true) {
            runUntil(world.nowMicros() + CHECK_EVERY_MICROS);
            String disagreement = agreement.disagreement();
            world.checked(1);
            boolean changed = world.changes() != changesSeen;
            changesSeen = world.changes();
            if (disagreement != null) {
                agreedSinceMicros = -1;
            } else if (changed || agreedSinceMicros < 0) {
                agreedSinceMicros = world.nowMicros();
            }
            boolean isStable = agreedSinceMicros >= 0 && world.nowMicros() - agreedSinceMicros >= STABLE_MICROS;
            String stranger = isStable ? stranger() : null;
            if (isStable && stranger == null) {
                return agreedSinceMicros;
            }
            if (world.nowMicros() >= limitMicros) {
                String wrong = stranger == null ? disagreement : stranger;
                throw new Violation(
                        "agreement",
                        (wrong == null ? "no lasting agreement" : wrong) + " after " + options.agreementMs()
                                + " ms without faults; " + agreement.describe());
            }
        }
    }

    @Nullable
    Participant highest() {
        return agreement.highest();
    }

    /** Native peers also come to know each other, wherever they sit now; in large groups that takes its time. */
    private @Nullable String stranger() {
        if (options.mix() == Mix.MIXED || options.peers() > ACQUAINTED_MAX) {
            return null;
        }
        for (Participant each : participants) {
            for (Participant other : participants) {
                if (each.takesPart() && other.takesPart() && !each.knows(other)) {
                    return each + " does not know " + other + " at " + other.address;
                }
            }
        }
        return null;
    }
}
