package io.roundtable.simulation.group;

import io.roundtable.wire.NativeCodec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Many runs, one seed each, on several threads; what they find does not depend on the threads. */
public final class GroupSimulations {
    /** After this many failures nothing new is learnt. */
    private static final int FAILURES_MAX = 10;

    private static final int TAIL_LINES = 60;

    private GroupSimulations() {}

    /**
     * What the runs add up to.
     *
     * @param failures those that broke an invariant, lowest seed first
     */
    public record Report(
            GroupOptions options,
            int runs,
            long firstSeed,
            long checks,
            long events,
            long virtualMs,
            long slowestMs,
            double seconds,
            List<GroupResult> failures) {
        public Report {
            failures = List.copyOf(failures);
        }

        public boolean isClean() {
            return failures.isEmpty();
        }

        /** The command that repeats one run. */
        static String replay(GroupOptions options, long seed) {
            return "./roundtable simulate --drivers --peers " + options.peers() + " --runs 1 --seed " + seed
                    + (options.speaksLab() ? " --mix mixed" : "") + (options.faults() ? "" : " --no-faults")
                    + (options.hasDisks() ? " --disks" : "")
                    + (options.length() == GroupOptions.Length.LONG ? " --long" : "");
        }

        /** The lines that {@code roundtable simulate --drivers} prints. */
        public String text() {
            StringBuilder text = new StringBuilder(String.format(
                    Locale.ROOT,
                    "%,d runs of %,d real peers and their GCD in %.1f s (%,.0f schedules and %,.0f events per second),"
                            + " seeds %d to %d%n%,d events in %,.0f s of virtual time%n%,d invariants checked%n"
                            + "slowest agreement %,d ms after the last fault%n",
                    runs,
                    options.peers(),
                    seconds,
                    runs / seconds,
                    events / seconds,
                    firstSeed,
                    firstSeed + Math.max(0, runs - 1),
                    events,
                    virtualMs / 1_000.0,
                    checks,
                    slowestMs));
            for (GroupResult each : failures) {
                text.append("seed ")
                        .append(each.seed())
                        .append(" failed: ")
                        .append(each.failure())
                        .append('\n');
                each.tail().forEach(line -> text.append("    ").append(line).append('\n'));
                text.append("  again: ").append(replay(options, each.seed())).append('\n');
            }
            return text.append(isClean() ? "no run failed\n" : "").toString();
        }
    }

    /**
     * Runs.
     *
     * @param runs how many, at least 1
     * @param seed of the first run; the next ones count up
     * @param threads how many runs at a time
     */
    public static Report run(int runs, long seed, int threads, GroupOptions options) {
        long beginNs = System.nanoTime();
        AtomicInteger next = new AtomicInteger();
        AtomicInteger failures = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<GroupResult> all = new ArrayList<>();
        try {
            List<Future<List<GroupResult>>> shares = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                shares.add(pool.submit(() -> share(runs, seed, options, next, failures)));
            }
            for (Future<List<GroupResult>> share : shares) {
                all.addAll(share.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the simulator itself failed", e.getCause());
        } finally {
            pool.shutdownNow();
        }
        return report(options, seed, (System.nanoTime() - beginNs) / 1e9, all);
    }

    private static List<GroupResult> share(
            int runs, long seed, GroupOptions options, AtomicInteger next, AtomicInteger failures) {
        NativeCodec codec = new NativeCodec();
        List<GroupResult> done = new ArrayList<>();
        for (int i = next.getAndIncrement(); i < runs && failures.get() < FAILURES_MAX; i = next.getAndIncrement()) {
            GroupResult result = new GroupSimulation(options, seed + i, codec, false).run();
            if (result.failure() != null) {
                failures.incrementAndGet();
            }
            done.add(result);
        }
        return done;
    }

    /** One run with its trace as text. */
    public static GroupResult replay(GroupOptions options, long seed) {
        return new GroupSimulation(options, seed, new NativeCodec(), true).run();
    }

    private static Report report(GroupOptions options, long seed, double seconds, List<GroupResult> all) {
        List<GroupResult> failed = new ArrayList<>();
        for (GroupResult each : all) {
            if (each.failure() != null) {
                failed.add(each);
            }
        }
        failed.sort(Comparator.comparingLong(GroupResult::seed));
        if (!failed.isEmpty()) {
            failed.set(0, shortened(replay(options, failed.get(0).seed())));
        }
        return new Report(
                options,
                all.size(),
                seed,
                all.stream().mapToLong(GroupResult::checks).sum(),
                all.stream().mapToLong(GroupResult::events).sum(),
                all.stream().mapToLong(GroupResult::virtualMs).sum(),
                all.stream().mapToLong(GroupResult::agreedAfterMs).max().orElse(0),
                seconds,
                failed);
    }

    private static GroupResult shortened(GroupResult whole) {
        List<String> lines = whole.tail();
        return new GroupResult(
                whole.seed(),
                whole.traceHash(),
                whole.virtualMs(),
                whole.agreedAfterMs(),
                whole.events(),
                whole.checks(),
                whole.invariant(),
                whole.failure(),
                lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }
}
