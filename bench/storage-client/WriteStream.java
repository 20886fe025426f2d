import java.io.IOException;
import java.util.Map;

/** Small files one after the other, and the longest time between two that were acknowledged. */
final class WriteStream {
    private static final int BYTES = 4096;

    private final Store store;

    WriteStream(Store store) {
        this.store = store;
    }

    Map<String, Object> run(String prefix, double seconds) throws Exception {
        byte[] content = Content.small(BYTES);
        long start = System.nanoTime();
        long last = start;
        long longest = 0;
        int files = 0;
        int failed = 0;
        String why = "";
        while (Orders.seconds(start) < seconds) {
            try {
                store.put(prefix + files, content);
            } catch (Exception e) {
                // A client would try again, and so does this: the gap goes on.
                why = why.isEmpty() ? e.toString() : why;
                failed++;
                continue;
            }
            files++;
            long now = System.nanoTime();
            longest = Math.max(longest, now - last);
            last = now;
        }
        for (int i = 0; i < files; i++) {
            byte[] got = new byte[BYTES + 1];
            if (store.get(prefix + i, got) != BYTES) {
                throw new IOException(prefix + i + " was acknowledged and is not there");
            }
        }
        return Orders.figures("gap_ms", longest / 1e6, "files", files, "failed", failed, "first_failure", why);
    }
}
