package io.roundtable.catalog;

import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import java.util.List;

/**
 * One entry of the log. Times are those of the GCD that leads the log, in milliseconds since 1970: every copy of the
 * catalog judges a lease by the same ones.
 */
public sealed interface Entry {
    /** A leader asks for the lease. */
    record ClaimLease(Member claimant, long nowMs) implements Entry {}

    /** The manager goes on with its lease. */
    record RenewLease(long epoch, long nowMs) implements Entry {}

    /** The manager is done, or is gone for sure. */
    record EndLease(long epoch) implements Entry {}

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
}
