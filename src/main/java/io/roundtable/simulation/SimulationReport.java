package io.roundtable.simulation;

import io.roundtable.simulation.SimulationOptions.Mix;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How many runs went.
 *
 * @param options of all runs
 * @param runs how many were made; fewer than asked for once enough have failed
 * @param firstSeed the runs' seeds count up from it
 * @param checks how many invariants were looked at
 * @param messages sent, by kind
 * @param events how many things happened
 * @param virtualMs simulated, all runs together
 * @param slowestAgreementMs the longest that any group needed after the last fault
 * @param seconds of real time
 * @param failures those runs that broke an invariant, lowest seed first
 */
public record SimulationReport(
        SimulationOptions options,
        int runs,
        long firstSeed,
        long checks,
        Map<Traffic, Long> messages,
        long events,
        long virtualMs,
        long slowestAgreementMs,
        double seconds,
        List<Failure> failures) {
    /**
     * A run that broke an invariant.
     *
     * @param replay the command that shows it again
     * @param tail the last lines of its trace, empty for all but the first few
     */
    public record Failure(long seed, String reason, String replay, List<String> tail) {
        public Failure {
            tail = List.copyOf(tail);
        }
    }

    public SimulationReport {
        failures = List.copyOf(failures);
    }

    public boolean isClean() {
        return failures.isEmpty();
    }

    public double runsPerSecond() {
        return runs / seconds;
    }

    /** The command that repeats one run. */
    static String replay(SimulationOptions options, long seed) {
        StringBuilder command = new StringBuilder("./roundtable simulate --peers ")
                .append(options.peers())
                .append(" --runs 1 --seed ")
                .append(seed);
        if (options.mix() != Mix.NATIVE) {
            command.append(" --mix ").append(options.mix().name().toLowerCase(Locale.ROOT));
        }
        if (options.timing().probesAsLab()) {
            command.append(" --timing lab");
        }
        if (options.chaos()) {
            command.append(" --chaos");
        }
        if (!options.faults()) {
            command.append(" --no-faults");
        }
        PlantedBug bug = options.bug();
        if (bug != null) {
            command.append(" --bug ").append(bug.name().toLowerCase(Locale.ROOT));
        }
        return command.toString();
    }

    /** The lines that {@code roundtable simulate} prints. */
    public String text() {
        StringBuilder text = new StringBuilder();
        line(
                text,
                "%,d runs of %,d peers in %.1f s (%,.0f schedules per second), seeds %d to %d",
                runs,
                options.peers(),
                seconds,
                runsPerSecond(),
                firstSeed,
                firstSeed + Math.max(0, runs - 1));
        line(text, "%,d events in %,.0f s of virtual time", events, virtualMs / 1_000.0);
        line(text, "%,d invariants checked", checks);
        line(text, "slowest agreement %,d ms after the last fault", slowestAgreementMs);
        messages.forEach((kind, count) -> line(text, "%,15d %s", count, kind.text()));
        if (isClean()) {
            line(text, "no run failed");
        }
        for (Failure failure : failures) {
            line(text, "seed %d failed: %s", failure.seed(), failure.reason());
            failure.tail().forEach(each -> line(text, "    %s", each));
            line(text, "  again: %s", failure.replay());
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
