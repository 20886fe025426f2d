package io.roundtable.simulation;

import io.roundtable.protocol.Dialect;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A Python node of every kind at a table with our peers; {@link StrangersTogetherTest} has several of them. */
class StrangersTest {
    private static final Dialect[] GCDS = {Dialect.NATIVE, Dialect.LAB, Dialect.F24, Dialect.F25};

    /** Every habit alone: in every seat, order, with every GCD and fault, with two and four of our peers. */
    @ParameterizedTest
    @EnumSource(Habit.class)
    void oneStrangerAmongOurs(Habit habit) {
        TableFailures failures = new TableFailures();
        for (Dialect gcd : GCDS) {
            Set<Habit> habits = TablePlan.fitting(EnumSet.of(habit), gcd);
            if (!habits.contains(habit)) {
                continue;
            }
            for (TablePlan.Place place : TablePlan.Place.values()) {
                for (TablePlan.Order order : TablePlan.Order.values()) {
                    for (TablePlan.Fault fault : TablePlan.Fault.values()) {
                        for (int ours = 2; ours <= 4; ours += 2) {
                            failures.run(TablePlan.one(habits, place, ours, order, gcd, fault), 1);
                        }
                    }
                }
            }
        }
        failures.demandNone();
    }
}
