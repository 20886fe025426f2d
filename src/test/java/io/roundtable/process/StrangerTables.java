package io.roundtable.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Runs several tables at a time; says of each what came of it. */
final class StrangerTables {
    /** @param failure empty if there was none */
    record Result(StrangerPlan plan, long tookMs, List<Long> killsMs, String failure) {
        boolean isClean() {
            return failure.isEmpty();
        }

        /** A line of a table in Markdown. */
        String row() {
            return String.format(
                    "| %s | %s | %s | %s | %.1f | %s | %s |",
                    String.join(
                            " · ",
                            plan.seats().stream()
                                    .map(seat -> seat.isEmpty() ? "(f19)" : seat)
                                    .toList()),
                    plan.order(),
                    plan.joinWord().isEmpty() ? "ours" : plan.joinWord(),
                    plan.fault(),
                    tookMs / 1_000.0,
                    killsMs.isEmpty()
                            ? "–"
                            : String.join(
                                    ", ", killsMs.stream().map(ms -> ms + " ms").toList()),
                    isClean() ? "ok" : failure);
        }
    }

    private StrangerTables() {}

    /** @param stay how long each table must stay agreed in the end */
    static List<Result> run(Path folder, List<StrangerPlan> plans, int atATime, Function<StrangerPlan, Duration> stay) {
        ExecutorService threads = Executors.newFixedThreadPool(atATime);
        try {
            List<Future<Result>> running = new ArrayList<>();
            for (StrangerPlan plan : plans) {
                Path own = Files.createDirectory(folder.resolve("table-" + running.size()));
                running.add(threads.submit(() -> run(own, plan, stay.apply(plan))));
            }
            List<Result> results = new ArrayList<>();
            for (Future<Result> each : running) {
                results.add(each.get());
            }
            return results;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static Result run(Path folder, StrangerPlan plan, Duration stay) {
        long began = System.nanoTime();
        try (StrangerTable table = new StrangerTable(folder, plan, stay)) {
            String failure = "";
            try {
                table.run();
            } catch (AssertionError | RuntimeException e) {
                failure = e.toString();
                Files.writeString(folder.resolve("transcript.txt"), plan + "\n" + failure + "\n" + table.transcript());
                keep(folder);
            }
            return new Result(plan, (System.nanoTime() - began) / 1_000_000, table.killsMs(), failure);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a table that failed said stays when the test's folder goes. */
    private static void keep(Path folder) throws IOException {
        Path kept = Files.createDirectories(Path.of("target", "strangers"));
        Files.copy(
                folder.resolve("transcript.txt"),
                Files.createTempFile(kept, folder.getFileName() + "-", ".txt"),
                StandardCopyOption.REPLACE_EXISTING);
    }
}
