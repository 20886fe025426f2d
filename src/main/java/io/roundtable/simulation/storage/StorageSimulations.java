package io.roundtable.simulation.storage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Many runs, one seed each, on several threads; what they find does not depend on the threads. */
public final class StorageSimulations {
    /** After this many failures nothing new is learnt. */
    private static final int FAILURES_MAX = 10;

    /** Failures that are run again to show their trace. */
    private static final int TAILS_MAX = 1;

    private static final int TAIL_LINES = 60;

    private StorageSimulations() {}

    /**
     * Runs.
     *
     * @param runs how many, at least 1
     * @param seed of the first run; the next ones count up
     * @param threads how many runs at a time
     */
    public static StorageReport run(int runs, long seed, int threads, StorageScenario scenario) {
        return run(runs, seed, threads, scenario, FAILURES_MAX);
    }

    static StorageReport run(int runs, long seed, int threads, StorageScenario scenario, int failuresMax) {
        long beginNs = System.nanoTime();
        AtomicInteger next = new AtomicInteger();
        AtomicInteger failures = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<StorageResult> failed = new ArrayList<>();
        Tally sum = new Tally();
        try {
            List<Future<Part>> parts = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                parts.add(pool.submit(() -> {
                    Part part = new Part();
                    int run;
                    while (failures.get() < failuresMax && (run = next.getAndIncrement()) < runs) {
                        StorageResult result = new StorageSimulation(scenario, seed + run, false).run();
                        part.tally.add(result.tally());
                        if (result.failure() != null) {
                            failures.incrementAndGet();
                            part.failed.add(result);
                        }
                    }
                    return part;
                }));
            }
            for (Future<Part> part : parts) {
                sum.add(part.get().tally);
                failed.addAll(part.get().failed);
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
        return new StorageReport(scenario, sum, seed, seconds, failures(scenario, failed));
    }

    /** What one thread found. */
    private static final class Part {
        private final Tally tally = new Tally();
        private final List<StorageResult> failed = new ArrayList<>();
    }

    private static List<StorageReport.Failure> failures(StorageScenario scenario, List<StorageResult> failed) {
        failed.sort(Comparator.comparingLong(StorageResult::seed));
        List<StorageReport.Failure> failures = new ArrayList<>();
        for (StorageResult each : failed) {
            List<String> tail = List.of();
            if (failures.size() < TAILS_MAX) {
                List<String> lines = replay(scenario, each.seed()).tail();
                tail = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
            }
            failures.add(new StorageReport.Failure(
                    each.seed(), String.valueOf(each.failure()), StorageReport.replay(scenario, each.seed()), tail));
        }
        return failures;
    }

    /** One run with its trace as text. */
    static StorageResult replay(StorageScenario scenario, long seed) {
        return new StorageSimulation(scenario, seed, true).run();
    }
}
