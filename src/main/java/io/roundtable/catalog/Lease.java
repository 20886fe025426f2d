package io.roundtable.catalog;

import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The manager's lease: the bully chooses, this fences.
 *
 * <p>At most one member holds it at a time. A claim waits while another's lease is live; a claim of a higher identity
 * ends the holder's renewals. Every new holder has a higher epoch than all before it; a holder that claims again (its
 * process may have started anew) gets a new one too.
 *
 * <p>All times are the log's ({@link Catalog#clockMs}).
 */
public final class Lease {
    private final int durationMs;
    private long epoch;
    private @Nullable Member holder;
    private long untilMs;
    private @Nullable Identity wantedBy;

    Lease(int durationMs) {
        this.durationMs = durationMs;
    }

    /** Whether an entry changes the lease, and nothing else. */
    public static boolean isAbout(Entry entry) {
        return entry instanceof Entry.ClaimLease
                || entry instanceof Entry.RenewLease
                || entry instanceof Entry.EndLease
                || entry instanceof Entry.ExpireLease;
    }

    Outcome claim(Member claimant, long nowMs) {
        Member held = holder;
        if (held != null && nowMs < untilMs) {
            // A holder that claims anew would win time that a higher one waits for.
            boolean isAgain = held.equals(claimant) && wantedBy == null;
            if (!isAgain) {
                want(claimant.identity(), held.identity());
                return refusal();
            }
        }
        epoch++;
        holder = claimant;
        untilMs = nowMs + durationMs;
        wantedBy = null;
        return new Outcome.Leased(epoch);
    }

    private void want(Identity claimant, Identity held) {
        if (claimant.isHigherThan(held) && (wantedBy == null || claimant.isHigherThan(wantedBy))) {
            wantedBy = claimant;
        }
    }

    Outcome renew(long renewed, long nowMs) {
        if (renewed != epoch || holder == null || wantedBy != null || nowMs >= untilMs) {
            return refusal();
        }
        untilMs = Math.max(untilMs, nowMs + durationMs);
        return new Outcome.Leased(epoch);
    }

    Outcome end(long ended) {
        if (ended == epoch) {
            holder = null;
            untilMs = 0;
            wantedBy = null;
        }
        return new Outcome.Noted();
    }

    /** Ends it if it has run out by that time. */
    Outcome expire(long expired, long nowMs) {
        return nowMs >= untilMs ? end(expired) : new Outcome.Noted();
    }

    /** Whether this epoch is the present one, and its holder has not given it back. */
    boolean isHeldIn(long asked) {
        return asked == epoch && holder != null;
    }

    Outcome refusal() {
        return new Outcome.NotLeased(holder(), epoch, untilMs);
    }

    /** What a snapshot is made from. */
    void restore(long restoredEpoch, @Nullable Member restoredHolder, long restoredUntilMs, @Nullable Identity wanted) {
        epoch = restoredEpoch;
        holder = restoredHolder;
        untilMs = restoredUntilMs;
        wantedBy = wanted;
    }

    public long epoch() {
        return epoch;
    }

    public Optional<Member> holder() {
        return Optional.ofNullable(holder);
    }

    public long untilMs() {
        return untilMs;
    }

    /** The highest identity that waits for the holder's end; empty if nobody higher does. */
    public Optional<Identity> wantedBy() {
        return Optional.ofNullable(wantedBy);
    }

    public int durationMs() {
        return durationMs;
    }
}
