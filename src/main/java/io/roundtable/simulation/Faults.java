package io.roundtable.simulation;

import io.roundtable.protocol.FeignMode;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Draws what goes wrong, when and for how long; when it is over, everything that can come back has. */
final class Faults {
    private enum Kind {
        CRASH,
        VANISH,
        HANG,
        SPLIT,
        STALL,
        FEIGN,
        GCD_OUTAGE
    }

    /** How often each kind is drawn. */
    private static final Kind[] DICE = {
        Kind.CRASH,
        Kind.CRASH,
        Kind.CRASH,
        Kind.CRASH,
        Kind.VANISH,
        Kind.VANISH,
        Kind.HANG,
        Kind.HANG,
        Kind.HANG,
        Kind.SPLIT,
        Kind.SPLIT,
        Kind.STALL,
        Kind.STALL,
        Kind.FEIGN,
        Kind.FEIGN,
        Kind.GCD_OUTAGE
    };

    /** What a group with Python nodes survives: they join once, and take a port for whoever they first met behind it. */
    private static final Kind[] LAB_DICE = {Kind.CRASH, Kind.CRASH, Kind.HANG, Kind.FEIGN, Kind.STALL, Kind.SPLIT};

    /** The attentive clock counts a hang up to the longest time that the loop may have meant to sleep. */
    private static final int COUNTED_MAX_MICROS = 1_020_000;

    private static final int LAB_PAUSE_MICROS = 250_000;

    private static final int COUNTED_GRACE_MICROS = 20_000;

    private final World world;
    private final RandomGenerator random;
    private final List<Participant> participants;
    private final long endMicros;

    Faults(World world, RandomGenerator random, List<Participant> participants) {
        this.world = world;
        this.random = random;
        this.participants = participants;
        this.endMicros = world.options.faults() ? world.options.faultsMs() * 1_000L : 0;
    }

    long endMicros() {
        return endMicros;
    }

    void plan() {
        boolean together = random.nextBoolean() || !world.options.faults();
        long spreadMicros = together ? 20_000 : endMicros / 2;
        for (Participant participant : participants) {
            world.at(random.nextLong(1_000, 1_000 + spreadMicros), () -> {
                if (!participant.isUp() && !participant.hasVanished()) {
                    if (!world.network.isFree(participant.address)) {
                        participant.address = world.network.freeAddress();
                    }
                    participant.start();
                }
            });
        }
        if (world.options.faults()) {
            int count = random.nextInt(1, 4 + participants.size() / 8);
            for (int i = 0; i < count; i++) {
                world.at(random.nextLong(endMicros), this::strike);
            }
            world.at(endMicros, this::end);
        }
    }

    private void strike() {
        Kind[] dice = world.options.mix() == SimulationOptions.Mix.MIXED ? LAB_DICE : DICE;
        Kind kind = dice[random.nextInt(dice.length)];
        Participant victim = victim();
        text(kind + " " + victim);
        switch (kind) {
            case CRASH -> {
                if (victim.isUp()) {
                    victim.crash();
                    perhapsRestart(victim);
                }
            }
            case VANISH -> {
                if (victim.isUp()) {
                    victim.vanish();
                    perhapsRestart(victim);
                }
            }
            case HANG -> hang(victim);
            case SPLIT -> split();
            case STALL -> stall(victim);
            case FEIGN -> feign(victim);
            case GCD_OUTAGE -> gcdOutage();
        }
    }

    /** Half of the time whoever leads, or should: that is where it hurts. */
    private Participant victim() {
        Participant chosen = participants.get(random.nextInt(participants.size()));
        if (random.nextBoolean()) {
            for (Participant each : participants) {
                if (each.isUp() && (!chosen.isUp() || each.identity.isHigherThan(chosen.identity))) {
                    chosen = each;
                }
            }
        }
        return chosen;
    }

    private long leftMicros() {
        return Math.max(1, endMicros - world.nowMicros());
    }

    private void perhapsRestart(Participant victim) {
        if (random.nextInt(3) != 0) {
            // What a lab process said before it died must not arrive after what it says in its next life.
            long pauseMicros = world.options.mix() == SimulationOptions.Mix.MIXED ? LAB_PAUSE_MICROS : 0;
            world.after(pauseMicros + random.nextLong(leftMicros()), () -> restart(victim));
        }
    }

    private void restart(Participant victim) {
        if (victim.isUp()) {
            return;
        }
        int dice = random.nextInt(4);
        // Lab members cannot tell who answers: behind a port that another member had they see the other one for good.
        boolean takesNew = dice < 2 || world.options.mix() == SimulationOptions.Mix.MIXED;
        if (takesNew) {
            victim.address = world.network.freeAddress();
        } else if (dice == 2 || !world.network.isFree(victim.address)) {
            victim.address = world.network.usedAddress();
        }
        text("restart " + victim + " at " + victim.address);
        victim.reboot();
        victim.start();
    }

    private void hang(Host victim) {
        if (!victim.isUp() || victim.isHung()) {
            return;
        }
        victim.hang();
        int life = victim.life();
        long beginMicros = world.nowMicros();
        long durationMicros = Math.min(leftMicros(), random.nextLong(10_000, 800_000));
        world.after(durationMicros, () -> {
            if (victim.life() == life && victim.isHung()) {
                wake(victim, world.nowMicros() - beginMicros);
            }
        });
    }

    private void wake(Host victim, long awayMicros) {
        long countedMax = Math.min(awayMicros, random.nextBoolean() ? COUNTED_GRACE_MICROS : COUNTED_MAX_MICROS);
        long countedMicros = random.nextLong(countedMax + 1);
        text("wake " + victim);
        victim.wake(awayMicros - countedMicros);
    }

    private void split() {
        int[] sides = new int[participants.size() + 1];
        for (int i = 0; i < sides.length; i++) {
            sides[i] = random.nextInt(2);
        }
        world.network.weather.split(sides);
        world.after(Math.min(leftMicros(), random.nextLong(20_000, 1_000_000)), world.network.weather::heal);
    }

    private void stall(Participant victim) {
        Participant other = participants.get(random.nextInt(participants.size()));
        long untilMicros = world.nowMicros() + random.nextLong(5_000, 600_000);
        world.network.weather.block(victim.index, other.index, untilMicros);
        if (random.nextBoolean()) {
            world.network.weather.block(other.index, victim.index, untilMicros);
        }
    }

    private void feign(Participant victim) {
        if (victim instanceof SimulatedPeer peer && peer.takesPart()) {
            FeignMode mode = random.nextBoolean() ? FeignMode.CLOSE : FeignMode.IGNORE;
            peer.feign(mode, random.nextInt(20, 1_000));
        }
    }

    private void gcdOutage() {
        Host gcd = world.hosts.get(0);
        if (gcd.isUp()) {
            gcd.crash();
            world.after(random.nextLong(leftMicros()), gcd::start);
        }
    }

    private void end() {
        text("no more faults");
        world.calmDown();
        for (Participant participant : new ArrayList<>(participants)) {
            if (participant instanceof SimulatedPeer peer && peer.isFeigning() && !peer.isHung()) {
                if (random.nextInt(5) == 0 && world.options.mix() != SimulationOptions.Mix.MIXED) {
                    // Until told otherwise: the others must do without it.
                    peer.feign(FeignMode.CLOSE, 0);
                } else {
                    peer.recover();
                }
            }
        }
    }

    private void text(String what) {
        if (world.trace.keepsText()) {
            world.trace.text(world.nowMicros(), "fault", what);
        }
    }
}
