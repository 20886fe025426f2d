package io.roundtable.catalog;

import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import java.util.List;

/**
 * One entry of the log. Times are the log's own: milliseconds that passed while some GCD led it, stamped by the one that
 * leads ({@link Catalog#clockMs}). Every copy of the catalog judges a lease by the same ones, and no step of anybody's
 * wall clock can shorten it.
 */
public sealed interface Entry {
    /** A leader asks for the lease. */
    record ClaimLease(Member claimant, long nowMs) implements Entry {}

    /** The manager goes on with its lease. */
    record RenewLease(long epoch, long nowMs) implements Entry {}

    /** The manager is done, or is gone for sure. */
    record EndLease(long epoch) implements Entry {}

    /** The GCD that leads the log thinks that the lease has run out; it has not if it was renewed meanwhile. */
    record ExpireLease(long epoch, long nowMs) implements Entry {}

    /**
     * What the manager of this epoch changes; refused as a whole if the epoch is not the present one.
     *
     * @param nowMs for the age of remembered requests
     */
    record Changes(long epoch, List<Request> requests, long nowMs) implements Entry {
        public Changes {
            requests = List.copyOf(requests);
        }
    }

    /**
     * One change, and the request that it serves.
     *
     * @param requestId 0 for none; another one that was carried out before is not carried out again, and its outcome is
     *     told again
     */
    record Request(long requestId, Change change) {}

    /** A member sits down; the GCDs tell each other in this way. */
    record SeatMember(Member member, long nowMs) implements Entry {}

    record UnseatMember(Identity member) implements Entry {}

    /**
     * A GCD knows no kind of entry above this level, and all below it.
     *
     * @param gcd its name in the log
     */
    record AnnounceLevel(String gcd, int level) implements Entry {}

    /** Every GCD that takes part has announced this level, or a higher one: from now on there may be entries of it. */
    record RaiseLevel(int level) implements Entry {}

    /** The same with the time of the GCD that leads the log; whatever time it carried before is nobody's. */
    default Entry stamped(long nowMs) {
        if (this instanceof ClaimLease claim) {
            return new ClaimLease(claim.claimant, nowMs);
        } else if (this instanceof RenewLease renewal) {
            return new RenewLease(renewal.epoch, nowMs);
        } else if (this instanceof ExpireLease expiry) {
            return new ExpireLease(expiry.epoch, nowMs);
        } else if (this instanceof Changes changes) {
            return new Changes(changes.epoch, changes.requests, nowMs);
        } else if (this instanceof SeatMember seat) {
            return new SeatMember(seat.member, nowMs);
        }
        return this;
    }

    /** The time that it carries, or 0. */
    default long stampMs() {
        if (this instanceof ClaimLease claim) {
            return claim.nowMs;
        } else if (this instanceof RenewLease renewal) {
            return renewal.nowMs;
        } else if (this instanceof ExpireLease expiry) {
            return expiry.nowMs;
        } else if (this instanceof Changes changes) {
            return changes.nowMs;
        } else if (this instanceof SeatMember seat) {
            return seat.nowMs;
        }
        return 0;
    }
}
