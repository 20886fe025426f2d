package io.roundtable.catalog;

import io.roundtable.catalog.Outcome.Result;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
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

    /** @param atMs the log's time when it was carried out */
    record Past(Result result, long atMs) {}

    private final Map<Long, Past> requests = new LinkedHashMap<>();

    @Nullable
    Result get(long requestId) {
        Past past = requests.get(requestId);
        return past == null ? null : past.result;
    }

    boolean contains(long requestId) {
        return requests.containsKey(requestId);
    }

    void add(long requestId, Result result, long nowMs) {
        restore(requestId, result, nowMs);
        Iterator<Past> oldest = requests.values().iterator();
        while (requests.size() > COUNT_MIN) {
            if (oldest.next().atMs > nowMs - AGE_MS && requests.size() <= COUNT_MAX) {
                return;
            }
            oldest.remove();
        }
    }

    /** From a snapshot, which holds none that may be forgotten yet. */
    void restore(long requestId, Result result, long atMs) {
        requests.put(requestId, new Past(result, atMs));
    }

    /** The oldest first. */
    Map<Long, Past> all() {
        return Collections.unmodifiableMap(requests);
    }
}
