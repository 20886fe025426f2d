package io.roundtable.manager;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The shares that one position of a volume lacks: those to compute, those being computed, those that failed.
 *
 * <p>Where all files or very many lack theirs they are not listed: a sweep goes through the volume's files by number and finds
 * some at a time. What is added behind it is listed.
 */
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

    /** So many that failed are kept in mind; what is beyond that another sweep finds. */
    static final int FAILED_MAX = 10_000;
    /** A sweep goes on when fewer wait. */
    private static final int WAITING_MIN = UNDER_WAY_MAX;

    private static final long SWEPT = Long.MAX_VALUE;

    private record Failed(int tries, long notBeforeMs, String reason) {}

    private final TreeSet<Long> waiting = new TreeSet<>();
    private final Map<Long, Long> underWay = new HashMap<>();
    private long underWayBytes;
    private final Map<Long, Failed> failed = new TreeMap<>();
    private int round;
    /** The last content that the sweep has looked at. */
    private long sweptTo = SWEPT;
    /** When another one begins. */
    private long sweepAgainMs = Long.MAX_VALUE;

    /** Finds contents that lack their share. */
    interface Finder {
        /**
         * Looks at some contents.
         *
         * @param found told of those that lack it
         * @return the last one that was looked at; {@link Long#MAX_VALUE} if there are no more
         */
        long find(long behind, LongConsumer found);
    }

    /** All files, or very many, lack their share: they are gone through from the first on. */
    void sweep() {
        sweptTo = 0;
        sweepAgainMs = Long.MAX_VALUE;
    }

    /** Whether it is not known yet which shares are to be computed. */
    boolean isSweeping() {
        return sweptTo != SWEPT;
    }

    /** Goes on with the sweep, if there is one and few wait. */
    void refill(Finder finder) {
        if (isSweeping() && waiting.size() < WAITING_MIN) {
            sweptTo = finder.find(sweptTo, this::addUnlessFailed);
        }
    }

    private void addUnlessFailed(long fileId) {
        if (!failed.containsKey(fileId)) {
            add(fileId);
        }
    }

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
        if (before == null && failed.size() >= FAILED_MAX) {
            sweepAgainMs = Math.min(sweepAgainMs, nowMs + RETRY_SLOWLY_MS);
            return;
        }
        failed.put(fileId, new Failed(tries, nowMs + pauseMs, reason));
    }

    /** Those whose pause is over get another try. */
    void retry(long nowMs) {
        if (nowMs >= sweepAgainMs && !isSweeping()) {
            sweep();
        }
        failed.forEach((fileId, why) -> {
            if (nowMs >= why.notBeforeMs && !underWay.containsKey(fileId)) {
                waiting.add(fileId);
            }
        });
    }

    /** Something changed: what was given up is worth a try again. */
    void retryAll() {
        failed.replaceAll((fileId, why) -> new Failed(0, 0, why.reason));
        sweepAgainMs = sweepAgainMs == Long.MAX_VALUE ? sweepAgainMs : 0;
    }

    boolean isEmpty() {
        return !isSweeping() && waiting.isEmpty() && underWay.isEmpty() && failed.isEmpty();
    }

    /** Whether nothing is left but what was tried in vain. */
    boolean isAtRest() {
        return !isSweeping()
                && failed.keySet().containsAll(waiting)
                && failed.keySet().containsAll(underWay.keySet())
                && failed.values().stream().allMatch(why -> why.tries >= TRIES_MAX);
    }

    /** @param lacking how many lack their share in all */
    int open(int lacking) {
        int known = waiting.size() + underWay.size();
        // Those that failed wait for their time, and are among those that lack it.
        return isSweeping() ? Math.max(known, lacking - failed.size()) : known;
    }

    /** What failed so far and why; at most so many. */
    Map<Long, String> reasons(int max) {
        Map<Long, String> reasons = new TreeMap<>();
        failed.entrySet().stream().limit(max).forEach(each -> reasons.put(each.getKey(), each.getValue().reason));
        return reasons;
    }
}
