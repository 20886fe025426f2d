package io.roundtable.client;

import io.roundtable.protocol.VolumeMessage;
import org.jspecify.annotations.Nullable;

/**
 * Numbers for small files of one volume: whoever writes one after another gets them by the dozen, which saves a
 * question to the manager for each. What is not used soon is given back.
 */
final class GrantStash implements AutoCloseable {
    private static final int COUNT = 64;
    /** Disks may move; a grant's snapshot of them should not be old. */
    private static final long FRESH_NS = 1_000_000_000L;

    private final ManagerLink manager;
    private final KeepAlive keepAlive;
    private final String volume;
    private final String user;
    private final SingleFlight<Batch> asked = new SingleFlight<>();
    private @Nullable Batch current;
    private long lastNs = System.nanoTime() - FRESH_NS - 1;
    private boolean isClosed;

    /** Numbers that were granted at once. Guarded by the stash. */
    private static final class Batch {
        private final OpenWrite grant;
        private final long openedNs = System.nanoTime();
        private int next;
        private int inUse;
        private boolean isRetired;

        Batch(OpenWrite grant) {
            this.grant = grant;
        }

        boolean isUsable(long nowNs) {
            return next < grant.count() && nowNs - openedNs < FRESH_NS;
        }
    }

    /** One number; to be released when the file is committed or given up. */
    static final class Ticket {
        private final Batch batch;
        private final int index;

        private Ticket(Batch batch, int index) {
            this.batch = batch;
            this.index = index;
        }

        OpenWrite grant() {
            return batch.grant;
        }

        int index() {
            return index;
        }
    }

    GrantStash(ManagerLink manager, KeepAlive keepAlive, String volume, String user) {
        this.manager = manager;
        this.keepAlive = keepAlive;
        this.volume = volume;
        this.user = user;
    }

    /** A number; null if the stash was closed meanwhile: whatever it gave then would be kept for ever. */
    @Nullable
    Ticket take() throws GroupException {
        while (true) {
            boolean isBusy;
            synchronized (this) {
                if (isClosed) {
                    return null;
                }
                long now = System.nanoTime();
                isBusy = now - lastNs < FRESH_NS;
                Batch batch = current;
                if (batch != null && batch.isUsable(now)) {
                    lastNs = now;
                    batch.inUse++;
                    return new Ticket(batch, batch.next++);
                }
            }
            asked.ask(() -> replace(isBusy ? COUNT : 1));
        }
    }

    /** Asks for numbers and puts them in the place of those that are used up, or old. No lock is held meanwhile. */
    private Batch replace(int count) throws GroupException {
        giveBack(retire());
        Batch batch =
                new Batch(OpenWrite.prepare(manager, keepAlive, new VolumeMessage.PrepareWrite(volume, user, count)));
        boolean isLate;
        synchronized (this) {
            isLate = isClosed;
            current = batch;
            // Whoever asked is about to take one.
            lastNs = System.nanoTime();
        }
        if (isLate) {
            giveBack(retire());
        }
        return batch;
    }

    synchronized void release(Ticket ticket) {
        Batch batch = ticket.batch;
        batch.inUse--;
        if (batch.isRetired && batch.inUse == 0) {
            batch.grant.close();
        }
    }

    /** Gives back what nobody asked for lately. */
    void tidy() {
        Batch old = null;
        synchronized (this) {
            if (System.nanoTime() - lastNs > FRESH_NS) {
                old = retire();
            }
        }
        giveBack(old);
    }

    private synchronized @Nullable Batch retire() {
        Batch batch = current;
        current = null;
        if (batch != null) {
            batch.isRetired = true;
            if (batch.inUse == 0) {
                batch.grant.close();
            }
        }
        return batch;
    }

    /** Tells the manager which numbers of a retired batch nobody will use. */
    private void giveBack(@Nullable Batch retired) {
        if (retired == null) {
            return;
        }
        for (int index = retired.next; index < retired.grant.count(); index++) {
            manager.tell(new VolumeMessage.Abort(retired.grant.volume().id(), retired.grant.fileId(index)));
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
        }
        giveBack(retire());
    }
}
