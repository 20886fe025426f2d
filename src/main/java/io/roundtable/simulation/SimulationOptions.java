package io.roundtable.simulation;

import io.roundtable.election.Timing;
import org.jspecify.annotations.Nullable;

/**
 * What to simulate.
 *
 * @param peers members of the group, 1 to 2,000
 * @param mix which dialects they speak
 * @param timing the peers' time limits
 * @param faults whether crashes, hangs, splits, stalls, slow messages and feigned failures happen
 * @param chaos whether native peers feign failure by the protocol's own schedule too
 * @param faultsMs how long faults go on; peers start within the first half of it
 * @param codecEvery one in this many native frames passes the real codec; pickles always do
 * @param bug a fault planted into every peer's machine; null for none
 */
public record SimulationOptions(
        int peers,
        Mix mix,
        Timing timing,
        boolean faults,
        boolean chaos,
        int faultsMs,
        int codecEvery,
        @Nullable PlantedBug bug) {
    public static final int PEERS_MAX = 2_000;

    /** Which dialects the members speak. */
    public enum Mix {
        /** Native peers with a native GCD. */
        NATIVE,
        /** Native peers with a GCD that speaks only lab. */
        LAB_GCD,
        /** Native peers, peers told to speak lab, and models of Python nodes. */
        MIXED
    }

    public SimulationOptions {
        if (peers < 1 || peers > PEERS_MAX) {
            throw new IllegalArgumentException("peers must be 1 to " + PEERS_MAX + ", not " + peers);
        }
        if (faultsMs < 1 || codecEvery < 1) {
            throw new IllegalArgumentException("faultsMs and codecEvery must be positive");
        }
    }

    /** A native group with faults. */
    public static SimulationOptions of(int peers) {
        return new SimulationOptions(peers, Mix.NATIVE, Timing.NATIVE, true, false, 1_200, 16, null);
    }

    public SimulationOptions withMix(Mix other) {
        return new SimulationOptions(peers, other, timing, faults, chaos, faultsMs, codecEvery, bug);
    }

    public SimulationOptions withTiming(Timing other) {
        return new SimulationOptions(peers, mix, other, faults, chaos, faultsMs, codecEvery, bug);
    }

    public SimulationOptions withFaults(boolean any) {
        return new SimulationOptions(peers, mix, timing, any, chaos, faultsMs, codecEvery, bug);
    }

    public SimulationOptions withChaos(boolean any) {
        return new SimulationOptions(peers, mix, timing, faults, any, faultsMs, codecEvery, bug);
    }

    public SimulationOptions withFaultsMs(int other) {
        return new SimulationOptions(peers, mix, timing, faults, chaos, other, codecEvery, bug);
    }

    public SimulationOptions withCodecEvery(int other) {
        return new SimulationOptions(peers, mix, timing, faults, chaos, faultsMs, other, bug);
    }

    public SimulationOptions withBug(@Nullable PlantedBug other) {
        return new SimulationOptions(peers, mix, timing, faults, chaos, faultsMs, codecEvery, other);
    }

    /** Within this time after the last fault everyone agrees, milliseconds. */
    public int agreementMs() {
        return mix == Mix.MIXED || timing.probesAsLab() ? 40_000 : 15_000;
    }
}
