package io.roundtable.simulation.storage;

import java.util.List;
import java.util.Locale;

/**
 * How many runs went.
 *
 * @param firstSeed the runs' seeds count up from it
 * @param seconds of real time
 * @param failures those runs that broke an invariant, lowest seed first
 */
public record StorageReport(
        StorageScenario scenario, Tally tally, long firstSeed, double seconds, List<Failure> failures) {
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

    public StorageReport {
        failures = List.copyOf(failures);
    }

    public boolean isClean() {
        return failures.isEmpty();
    }

    public long runs() {
        return tally.runs;
    }

    public long events() {
        return tally.events;
    }

    public long acknowledged() {
        return tally.acknowledged;
    }

    /** How often what a manager said of the volume's safety was compared with the disks. */
    public long explained() {
        return tally.explained;
    }

    /** The command that repeats one run of {@link StorageScenario#of}. */
    static String replay(StorageScenario scenario, long seed) {
        StorageBug bug = scenario.bug();
        return "./roundtable simulate --storage --peers " + scenario.peers() + " --runs 1 --seed " + seed
                + (scenario.faults() ? "" : " --no-faults")
                + (bug == null ? "" : " --storage-bug " + bug.name().toLowerCase(Locale.ROOT));
    }

    /** The lines that {@code roundtable simulate --storage} prints. */
    public String text() {
        StringBuilder text = new StringBuilder();
        line(
                text,
                "%,d runs of %d peers, a volume of %d disks with parity %d, %d clients in %.1f s, seeds %d to %d",
                tally.runs,
                scenario.peers(),
                scenario.disks(),
                scenario.parity(),
                scenario.clients(),
                seconds,
                firstSeed,
                firstSeed + Math.max(0, tally.runs - 1));
        line(
                text,
                "%,d events in %,.0f s of virtual time (%,.0f events per second)",
                tally.events,
                tally.virtualMs / 1_000.0,
                tally.events / seconds);
        line(text, "%,d invariants checked", tally.checks);
        line(text, "%,15d acknowledged writes and removals", tally.acknowledged);
        line(text, "%,15d reads", tally.reads);
        line(text, "%,15d shares computed again", tally.repairs);
        line(text, "%,15d managers", tally.managers);
        line(text, "%,15d faults", tally.faults);
        line(text, "%,15d disks that were put back to an older copy of their folder", tally.putBack);
        line(text, "%,15d places given to another disk", tally.replaced);
        line(text, "%,15d contents that faults damaged beyond their parity", tally.excused);
        line(text, "%,15d times what explain says was compared with the disks", tally.explained);
        line(text, "slowest repair %,d ms after the last fault", tally.slowestHealthMs);
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
