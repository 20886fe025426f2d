package io.roundtable.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The tables find every planted bug, and find nothing at the same table without it. */
class TableBugTest {
    private static final int RUNS_MAX = 5_000;

    @ParameterizedTest
    @EnumSource(TableBug.class)
    void isFoundAndReplayedFromItsSeed(TableBug bug, TestReporter reporter) {
        Wire wire = new Wire();
        long seed = 1;
        String found = null;
        while (seed <= RUNS_MAX && (found = run(seed, bug, wire)) == null) {
            seed++;
        }
        assertTrue(seed <= RUNS_MAX, () -> bug + " hides from " + RUNS_MAX + " tables");
        reporter.publishEntry(bug.name(), "table " + seed + ": " + found);
        assertEquals(found, run(seed, bug, new Wire()));
        assertNull(new TableRun(TablePlan.drawn(seed), seed, wire, false, Brain::new).run());
    }

    private static String run(long seed, TableBug bug, Wire wire) {
        return new TableRun(TablePlan.drawn(seed), seed, wire, false, bug::plant).run();
    }
}
