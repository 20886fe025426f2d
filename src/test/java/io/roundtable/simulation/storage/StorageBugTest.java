package io.roundtable.simulation.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulator finds every planted bug, and finds nothing in the same run without it. */
class StorageBugTest {
    private static final int RUNS_MAX = 5_000;

    @ParameterizedTest
    @EnumSource(StorageBug.class)
    void isFoundAndReplayedFromItsSeed(StorageBug bug) {
        StorageReport report = StorageSimulations.run(RUNS_MAX, 1, 2, bug.scenario(), 1);
        assertFalse(report.isClean(), () -> bug + " hides from " + RUNS_MAX + " runs");

        StorageReport.Failure failure = report.failures().get(0);
        StorageResult again = StorageSimulations.replay(bug.scenario(), failure.seed());
        assertEquals(failure.reason(), again.failure());
        assertTrue(failure.replay().contains("--seed " + failure.seed()), failure::replay);

        StorageReport without =
                StorageSimulations.run(1, failure.seed(), 1, bug.scenario().withBug(null));
        assertTrue(without.isClean(), without::text);
    }
}
