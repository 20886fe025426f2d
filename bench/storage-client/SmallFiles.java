import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Files of 4 KiB, written or read for a time by some clients that do not wait for each other. */
final class SmallFiles {
    private static final int BYTES = 4096;

    private final Store store;
    private final List<Store> clients = new ArrayList<>();

    SmallFiles(Store store) {
        this.store = store;
    }

    /** Each client's files are PREFIX-client-0, 1, 2, … */
    Map<String, Object> put(String prefix, double seconds, int count) throws Exception {
        byte[] content = Content.small(BYTES);
        return run(count, seconds, (client, number, index) -> client.put(name(prefix, index, number), content), null);
    }

    /** Reads what was put, each client its own, again from the first after the last. */
    Map<String, Object> get(String prefix, double seconds, int count) throws Exception {
        int files = putBefore;
        byte[] expected = Content.small(BYTES);
        return run(
                count,
                seconds,
                (client, number, index) -> {
                    byte[] got = new byte[BYTES + 1];
                    int bytes = client.get(name(prefix, index, number % Math.max(1, files)), got);
                    if (bytes != BYTES || !Arrays.equals(got, 0, BYTES, expected, 0, BYTES)) {
                        throw new IllegalStateException("a small file of " + bytes + " bytes is not what was written");
                    }
                },
                prefix);
    }

    private static String name(String prefix, int client, int number) {
        return prefix + "-" + client + "-" + number;
    }

    private int putBefore;

    private interface Step {
        void carryOut(Store client, int number, int index) throws Exception;
    }

    private Map<String, Object> run(int count, double seconds, Step step, String readOf) throws Exception {
        while (clients.size() < count) {
            clients.add(store.another());
        }
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            long start = System.nanoTime();
            long end = start + (long) (seconds * 1e9);
            List<Future<long[]>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int index = i;
                Callable<long[]> work = () -> times(clients.get(index), index, end, step);
                running.add(threads.submit(work));
            }
            List<long[]> times = new ArrayList<>();
            for (Future<long[]> each : running) {
                times.add(each.get());
            }
            double took = Orders.seconds(start);
            if (readOf == null) {
                // What each of them has written.
                putBefore = times.stream().mapToInt(each -> each.length).min().orElse(0);
            }
            long[] all = times.stream().flatMapToLong(Arrays::stream).sorted().toArray();
            return Orders.figures(
                    "seconds", took,
                    "files", all.length,
                    "per_second", all.length / took,
                    "p50_ms", Percentiles.ms(all, 0.5),
                    "p99_ms", Percentiles.ms(all, 0.99));
        } finally {
            threads.shutdownNow();
        }
    }

    private static long[] times(Store client, int index, long end, Step step) throws Exception {
        long[] times = new long[1 << 16];
        int done = 0;
        for (long now = System.nanoTime(); now < end && done < times.length; done++) {
            step.carryOut(client, done, index);
            long then = System.nanoTime();
            times[done] = then - now;
            now = then;
        }
        return Arrays.copyOf(times, done);
    }
}
