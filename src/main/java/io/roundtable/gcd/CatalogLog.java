package io.roundtable.gcd;

import io.roundtable.catalog.Entry;
import io.roundtable.catalog.Outcome;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Member;
import java.io.Closeable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The replicated log that the catalog is made from, as its GCD uses it. Safe for use by many threads. */
public interface CatalogLog extends Closeable {
    /** Told of changes, on a thread of the log; must not block. */
    interface Listener {
        /** The holder or the epoch is another one. */
        void onManager(LeaseView lease);

        /** The members that sit at any GCD are others. */
        void onMembers();

        /**
         * The catalog cannot be used yet, and these GCDs of the group do not answer.
         *
         * @param areAllNeeded else a majority of the group is
         */
        default void onWaiting(List<Address> missing, boolean areAllNeeded) {}
    }

    /** Who hears of changes from now on, in place of whoever did before. */
    void listen(Listener listener);

    /** Completes when the catalog can be used; fails with one sentence if that will never be. */
    CompletableFuture<@Nullable Void> started();

    /** Completes with one sentence if the log ends by itself, such as for a full disk: this GCD is of no use then. */
    CompletableFuture<String> failure();

    /** Where the catalog is kept, for people. */
    String place();

    /**
     * Has an entry written. Completes when it is in the log for good and the catalog here has it; entries that come before
     * {@link #started} wait for it. Fails if the entry did not get into the log, or nobody knows.
     */
    CompletableFuture<Outcome> submit(Entry entry);

    /** Who manages; never waits. */
    LeaseView lease();

    /** Whether this GCD leads the log now, as far as it knows. */
    boolean isLeading();

    /** Who sits at any of the GCDs, as the log tells. */
    List<Member> members();

    /** The whole catalog as it is now here, every entry whose submission has completed included. */
    CompletableFuture<Snapshot> snapshot();

    /** Whether other GCDs keep the same log. */
    boolean isGroup();

    /** Ends it, and waits for that: about a second. */
    @Override
    void close();

    /**
     * Ends it without waiting, because the process ends right after: the files are as a kill would leave them, and what was
     * acknowledged is in them.
     */
    void endWithProcess();
}
