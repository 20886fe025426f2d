package io.roundtable.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Runs tables, and shows which of them failed. */
final class TableFailures {
    private static final int SHOWN_MAX = 12;

    private final Wire wire = new Wire();
    private final List<String> failures = new ArrayList<>();

    void run(TablePlan plan, long seed) {
        String failure = new TableRun(plan, seed, wire, false, Brain::new).run();
        if (failure != null) {
            failures.add("seed " + seed + " " + plan + ": " + failure);
        }
    }

    void demandNone() {
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
