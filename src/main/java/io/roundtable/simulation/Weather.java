package io.roundtable.simulation;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** What the ways between hosts are like: how slow, and which of them carry nothing. */
final class Weather {
    private final World world;
    private final RandomGenerator random;
    /** Which side of the split each host is on; empty without a split. */
    private int[] sides = new int[0];
    /** Until when the way from one host to another carries nothing, microseconds. */
    private final long[][] blockedUntilMicros;

    Weather(World world, RandomGenerator random, int hosts) {
        this.world = world;
        this.random = random;
        this.blockedUntilMicros = new long[hosts][hosts];
    }

    void split(int[] sideOfHost) {
        sides = sideOfHost;
    }

    void heal() {
        sides = new int[0];
    }

    void block(int from, int to, long untilMicros) {
        blockedUntilMicros[from][to] = untilMicros;
    }

    void clearUp() {
        heal();
        for (long[] row : blockedUntilMicros) {
            Arrays.fill(row, 0);
        }
    }

    boolean isCut(Host from, Host to) {
        return to.hasVanished()
                || blockedUntilMicros[from.index][to.index] > world.nowMicros()
                || (sides.length > 0 && sides[from.index] != sides[to.index]);
    }

    /** How long the next frame takes: mostly what one machine needs, now and then much longer. */
    long delayMicros() {
        int dice = world.isCalm() ? 0 : random.nextInt(256);
        if (dice < 240) {
            return random.nextInt(50, 400);
        }
        return dice < 254 ? random.nextInt(400, 15_000) : random.nextInt(15_000, 200_000);
    }

    /** How late the next timer fires. */
    long timerLatenessMicros() {
        int dice = world.isCalm() ? 0 : random.nextInt(128);
        if (dice < 126) {
            return random.nextInt(0, 1_000);
        }
        return random.nextInt(1_000, 150_000);
    }
}
