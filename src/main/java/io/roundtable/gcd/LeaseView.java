package io.roundtable.gcd;

import io.roundtable.protocol.Member;
import java.util.Optional;

/**
 * Who manages, as far as one GCD has applied the log.
 *
 * @param holder whether or not its time is up
 * @param untilMs in the log's own time, see {@code Catalog.clockMs}
 * @param clockMs the log's own time when this was so
 * @param atNanos {@link System#nanoTime} when this was so
 */
public record LeaseView(Optional<Member> holder, long epoch, long untilMs, long clockMs, long atNanos) {
    static final LeaseView NOBODY = new LeaseView(Optional.empty(), 0, 0, 0, 0);

    /** How long the lease still lasts at that time, as seen from here; 0 if nobody has one. */
    public long leftMs(long nowNanos) {
        return holder.isEmpty() ? 0 : Math.max(0, untilMs - clockMs - (nowNanos - atNanos) / 1_000_000);
    }

    boolean isSameManager(LeaseView other) {
        return epoch == other.epoch && holder.equals(other.holder);
    }
}
