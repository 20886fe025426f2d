package io.roundtable.simulation.storage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one run went.
 *
 * @param traceHash of all that happened: equal runs have equal hashes
 * @param failure the invariant that does not hold, and what is wrong; null if all is well
 * @param tail the last lines of the trace, if text was kept and the run failed
 */
record StorageResult(
        long seed, long traceHash, Tally tally, @Nullable String failure, List<String> tail) {}
