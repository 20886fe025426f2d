package io.roundtable.protocol;

import java.util.Arrays;
import java.util.Optional;

/**
 * What a leader says to the GCD to become the manager and to change the catalog, and what the GCD answers
 * (docs/PROTOCOL.md, Lease).
 */
public sealed interface LeaseMessage extends Message {
    /** A leader asks for the lease. Answered with {@link Granted} or {@link Held}. */
    record Claim(Member self) implements LeaseMessage {
        @Override
        public String word() {
            return "CLAIM";
        }
    }

    /** Goes on with the lease. Answered with {@link Granted} or {@link Held}. */
    record Renew(long epoch) implements LeaseMessage {
        @Override
        public String word() {
            return "RENEW";
        }
    }

    /** Gives the lease back before its time. Answered with {@link Control.Done}. */
    record HandBack(long epoch) implements LeaseMessage {
        @Override
        public String word() {
            return "HAND_BACK";
        }
    }

    /**
     * The lease is yours.
     *
     * @param epoch rises with every new holder
     * @param durationMs from the moment when the request was sent
     */
    record Granted(long epoch, int durationMs) implements LeaseMessage {
        @Override
        public String word() {
            return "GRANTED";
        }
    }

    /**
     * The lease is another's, or the epoch is an old one.
     *
     * @param holder who manages; empty if nobody does
     * @param retryMs when to ask again
     */
    record Held(Optional<Member> holder, long epoch, int retryMs) implements LeaseMessage {
        @Override
        public String word() {
            return "HELD";
        }
    }

    /**
     * Changes of the catalog, all or none of the batch in the log; each is judged by itself. Answered with
     * {@link Applied}, or {@link Held} if the epoch is not the present one.
     *
     * @param batch the catalog's own format
     */
    record Propose(long epoch, byte[] batch) implements LeaseMessage {
        @Override
        public String word() {
            return "PROPOSE";
        }

        @Override
        public boolean equals(Object to) {
            return to instanceof Propose other && other.epoch == epoch && Arrays.equals(other.batch, batch);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(batch);
        }
    }

    /**
     * The changes are in the log.
     *
     * @param outcomes one for each change, the catalog's own format
     */
    record Applied(byte[] outcomes) implements LeaseMessage {
        @Override
        public String word() {
            return "APPLIED";
        }

        @Override
        public boolean equals(Object to) {
            return to instanceof Applied other && Arrays.equals(other.outcomes, outcomes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(outcomes);
        }
    }

    /**
     * Asks for the whole catalog, part by part; offset 0 takes a new snapshot. Answered with {@link CatalogPart}, or
     * {@link Held}.
     */
    record FetchCatalog(long epoch, int offset) implements LeaseMessage {
        @Override
        public String word() {
            return "FETCH";
        }
    }

    /** @param totalBytes of the whole snapshot */
    record CatalogPart(int offset, int totalBytes, byte[] bytes) implements LeaseMessage {
        /** The most that one part carries. */
        public static final int BYTES_MAX = 512 * 1024;

        @Override
        public String word() {
            return "CATALOG";
        }

        @Override
        public boolean equals(Object to) {
            return to instanceof CatalogPart other
                    && other.offset == offset
                    && other.totalBytes == totalBytes
                    && Arrays.equals(other.bytes, bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    /** Asks who manages. Answered with {@link Manages}. */
    record WhoManages() implements LeaseMessage {
        @Override
        public String word() {
            return "WHO_MANAGES";
        }
    }

    /** Who manages; the GCD also tells all native members when it changes. */
    record Manages(Optional<Member> manager, long epoch) implements LeaseMessage {
        @Override
        public String word() {
            return "MANAGES";
        }
    }
}
