package io.roundtable.catalog;

import io.roundtable.catalog.Outcome.Result;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Outcomes of requests that were carried out, so that one that is sent again is answered alike. Forgets the oldest first,
 * by the log's own time: every copy forgets the same ones.
 */
final class RememberedRequests {
    /** Clients send a request again for 30 s; at least so long it must be known, however many others come meanwhile. */
    static final long AGE_MS = 90_000;
    /** So many are remembered whatever their age. */
    static final int COUNT_MIN = 8_192;
    /** Never more, whatever their age: more than are carried out in {@link #AGE_MS}. */
    static final int COUNT_MAX = 262_144;

    private static final int PAGE = 1_024;

    /** @param atMs the log's time when it was carried out */
    record Past(long requestId, Result result, long atMs) {}

    /** Some that follow each other: what a copy of all costs is a few hundred copies of arrays. */
    private static final class Page {
        private final Past[] pasts = new Past[PAGE];
        private int from;
        private int to;

        private Page copy() {
            Page copy = new Page();
            System.arraycopy(pasts, from, copy.pasts, from, to - from);
            copy.from = from;
            copy.to = to;
            return copy;
        }
    }

    /** The oldest first. */
    private final Deque<Page> pages = new ArrayDeque<>();

    private int count;
    /** By number; null while nobody has asked. */
    private @Nullable Map<Long, Past> known = new HashMap<>();

    RememberedRequests copy() {
        RememberedRequests copy = new RememberedRequests();
        copy.known = null;
        copy.count = count;
        pages.forEach(page -> copy.pages.add(page.copy()));
        return copy;
    }

    private Map<Long, Past> known() {
        Map<Long, Past> now = known;
        if (now == null) {
            now = new HashMap<>();
            for (Past past : all()) {
                now.put(past.requestId, past);
            }
            known = now;
        }
        return now;
    }

    @Nullable
    Result get(long requestId) {
        Past past = known().get(requestId);
        return past == null ? null : past.result;
    }

    boolean contains(long requestId) {
        return known().containsKey(requestId);
    }

    int size() {
        return count;
    }

    void add(long requestId, Result result, long nowMs) {
        restore(requestId, result, nowMs);
        while (count > COUNT_MIN) {
            Page oldest = pages.getFirst();
            Past past = oldest.pasts[oldest.from];
            if (past.atMs > nowMs - AGE_MS && count <= COUNT_MAX) {
                return;
            }
            known().remove(past.requestId);
            count--;
            if (++oldest.from == PAGE) {
                pages.removeFirst();
            }
        }
    }

    /** From a snapshot, which holds none that may be forgotten yet. */
    void restore(long requestId, Result result, long atMs) {
        Past past = new Past(requestId, result, atMs);
        if (known().putIfAbsent(requestId, past) != null) {
            return;
        }
        Page last = pages.peekLast();
        if (last == null || last.to == PAGE) {
            last = new Page();
            pages.add(last);
        }
        last.pasts[last.to++] = past;
        count++;
    }

    /** The oldest first. */
    Iterable<Past> all() {
        return () -> new Iterator<>() {
            private final Iterator<Page> rest = pages.iterator();
            private @Nullable Page page = rest.hasNext() ? rest.next() : null;
            private int at = page == null ? 0 : page.from;

            @Override
            public boolean hasNext() {
                while (page != null && at == page.to) {
                    page = rest.hasNext() ? rest.next() : null;
                    at = page == null ? 0 : page.from;
                }
                return page != null;
            }

            @Override
            public Past next() {
                if (!hasNext() || page == null) {
                    throw new NoSuchElementException();
                }
                return page.pasts[at++];
            }
        };
    }
}
