import io.roundtable.storage.Parity;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Speed of {@link Parity}: GB of data a second of one thread's CPU time, shards of 1 MiB, medians of 7. Started by
 * {@code run}, which gives the ISA-L figures of the same minute as arguments: {@code 2+1=63.9 4+2=46.9 10+4=29.6}.
 */
final class Coding {
    private static final int SHARD_BYTES = 1 << 20;
    private static final int ROUNDS = 7;
    private static final long WARM_NS = 800_000_000L;
    private static final long ROUND_NS = 300_000_000L;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** A shape and the part of ISA-L's speed that it is to reach. */
    private record Shape(int data, int rows, double target) {
        String name() {
            return data + "+" + rows;
        }
    }

    public static void main(String[] arguments) {
        Map<String, Double> isal = new HashMap<>();
        for (String argument : arguments) {
            String[] words = argument.split("=", 2);
            isal.put(words[0], Double.valueOf(words[1]));
        }
        System.out.printf("%-30s %8s %8s %8s %8s %6s %7s%n", "GB/s of data", "median", "min", "max", "ISA-L", "ratio", "target");
        boolean isReached = true;
        for (Shape shape : new Shape[] {new Shape(2, 1, 0.6), new Shape(4, 2, 0.6), new Shape(10, 4, 0.35)}) {
            isReached &= measure(shape, isal.get(shape.name()));
        }
        // With fewer shapes nothing is missed, only not compared.
        System.out.println(isal.isEmpty() ? "ISA-L was not measured" : isReached ? "targets reached" : "TARGETS MISSED");
    }

    private static boolean measure(Shape shape, Double isal) {
        int count = shape.data() + shape.rows();
        Parity parity = new Parity(shape.data(), shape.rows());
        byte[][] columns = new byte[count][SHARD_BYTES];
        Random random = new Random(1);
        for (int j = 0; j < shape.data(); j++) {
            random.nextBytes(columns[j]);
        }
        int[] offsets = new int[count];
        double bytes = (double) shape.data() * SHARD_BYTES;
        double[] encode = rates(bytes, () -> parity.encode(columns, 0, SHARD_BYTES));
        boolean isReached = isal == null || encode[ROUNDS / 2] >= shape.target() * isal;
        print("encode " + shape.name(), encode, isal, shape.target());

        print("verify " + shape.name(), rates(bytes, () -> parity.verify(columns, offsets, SHARD_BYTES)), null, 0);
        for (int lost = 1; lost <= shape.rows(); lost += Math.max(1, shape.rows() - 1)) {
            boolean[] present = new boolean[count];
            boolean[] wanted = new boolean[count];
            Arrays.fill(wanted, 0, lost, true);
            Arrays.fill(present, lost, count, true);
            String name = "rebuild " + lost + " data of " + shape.name();
            print(name, rates(bytes, () -> parity.reconstruct(columns, offsets, SHARD_BYTES, present, wanted)), null, 0);
        }
        byte[] after = columns[0].clone();
        byte[][] rows = Arrays.copyOfRange(columns, shape.data(), count);
        int last = shape.data() - 1;
        int[] rowOffsets = new int[shape.rows()];
        print(
                "update one block of " + shape.name() + " (its GB/s)",
                rates(SHARD_BYTES, () -> parity.update(last, columns[last], 0, after, 0, rows, rowOffsets, SHARD_BYTES)),
                null,
                0);
        int unit = 1024;
        print(
                "encode " + shape.name() + ", unit 1 KiB",
                rates(bytes, () -> {
                    for (int at = 0; at < SHARD_BYTES; at += unit) {
                        parity.encode(columns, at, unit);
                    }
                }),
                null,
                0);
        return isReached;
    }

    private static void print(String name, double[] rates, Double isal, double target) {
        String compared = isal == null
                ? ""
                : String.format(Locale.ROOT, "%8.1f %6.2f %7.2f", isal, rates[ROUNDS / 2] / isal, target);
        System.out.printf(
                Locale.ROOT,
                "%-30s %8.1f %8.1f %8.1f %s%n",
                name,
                rates[ROUNDS / 2],
                rates[0],
                rates[ROUNDS - 1],
                compared);
    }

    /** Ascending. */
    private static double[] rates(double bytes, Runnable work) {
        rate(bytes, work, WARM_NS);
        double[] rates = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            rates[round] = rate(bytes, work, ROUND_NS);
        }
        Arrays.sort(rates);
        return rates;
    }

    private static double rate(double bytes, Runnable work, long durationNs) {
        long start = THREADS.getCurrentThreadCpuTime();
        long end = start;
        int calls = 0;
        while (end - start < durationNs) {
            work.run();
            calls++;
            end = THREADS.getCurrentThreadCpuTime();
        }
        return bytes * calls / (end - start);
    }
}
