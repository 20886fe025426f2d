package io.roundtable.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulator finds every planted bug, and finds nothing in the same runs without it. */
class PlantedBugTest {
    private static final int RUNS_MAX = 1_000;

    @ParameterizedTest
    @EnumSource(PlantedBug.class)
    void isFoundAndReplayedFromItsSeed(PlantedBug bug) {
        SimulationOptions healthy = SimulationOptions.of(5).withMix(bug.mix());
        SimulationReport report = Simulations.run(RUNS_MAX, 1, 2, healthy.withBug(bug));
        assertFalse(report.isClean(), () -> bug + " hides from " + RUNS_MAX + " runs");

        SimulationReport.Failure failure = report.failures().get(0);
        SimulationResult again = Simulations.replay(healthy.withBug(bug), failure.seed());
        assertEquals(failure.reason(), again.failure());
        assertEquals(
                again.tail(),
                Simulations.replay(healthy.withBug(bug), failure.seed()).tail());
        assertTrue(failure.replay().contains("--seed " + failure.seed()), failure::replay);

        SimulationReport without = Simulations.run(1, failure.seed(), 1, healthy);
        assertTrue(without.isClean(), without::text);
        assertNotNull(again.failure());
    }
}
