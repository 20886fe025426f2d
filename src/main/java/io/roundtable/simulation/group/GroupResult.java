package io.roundtable.simulation.group;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one run went.
 *
 * @param traceHash of all that happened
 * @param virtualMs its length
 * @param agreedAfterMs how long after the last fault all agreed; -1 if they never did
 * @param events how many things happened
 * @param checks how many invariants were looked at
 * @param invariant which one was broken; empty if none was
 * @param failure what broke it; null if nothing did
 * @param tail the last lines of its trace, if it failed and text was kept
 */
public record GroupResult(
        long seed,
        long traceHash,
        long virtualMs,
        long agreedAfterMs,
        long events,
        long checks,
        String invariant,
        @Nullable String failure,
        List<String> tail) {
    public GroupResult {
        tail = List.copyOf(tail);
    }
}
