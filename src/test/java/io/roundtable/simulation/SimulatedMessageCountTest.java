package io.roundtable.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What agreement costs without other faults: linear in the number of peers, not quadratic. */
class SimulatedMessageCountTest {
    private static Simulation coldStart(int peers, long seed) {
        SimulationOptions options = SimulationOptions.of(peers).withFaults(false);
        Simulation simulation = new Simulation(options, seed, new Wire(), false);
        simulation.runUntilAgreement();
        return simulation;
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 50, 200})
    void aColdStartCostsAtMostFiveMessagesPerPeer(int peers) {
        long[] sent = new long[7];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = coldStart(peers, i + 1L).world().sentForElections();
        }
        Arrays.sort(sent);
        assertTrue(sent[sent.length / 2] <= 5L * peers, () -> "median of " + Arrays.toString(sent));
        // The worst order of joining has every few newcomers above all before them.
        assertTrue(sent[sent.length - 1] <= 6L * peers, () -> "worst of " + Arrays.toString(sent));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7})
    void theCrashOfOneLeaderOfFiftyCostsAtMost72Messages(long seed) {
        Simulation simulation = coldStart(50, seed);
        simulation.runUntil(simulation.world().nowMicros() + 5_000_000);
        long before = simulation.world().sentForElections();
        Participant leader = simulation.highest();
        assertNotNull(leader);
        leader.crash();
        simulation.runUntilAgreement();
        long sent = simulation.world().sentForElections() - before;
        assertTrue(sent <= 72, sent + " election messages after a crash, seed " + seed);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 50})
    void nothingIsSentForElectionsOnceAllAgree(int peers) {
        Simulation simulation = coldStart(peers, 3);
        simulation.runUntil(simulation.world().nowMicros() + 5_000_000);
        long before = simulation.world().sentForElections();
        simulation.runUntil(simulation.world().nowMicros() + 30_000_000);
        assertEquals(before, simulation.world().sentForElections());
    }
}
