package io.roundtable.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.roundtable.protocol.Dialect;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Python nodes of every kind at a table with our peers. */
class StrangersTest {
    private static final Dialect[] GCDS = {Dialect.NATIVE, Dialect.LAB, Dialect.F24, Dialect.F25};
    private static final int SHOWN_MAX = 12;

    /** Every habit alone: in every seat, order, with every GCD and fault, with two and four of our peers. */
    @ParameterizedTest
    @EnumSource(Habit.class)
    void oneStrangerAmongOurs(Habit habit) {
        List<String> failures = new ArrayList<>();
        Wire wire = new Wire();
        for (Dialect gcd : GCDS) {
            Set<Habit> habits = TablePlan.fitting(EnumSet.of(habit), gcd);
            if (!habits.contains(habit)) {
                continue;
            }
            for (TablePlan.Place place : TablePlan.Place.values()) {
                for (TablePlan.Order order : TablePlan.Order.values()) {
                    for (TablePlan.Fault fault : TablePlan.Fault.values()) {
                        for (int ours = 2; ours <= 4; ours += 2) {
                            run(TablePlan.one(habits, place, ours, order, gcd, fault), 1, wire, failures);
                        }
                    }
                }
            }
        }
        show(failures);
    }

    /** Several habits in one node, several such nodes at one table. */
    @ParameterizedTest
    @ValueSource(longs = {1, 1_001, 2_001, 3_001})
    void severalStrangersWithSeveralHabits(long firstSeed) {
        List<String> failures = new ArrayList<>();
        Wire wire = new Wire();
        for (long seed = firstSeed; seed < firstSeed + 250; seed++) {
            run(TablePlan.drawn(seed), seed, wire, failures);
        }
        show(failures);
    }

    private static void run(TablePlan plan, long seed, Wire wire, List<String> failures) {
        String failure = new TableRun(plan, seed, wire, false, Brain::new).run();
        if (failure != null) {
            failures.add("seed " + seed + " " + plan + ": " + failure);
        }
    }

    private static void show(List<String> failures) {
        Map<String, Integer> kinds = new TreeMap<>();
        for (String failure : failures) {
            int at = failure.indexOf("]: ") + 3;
            kinds.merge(failure.substring(at, failure.indexOf(':', at)), 1, Integer::sum);
        }
        String shown = String.join("\n", failures.subList(0, Math.min(SHOWN_MAX, failures.size())));
        assertEquals(
                0,
                failures.size(),
                () -> String.format(Locale.ROOT, "%d tables fail, %s:%n%s", failures.size(), kinds, shown));
    }
}
