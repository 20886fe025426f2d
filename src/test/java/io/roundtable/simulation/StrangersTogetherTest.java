package io.roundtable.simulation;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Python nodes of several kinds at a table with our peers. */
class StrangersTogetherTest {
    /** Several habits in one node, several such nodes at one table. */
    @ParameterizedTest
    @ValueSource(longs = {1, 1_001, 2_001, 3_001})
    void severalStrangersWithSeveralHabits(long firstSeed) {
        TableFailures failures = new TableFailures();
        for (long seed = firstSeed; seed < firstSeed + 250; seed++) {
            failures.run(TablePlan.drawn(seed), seed);
        }
        failures.demandNone();
    }
}
