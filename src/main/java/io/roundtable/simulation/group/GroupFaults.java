package io.roundtable.simulation.group;

import io.roundtable.protocol.Control;
import io.roundtable.protocol.FeignMode;
import io.roundtable.protocol.PeerState;
import io.roundtable.simulation.net.SimulatedProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Draws what goes wrong, when and for how long; when it is over, everything that can come back has. */
final class GroupFaults {
    private enum Kind {
        KILL,
        POWER_OFF,
        STOP,
        GOODBYE,
        SPLIT,
        ONE_WAY,
        RESET,
        FEIGN,
        GCD_KILL,
        GCD_STOP,
        GCD_POWER_OFF,
        /** A process dies in the middle of what it does at its disk. */
        DISK_CRASH
    }

    private static final Kind[] DICE = {
        Kind.KILL, Kind.KILL, Kind.KILL, Kind.POWER_OFF, Kind.POWER_OFF, Kind.STOP, Kind.STOP, Kind.STOP,
        Kind.GOODBYE, Kind.SPLIT, Kind.SPLIT, Kind.ONE_WAY, Kind.ONE_WAY, Kind.ONE_WAY, Kind.RESET, Kind.RESET,
        Kind.RESET, Kind.FEIGN, Kind.FEIGN, Kind.FEIGN, Kind.GCD_KILL, Kind.GCD_STOP, Kind.GCD_POWER_OFF
    };

    private static final Kind[] DISK_DICE = withDisks();

    private static Kind[] withDisks() {
        List<Kind> all = new ArrayList<>(List.of(DICE));
        all.addAll(List.of(Kind.DISK_CRASH, Kind.DISK_CRASH, Kind.DISK_CRASH));
        return all.toArray(Kind[]::new);
    }

    private final GroupWorld world;
    private final RandomGenerator random;
    private final Orders orders;
    private final long endMicros;

    GroupFaults(GroupWorld world, RandomGenerator random, Orders orders) {
        this.world = world;
        this.random = random;
        this.orders = orders;
        this.endMicros = world.options.faults()
                ? world.options.length().faultsMs * 1_000L
                : world.options.hasDisks() ? 1_200_000 : 1_000;
    }

    long endMicros() {
        return endMicros;
    }

    void plan() {
        world.gcd.start();
        boolean together = random.nextBoolean() || !world.options.faults();
        long spreadMicros = together ? 20_000 : endMicros / 2;
        for (PeerHost each : world.peers) {
            world.time.at(random.nextLong(1_000, 1_000 + spreadMicros), () -> startAgain(each));
        }
        world.users.forEach(GroupUser::start);
        if (world.options.faults()) {
            int strikesMax = world.options.length().strikesMax(world.peers.size());
            for (int i = random.nextInt(1, strikesMax + 1); i > 0; i--) {
                world.time.at(random.nextLong(endMicros), this::strike);
            }
            world.time.at(endMicros, this::end);
        }
    }

    private void strike() {
        Kind[] dice = world.options.hasDisks() ? DISK_DICE : DICE;
        Kind kind = dice[random.nextInt(dice.length)];
        PeerHost victim = victim();
        text(kind + " " + victim);
        switch (kind) {
            case KILL -> {
                victim.kill();
                perhapsRestart(victim);
            }
            case POWER_OFF -> {
                victim.powerOff();
                perhapsRestart(victim);
            }
            case GOODBYE -> {
                victim.stopGently();
                perhapsRestart(victim);
            }
            case STOP -> stop(victim.process());
            case SPLIT -> split();
            case ONE_WAY -> oneWay(victim);
            case RESET -> {
                SimulatedProcess process = victim.process();
                if (process != null) {
                    process.cutOff(random.nextInt(64));
                }
            }
            case FEIGN -> feign(victim);
            case DISK_CRASH -> {
                GroupDisk disk = victim.disk();
                if (disk != null && victim.isUp()) {
                    disk.crashSoon();
                    perhapsRestart(victim);
                }
            }
            case GCD_KILL -> {
                world.gcd.kill();
                restartGcd();
            }
            case GCD_STOP -> stop(world.gcd.process());
            case GCD_POWER_OFF -> {
                world.gcd.powerOff();
                restartGcd();
            }
        }
    }

    /** Half of the time whoever leads, or should: that is where it hurts. */
    private PeerHost victim() {
        PeerHost chosen = world.peers.get(random.nextInt(world.peers.size()));
        if (random.nextBoolean()) {
            for (PeerHost each : world.peers) {
                if (each.isUp() && (!chosen.isUp() || each.identity.isHigherThan(chosen.identity))) {
                    chosen = each;
                }
            }
        }
        return chosen;
    }

    private long leftMicros() {
        return Math.max(1, endMicros - world.time.nowMicros());
    }

    private void perhapsRestart(PeerHost victim) {
        if (random.nextInt(4) != 0) {
            world.time.after(random.nextLong(leftMicros()), () -> {
                if (random.nextInt(4) == 0 && !isAlive(victim.process())) {
                    victim.movePort();
                }
                startAgain(victim);
            });
        }
    }

    private void startAgain(PeerHost victim) {
        if (!isAlive(victim.process())) {
            text("start " + victim + " at " + victim.address());
            victim.start();
        }
    }

    private static boolean isAlive(@Nullable SimulatedProcess process) {
        return process != null && process.isAlive();
    }

    private void restartGcd() {
        world.time.after(random.nextLong(leftMicros()), this::startGcd);
    }

    private void startGcd() {
        if (!world.gcd.isUp()) {
            text("start gcd");
            world.gcd.machine().powerOn();
            world.gcd.start();
        }
    }

    private void stop(@Nullable SimulatedProcess process) {
        if (process != null && process.isAlive() && !process.isStopped()) {
            process.stop();
            world.time.after(random.nextLong(10_000, 3_000_000), () -> goOn(process));
        }
    }

    private void goOn(SimulatedProcess process) {
        if (process.isAlive() && process.isStopped()) {
            text("continue");
            process.goOn();
        }
    }

    private void split() {
        int[] sides = new int[world.machines()];
        for (int i = 0; i < sides.length; i++) {
            sides[i] = random.nextInt(2);
        }
        world.network.paths().split(sides);
        long forMicros = Math.min(leftMicros(), random.nextLong(20_000, 2_500_000));
        world.time.after(forMicros, world.network.paths()::heal);
    }

    private void oneWay(PeerHost victim) {
        int other = random.nextInt(world.peers.size() + 1);
        var there =
                other == 0 ? world.gcd.machine() : world.peers.get(other - 1).machine();
        if (there == victim.machine()) {
            return;
        }
        long untilMicros = world.time.nowMicros() + random.nextLong(5_000, 2_500_000);
        if (random.nextBoolean()) {
            world.network.paths().block(victim.machine(), there, untilMicros);
        } else {
            world.network.paths().block(there, victim.machine(), untilMicros);
        }
        if (random.nextInt(3) == 0) {
            world.network.paths().block(victim.machine(), there, untilMicros);
            world.network.paths().block(there, victim.machine(), untilMicros);
        }
    }

    private void feign(PeerHost victim) {
        FeignMode mode = random.nextBoolean() ? FeignMode.CLOSE : FeignMode.IGNORE;
        orders.give(victim.address(), new Control.Feign(mode, random.nextInt(20, 2_500)));
    }

    private void end() {
        text("no more faults");
        orders.end();
        Orders recoveries = new Orders(world);
        world.network.paths().calmDown();
        startGcd();
        goOnIfStopped(world.gcd.process());
        for (PeerHost each : world.peers) {
            goOnIfStopped(each.process());
            GroupDisk disk = each.disk();
            if (disk != null) {
                // What is stored can be read when all disks are back.
                disk.endFaults();
                startAgain(each);
            }
            if (each.isUp() && each.state() == PeerState.FEIGNING) {
                text("recover " + each);
                recoveries.give(each.address(), new Control.Recover(each.identity.id()));
                recoveries.give(world.gcd.address(), new Control.Recover(each.identity.id()));
            }
        }
    }

    private void goOnIfStopped(@Nullable SimulatedProcess process) {
        if (process != null) {
            goOn(process);
        }
    }

    private void text(String what) {
        if (world.trace.keepsText()) {
            world.text("fault", what);
        }
    }
}
