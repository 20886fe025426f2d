package io.roundtable.simulation.net;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** What the ways between machines are like: how slow, and which of them carry nothing. */
public final class Paths {
    private final VirtualTime time;
    private final RandomGenerator random;
    /** Which side of the split each machine is on; empty without a split. */
    private int[] sides = new int[0];
    /** Until when the way from one machine to another carries nothing, microseconds. */
    private final long[][] blockedUntilMicros;

    private boolean isCalm;
    private double datagramLoss;

    Paths(VirtualTime time, RandomGenerator random, int machinesMax) {
        this.time = time;
        this.random = random;
        this.blockedUntilMicros = new long[machinesMax][machinesMax];
    }

    /** From now on nobody reaches anybody on another side. */
    public void split(int[] sideOfMachine) {
        sides = sideOfMachine;
    }

    public void heal() {
        sides = new int[0];
    }

    /** One way only; the other is blocked by itself. */
    public void block(SimulatedMachine from, SimulatedMachine to, long untilMicros) {
        blockedUntilMicros[from.index()][to.index()] = untilMicros;
    }

    /** @param share of datagrams that get lost, 0 to 1 */
    public void loseDatagrams(double share) {
        datagramLoss = share;
    }

    /** All is well from now on, for good. */
    public void calmDown() {
        isCalm = true;
        datagramLoss = 0;
        heal();
        for (long[] row : blockedUntilMicros) {
            Arrays.fill(row, 0);
        }
    }

    public boolean isCalm() {
        return isCalm;
    }

    /** Whether nothing gets from here to there now. */
    public boolean isCut(SimulatedMachine from, SimulatedMachine to) {
        if (from == to) {
            return false;
        }
        return !to.isOn()
                || blockedUntilMicros[from.index()][to.index()] > time.nowMicros()
                || (sides.length > 0 && sides[from.index()] != sides[to.index()]);
    }

    boolean losesDatagram() {
        return datagramLoss > 0 && random.nextDouble() < datagramLoss;
    }

    /** How long the next piece takes: mostly what one machine needs, now and then much longer. */
    public long delayMicros() {
        int dice = isCalm ? 0 : random.nextInt(256);
        if (dice < 240) {
            return random.nextInt(50, 400);
        }
        return dice < 254 ? random.nextInt(400, 15_000) : random.nextInt(15_000, 200_000);
    }

    /** How late a loop wakes from its rest, or how long a turn took: mostly little, now and then it is starved. */
    long latenessMicros() {
        int dice = isCalm ? 0 : random.nextInt(512);
        return dice < 511 ? random.nextInt(5, 300) : random.nextInt(300, 150_000);
    }
}
