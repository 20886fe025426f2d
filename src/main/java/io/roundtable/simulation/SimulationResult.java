package io.roundtable.simulation;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one run went.
 *
 * @param traceHash of all that happened: equal runs have equal hashes
 * @param virtualMs how long the run lasted in its own time
 * @param agreedAfterMs from the last fault to lasting agreement; -1 without one
 * @param events how many things happened
 * @param checks how many invariants were looked at
 * @param messages sent, by kind
 * @param failure the invariant that does not hold, and what is wrong; null if all is well
 * @param tail the last lines of the trace, if text was kept and the run failed
 */
record SimulationResult(
        long seed,
        long traceHash,
        long virtualMs,
        long agreedAfterMs,
        long events,
        long checks,
        Map<Traffic, Long> messages,
        @Nullable String failure,
        List<String> tail) {}
