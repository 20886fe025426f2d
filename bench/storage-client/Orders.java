import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Carries out orders from the standard input, one a line, and answers each with one line of JSON. Ends with the input.
 */
final class Orders {
    /** One kind of order. */
    interface Order {
        /** @param words the line's, the first is the order's name */
        Map<String, Object> carryOut(String[] words) throws Exception;
    }

    private final Map<String, Order> orders = new TreeMap<>();

    /** The orders that every store takes. */
    static Orders of(Store store) {
        SmallFiles small = new SmallFiles(store);
        return new Orders()
                .with("write", words -> timed(() -> store.write(words[1], mebibytes(words[2]))))
                .with("read", words -> timed(() -> read(store, words[1], mebibytes(words[2]))))
                .with("verify", words -> timed(() -> store.read(words[1], Content.check(mebibytes(words[2])))))
                .with("remove", words -> timed(() -> store.remove(words[1])))
                .with("put", words -> small.put(words[1], Double.parseDouble(words[2]), Integer.parseInt(words[3])))
                .with("get", words -> small.get(words[1], Double.parseDouble(words[2]), Integer.parseInt(words[3])));
    }

    Orders with(String name, Order order) {
        orders.put(name, order);
        return this;
    }

    static Map<String, Object> figures(Object... keysAndValues) {
        Map<String, Object> figures = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            figures.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return figures;
    }

    static double seconds(long sinceNs) {
        return (System.nanoTime() - sinceNs) / 1e9;
    }

    /** Something that takes time. */
    interface Work {
        void run() throws Exception;
    }

    static Map<String, Object> timed(Work work) throws Exception {
        long start = System.nanoTime();
        work.run();
        return figures("seconds", seconds(start));
    }

    private static void read(Store store, String name, long bytes) throws Exception {
        long[] got = {0};
        store.read(name, (block, count) -> got[0] += count);
        if (got[0] != bytes) {
            throw new IOException(name + " has " + got[0] + " bytes, not " + bytes);
        }
    }

    private static long mebibytes(String word) {
        return Long.parseLong(word) << 20;
    }

    void serve() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(json(answer(line.trim().split(" "))));
            System.out.flush();
        }
    }

    private Map<String, Object> answer(String[] words) {
        Order order = orders.get(words[0]);
        try {
            return order == null ? figures("error", "no order " + words[0]) : order.carryOut(words);
        } catch (Exception e) {
            e.printStackTrace();
            return figures("error", e.toString());
        }
    }

    private static String json(Map<String, Object> figures) {
        return figures.entrySet().stream()
                .map(each -> '"' + each.getKey() + "\":" + value(each.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String value(Object value) {
        String text = value.toString();
        return value instanceof Number
                ? text
                : '"' + text.replace("\\", "/").replace('"', '\'').replaceAll("\\p{Cntrl}", " ") + '"';
    }
}
