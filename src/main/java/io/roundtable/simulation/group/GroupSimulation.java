package io.roundtable.simulation.group;

import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.simulation.Violation;
import io.roundtable.wire.NativeCodec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One group's life with the real drivers, all of it from one seed: the same options and seed give the same events.
 *
 * <p>Peers start, faults strike until their time is over, and from then on everyone who is alive must come to agree on the
 * highest of them, who must come to manage; and then nothing but probes is said.
 */
public final class GroupSimulation {
    private static final long CHECK_EVERY_MICROS = 20_000;
    /** Agreement counts once it has lasted this long. */
    private static final long STABLE_MICROS = 240_000;

    private static final long AGREE_MICROS = 15_000_000;
    private static final long AGREE_LAB_MICROS = 40_000_000;
    /** A lease runs out, a claim waits, and the catalog is read. */
    private static final long MANAGE_MICROS = 8_000_000;
    /** A line to a GCD that lost its power is silent until the next HERE is answered with a reset, 20 s at most. */
    private static final long KNOW_MICROS = 32_000_000;
    /** Looks at who was silent, and at members above, are over by then. */
    private static final long SETTLE_MICROS = 1_000_000;

    /** Disks come and say what they hold, and what has to be repaired for a file to be read is. */
    private static final long READ_MICROS = 20_000_000;

    private static final long LISTEN_MICROS = 300_000;
    /** No run needs as many. */
    private static final long STEPS_PER_PEER_MAX = 2_000_000;

    private final GroupOptions options;
    private final long seed;
    private final GroupWorld world;
    private final GroupFaults faults;
    private long agreedSinceMicros = -1;
    private long changesSeen;

    /** @param codec of this thread; it has no state between messages */
    GroupSimulation(GroupOptions options, long seed, NativeCodec codec, boolean keepsText) {
        this.options = options;
        this.seed = seed;
        SplittableRandom random = new SplittableRandom(seed);
        this.world = new GroupWorld(options, random.split(), codec, keepsText);
        seat(random.split());
        world.seatUsers();
        this.faults = new GroupFaults(world, random.split(), new Orders(world));
        faults.plan();
    }

    private void seat(SplittableRandom random) {
        // Few different days, so that the ids decide often too.
        TreeSet<Identity> identities = new TreeSet<>();
        int daysMax = Math.max(4, options.peers());
        for (int i = 0; i < options.peers(); i++) {
            int days = 1 + random.nextInt(daysMax);
            identities.add(new Identity(days, Identity.ID_MIN + i * 4_001 + random.nextInt(4_000)));
        }
        List<Identity> order = new ArrayList<>(identities);
        Collections.shuffle(order, new Random(random.nextLong()));
        for (Identity identity : order) {
            Dialect dialect = options.speaksLab() && random.nextInt(3) == 0 ? Dialect.LAB : Dialect.NATIVE;
            world.peers.add(new PeerHost(world, world.peers.size() + 1, identity, dialect));
        }
    }

    /** Lives the group's life to its end. */
    GroupResult run() {
        String failure = null;
        String invariant = "";
        try {
            runUntil(faults.endMicros());
            agree();
            await(MANAGE_MICROS, "the leader manages", this::idle);
            if (options.hasDisks()) {
                await(READ_MICROS, "what was acknowledged can be read", new Reading(world)::missing);
            } else if (goesOn()) {
                await(KNOW_MICROS, "all know who manages", this::unmanaged);
                settle();
            }
        } catch (Violation e) {
            failure = e.getMessage();
            invariant = e.invariant();
        }
        return new GroupResult(
                seed,
                world.trace.hash(),
                world.time.nowMicros() / 1_000,
                agreedSinceMicros < 0 ? -1 : Math.max(0, agreedSinceMicros - faults.endMicros()) / 1_000,
                world.time.steps(),
                world.checks(),
                invariant,
                failure,
                failure == null ? List.of() : world.trace.lines());
    }

    /** How many files users were told to be stored. */
    int acknowledged() {
        return world.files.names().size();
    }

    private void runUntil(long micros) {
        world.time.at(micros, () -> {});
        while (world.time.nowMicros() < micros) {
            if (world.time.steps() > STEPS_PER_PEER_MAX * options.peers()) {
                throw new Violation("bounded events", world.time.steps() + " events");
            }
            world.time.step();
        }
    }

    // ---- all agree on the highest

    private void agree() {
        long limitMicros = world.time.nowMicros() + (options.speaksLab() ? AGREE_LAB_MICROS : AGREE_MICROS);
        agreedSinceMicros = -1;
        while (agreedSinceMicros < 0 || world.time.nowMicros() - agreedSinceMicros < STABLE_MICROS) {
            runUntil(world.time.nowMicros() + CHECK_EVERY_MICROS);
            String disagreement = disagreement();
            world.checked(1);
            boolean changed = world.changes() != changesSeen;
            changesSeen = world.changes();
            if (disagreement != null) {
                agreedSinceMicros = -1;
            } else if (changed || agreedSinceMicros < 0) {
                agreedSinceMicros = world.time.nowMicros();
            }
            if (world.time.nowMicros() >= limitMicros) {
                throw new Violation(
                        "agreement",
                        (disagreement == null ? "no lasting agreement" : disagreement) + " without faults; "
                                + describe());
            }
        }
    }

    private @Nullable PeerHost highest(boolean isNative) {
        PeerHost highest = null;
        for (PeerHost each : world.peers) {
            boolean counts = each.takesPart() && (!isNative || each.dialect == Dialect.NATIVE);
            if (counts && (highest == null || each.identity.isHigherThan(highest.identity))) {
                highest = each;
            }
        }
        return highest;
    }

    private @Nullable String disagreement() {
        PeerHost highest = highest(false);
        for (PeerHost each : world.peers) {
            if (highest != null && each.takesPart() && !each.leader().equals(Optional.of(highest.identity))) {
                return each + " does not follow " + highest;
            }
        }
        return null;
    }

    // ---- the highest manages

    /** What is drawn here changes nothing of what happens before. */
    private boolean goesOn() {
        return new SplittableRandom(~seed).nextInt(options.length().settledOneIn) == 0;
    }

    private void await(long micros, String invariant, Supplier<@Nullable String> missing) {
        long limitMicros = world.time.nowMicros() + micros;
        String lacks;
        while ((lacks = missing.get()) != null) {
            if (world.time.nowMicros() >= limitMicros) {
                throw new Violation(invariant, lacks + "; " + describe());
            }
            runUntil(world.time.nowMicros() + CHECK_EVERY_MICROS);
            world.checked(1);
        }
    }

    private @Nullable String idle() {
        PeerHost due = highest(true);
        return due == null || due.manages() ? null : due + " does not manage";
    }

    private @Nullable String unmanaged() {
        PeerHost due = highest(true);
        String idle = idle();
        if (idle != null) {
            return idle;
        }
        for (PeerHost each : world.peers) {
            if (due != null
                    && each.takesPart()
                    && each.dialect == Dialect.NATIVE
                    && !each.manager().equals(Optional.of(due.identity))) {
                return each + " does not know that " + due + " manages";
            }
        }
        return null;
    }

    // ---- and nobody says anything any more

    private void settle() {
        boolean isWhole = world.peers.stream().allMatch(PeerHost::takesPart);
        if (!isWhole || options.speaksLab()) {
            // Whoever is missing is looked for now and then, and lab probes are messages as all others.
            return;
        }
        runUntil(world.time.nowMicros() + SETTLE_MICROS);
        world.listen(true);
        long connects = connects();
        runUntil(world.time.nowMicros() + LISTEN_MICROS);
        world.listen(false);
        if (connects() != connects) {
            throw new Violation("a settled table makes no connections", (connects() - connects) + " were made");
        }
        String lost = disagreement() == null ? unmanaged() : disagreement();
        if (lost != null) {
            throw new Violation("what is settled stays", lost + "; " + describe());
        }
    }

    private long connects() {
        long all = 0;
        for (PeerHost each : world.peers) {
            all += each.process() == null ? 0 : each.process().connects();
        }
        return all;
    }

    private String describe() {
        StringBuilder all = new StringBuilder();
        world.peers.forEach(each -> all.append(each.describe()).append("; "));
        return all.toString();
    }
}
