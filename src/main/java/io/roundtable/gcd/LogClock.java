package io.roundtable.gcd;

import java.util.function.LongSupplier;

/**
 * The log's own time, as the GCD that leads it stamps entries.
 *
 * <p>A GCD that begins to lead takes the log's last stamp, and adds what its own monotonic clock counts from then. So the
 * log's time never runs faster than real time, whoever leads: between two stamps at least as much time has really
 * passed, and a lease that a former leader granted is waited out in full. Wall clocks, which may step, have no part in it.
 * While nobody leads, it stands still, which only makes leases longer.
 */
final class LogClock {
    private final LongSupplier nanos;
    private long term = -1;
    private long baseMs;
    private long baseNanos;

    LogClock(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * The time for a stamp.
     *
     * @param leads the term in which this GCD leads
     * @param lastMs the latest stamp of the log; of all entries from before this term
     */
    synchronized long nowMs(long leads, long lastMs) {
        long now = nanos.getAsLong();
        if (leads != term) {
            term = leads;
            baseMs = lastMs;
            baseNanos = now;
        }
        return baseMs + (now - baseNanos) / 1_000_000;
    }
}
