package io.roundtable.wire.pickle;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What reading a pickle costs this thread. */
final class Cost {
    static final long TIME_MAX_MS = 100;
    static final long ALLOCATION_MAX_BYTES = 10_000_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int TRIES = 5;

    private Cost() {}

    /** Reads, whether that ends well or is refused, and demands that it is cheap. Classes load in the first try. */
    static void assertCheap(byte[] pickle) {
        long nanosMin = Long.MAX_VALUE;
        long bytesMin = Long.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
            long cpuBefore = THREADS.getCurrentThreadCpuTime();
            readOrRefuse(pickle);
            nanosMin = Math.min(nanosMin, THREADS.getCurrentThreadCpuTime() - cpuBefore);
            bytesMin = Math.min(bytesMin, THREADS.getCurrentThreadAllocatedBytes() - bytesBefore);
        }
        long timeMs = nanosMin / 1_000_000;
        long bytes = bytesMin;
        assertTrue(timeMs < TIME_MAX_MS, () -> "took " + timeMs + " ms");
        assertTrue(bytes < ALLOCATION_MAX_BYTES, () -> "allocated " + bytes + " bytes");
    }

    private static void readOrRefuse(byte[] pickle) {
        try {
            PickleReader.read(pickle);
        } catch (PickleException e) {
            // as good as a value: this is about the cost
        }
    }
}
