package io.roundtable.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Many runs, one seed each, on several threads; what they find does not depend on the threads. */
public final class Simulations {
    /** After this many failures nothing new is learnt. */
    private static final int FAILURES_MAX = 10;
    /** Failures that are run again to show their trace. */
    private static final int TAILS_MAX = 2;

    private Simulations() {}

    /** Runs on all processors; the seeds are {@code seed}, {@code seed + 1} and so on. */
    public static SimulationReport run(int peers, int runs, long seed) {
        return run(runs, seed, Runtime.getRuntime().availableProcessors(), SimulationOptions.of(peers));
    }

    /**
     * Runs.
     *
     * @param runs how many, at least 1
     * @param seed of the first run; the next ones count up
     * @param threads how many runs at a time
     */
    public static SimulationReport run(int runs, long seed, int threads, SimulationOptions options) {
        long beginNs = System.nanoTime();
        AtomicInteger next = new AtomicInteger();
        AtomicInteger failures = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        Sum sum = new Sum();
        try {
            List<Future<Sum>> shares = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                shares.add(pool.submit(() -> share(runs, seed, options, next, failures)));
            }
            for (Future<Sum> share : shares) {
                sum.add(share.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the simulator itself failed", e.getCause());
        } finally {
            pool.shutdownNow();
        }
        double seconds = (System.nanoTime() - beginNs) / 1e9;
        return sum.report(options, seed, seconds);
    }

    private static Sum share(
            int runs, long seed, SimulationOptions options, AtomicInteger next, AtomicInteger failures) {
        Wire wire = new Wire();
        Sum sum = new Sum();
        for (int i = next.getAndIncrement(); i < runs && failures.get() < FAILURES_MAX; i = next.getAndIncrement()) {
            SimulationResult result = new Simulation(options, seed + i, wire, false).run();
            if (result.failure() != null) {
                failures.incrementAndGet();
            }
            sum.add(result);
        }
        return sum;
    }

    /** One run with its trace as text. */
    static SimulationResult replay(SimulationOptions options, long seed) {
        return new Simulation(options, seed, new Wire(), true).run();
    }

    /** What several runs add up to. */
    private static final class Sum {
        private final Map<Traffic, Long> messages = new EnumMap<>(Traffic.class);
        private final List<SimulationResult> failed = new ArrayList<>();
        private int runs;
        private long checks;
        private long events;
        private long virtualMs;
        private long slowestMs;

        void add(SimulationResult result) {
            runs++;
            checks += result.checks();
            events += result.events();
            virtualMs += result.virtualMs();
            slowestMs = Math.max(slowestMs, result.agreedAfterMs());
            addMessages(result.messages());
            if (result.failure() != null) {
                failed.add(result);
            }
        }

        void add(Sum other) {
            runs += other.runs;
            checks += other.checks;
            events += other.events;
            virtualMs += other.virtualMs;
            slowestMs = Math.max(slowestMs, other.slowestMs);
            addMessages(other.messages);
            failed.addAll(other.failed);
        }

        private void addMessages(Map<Traffic, Long> more) {
            more.forEach((kind, count) -> messages.merge(kind, count, Long::sum));
        }

        SimulationReport report(SimulationOptions options, long seed, double seconds) {
            failed.sort(Comparator.comparingLong(SimulationResult::seed));
            List<SimulationReport.Failure> failures = new ArrayList<>();
            for (SimulationResult each : failed) {
                List<String> tail = failures.size() < TAILS_MAX ? tail(options, each.seed()) : List.of();
                String reason = String.valueOf(each.failure());
                failures.add(new SimulationReport.Failure(
                        each.seed(), reason, SimulationReport.replay(options, each.seed()), tail));
            }
            return new SimulationReport(
                    options, runs, seed, checks, messages, events, virtualMs, slowestMs, seconds, failures);
        }

        private static List<String> tail(SimulationOptions options, long seed) {
            List<String> lines = replay(options, seed).tail();
            return lines.subList(Math.max(0, lines.size() - 60), lines.size());
        }
    }
}
