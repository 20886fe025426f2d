package io.roundtable.manager;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** The shares that one position of a volume lacks: those to compute, those being computed, those that failed. */
final class RepairLane {
    /** Bytes that are computed at a time: more would only make users wait. */
    private static final long UNDER_WAY_BYTES_MAX = 2 << 20;
    /** As many at a time whatever they weigh. */
    private static final int UNDER_WAY_MIN = 2;

    private static final int UNDER_WAY_MAX = 64;
    private static final int TRIES_MAX = 5;
    private static final long RETRY_MS = 2_000;
    /** What was tried often enough is tried now and then: its sources may be well again without a word. */
    private static final long RETRY_SLOWLY_MS = 30_000;

    private record Failed(int tries, long notBeforeMs, String reason) {}

    private final TreeSet<Long> waiting = new TreeSet<>();
    private final Map<Long, Long> underWay = new HashMap<>();
    private long underWayBytes;
    private final Map<Long, Failed> failed = new TreeMap<>();
    private int round;

    void add(long fileId) {
        failed.remove(fileId);
        if (!underWay.containsKey(fileId)) {
            waiting.add(fileId);
        }
    }

    /** What failed is worth a try at once. */
    void addIfFailed(long fileId) {
        if (failed.containsKey(fileId)) {
            add(fileId);
        }
    }

    /**
     * The next one to compute, which counts as under way from now on; null if there is none, or enough is under way.
     * Many small shares are computed at a time, of big ones two.
     *
     * @param weigh about how many bytes there are to compute
     */
    @Nullable
    Long begin(LongUnaryOperator weigh) {
        if (waiting.isEmpty() || underWay.size() >= UNDER_WAY_MAX) {
            return null;
        }
        long next = waiting.first();
        long bytes = weigh.applyAsLong(next);
        if (underWay.size() >= UNDER_WAY_MIN && underWayBytes + bytes > UNDER_WAY_BYTES_MAX) {
            return null;
        }
        waiting.remove(next);
        underWay.put(next, bytes);
        underWayBytes += bytes;
        return next;
    }

    /** An answer to what was begun in an earlier round means nothing any more. */
    int round() {
        return round;
    }

    /** The disk of this place is another one, or was wiped: what was being computed is computed again. */
    void restart() {
        round++;
        waiting.addAll(underWay.keySet());
        underWay.clear();
        underWayBytes = 0;
    }

    /** It is computed, or need not be. */
    void end(long fileId) {
        leave(fileId);
        failed.remove(fileId);
    }

    private void leave(long fileId) {
        Long bytes = underWay.remove(fileId);
        underWayBytes -= bytes == null ? 0 : bytes;
    }

    void fail(long fileId, String reason, long nowMs) {
        leave(fileId);
        Failed before = failed.get(fileId);
        int tries = before == null ? 1 : Math.min(TRIES_MAX, before.tries + 1);
        long pauseMs = tries < TRIES_MAX ? RETRY_MS * tries : RETRY_SLOWLY_MS;
        failed.put(fileId, new Failed(tries, nowMs + pauseMs, reason));
    }

    /** Those whose pause is over get another try. */
    void retry(long nowMs) {
        failed.forEach((fileId, why) -> {
            if (nowMs >= why.notBeforeMs && !underWay.containsKey(fileId)) {
                waiting.add(fileId);
            }
        });
    }

    /** Something changed: what was given up is worth a try again. */
    void retryAll() {
        failed.replaceAll((fileId, why) -> new Failed(0, 0, why.reason));
    }

    boolean isEmpty() {
        return waiting.isEmpty() && underWay.isEmpty() && failed.isEmpty();
    }

    /** Whether nothing is left but what was tried in vain. */
    boolean isAtRest() {
        return failed.keySet().containsAll(waiting)
                && failed.keySet().containsAll(underWay.keySet())
                && failed.values().stream().allMatch(why -> why.tries >= TRIES_MAX);
    }

    int open() {
        return waiting.size() + underWay.size();
    }

    /** What failed so far and why; at most so many. */
    Map<Long, String> reasons(int max) {
        Map<Long, String> reasons = new TreeMap<>();
        failed.entrySet().stream().limit(max).forEach(each -> reasons.put(each.getKey(), each.getValue().reason));
        return reasons;
    }
}
