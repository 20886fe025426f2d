package io.roundtable.gcd;

import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** How far the log has been applied here, for those who wait for that. */
final class AppliedIndex {
    private final TreeMap<Long, CompletableFuture<Long>> waiting = new TreeMap<>();
    private long index = -1;

    synchronized CompletableFuture<Long> reaches(long wanted) {
        return wanted <= index
                ? CompletableFuture.completedFuture(wanted)
                : waiting.computeIfAbsent(wanted, each -> new CompletableFuture<>());
    }

    void advanceTo(long reached) {
        while (true) {
            CompletableFuture<Long> next;
            synchronized (this) {
                index = Math.max(index, reached);
                if (waiting.isEmpty() || waiting.firstKey() > index) {
                    return;
                }
                next = waiting.pollFirstEntry().getValue();
            }
            // Outside the lock: whoever waited goes on here.
            next.complete(reached);
        }
    }
}
