package io.roundtable.gcd;

import io.roundtable.protocol.Address;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Says for whom a GCD of a group waits, as long as its catalog cannot be used; every change once. Thread-safe. */
final class Waiting {
    private static final long LOOK_EVERY_NS = TimeUnit.SECONDS.toNanos(1);

    private final Membership membership;
    private CatalogLog.@Nullable Listener listener;
    private List<Address> missing = List.of();
    private boolean areAllNeeded;
    private long nextLookNs;

    Waiting(Membership membership, long nowNs) {
        this.membership = membership;
        this.nextLookNs = nowNs;
    }

    /** Asks the others whether they are there, if it is time to; takes some seconds where a machine is off. */
    void look(long nowNs) {
        if (nowNs - nextLookNs < 0) {
            return;
        }
        List<Address> now = membership.missing();
        boolean all = membership.needsAll();
        synchronized (this) {
            nextLookNs = nowNs + LOOK_EVERY_NS;
            if (now.equals(missing) && all == areAllNeeded) {
                return;
            }
            missing = now;
            areAllNeeded = all;
        }
        tell();
    }

    /** @param heard is told at once what is known */
    void listen(CatalogLog.Listener heard) {
        synchronized (this) {
            listener = heard;
        }
        tell();
    }

    private synchronized void tell() {
        if (listener != null && !missing.isEmpty()) {
            listener.onWaiting(missing, areAllNeeded);
        }
    }
}
