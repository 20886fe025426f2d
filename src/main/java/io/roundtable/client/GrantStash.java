package io.roundtable.client;

import io.roundtable.protocol.VolumeMessage;
import org.jspecify.annotations.Nullable;

/**
 * Numbers for small files of one volume: whoever writes one after another gets them by the dozen, which saves a
 * question to the manager for each. What is not used soon is given back.
 */
final class GrantStash implements AutoCloseable {
    private static final int COUNT = 64;
    /** Disks may move; a grant's picture of them should not be old. */
    private static final long FRESH_NS = 1_000_000_000L;

    private final ManagerLink manager;
    private final KeepAlive keepAlive;
    private final String volume;
    private final String user;
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
    synchronized @Nullable Ticket take() throws GroupException {
        if (isClosed) {
            return null;
        }
        long now = System.nanoTime();
        boolean isBusy = now - lastNs < FRESH_NS;
        lastNs = now;
        Batch batch = current;
        if (batch == null || !batch.isUsable(now)) {
            retire();
            batch = new Batch(OpenWrite.prepare(
                    manager, keepAlive, new VolumeMessage.PrepareWrite(volume, user, isBusy ? COUNT : 1)));
            current = batch;
        }
        batch.inUse++;
        return new Ticket(batch, batch.next++);
    }

    synchronized void release(Ticket ticket) {
        Batch batch = ticket.batch;
        batch.inUse--;
        if (batch.isRetired && batch.inUse == 0) {
            batch.grant.close();
        }
    }

    /** Gives back what nobody asked for lately. */
    synchronized void tidy() {
        if (System.nanoTime() - lastNs > FRESH_NS) {
            retire();
        }
    }

    private void retire() {
        Batch batch = current;
        if (batch == null) {
            return;
        }
        current = null;
        batch.isRetired = true;
        for (int index = batch.next; index < batch.grant.count(); index++) {
            manager.tell(new VolumeMessage.Abort(batch.grant.volume().id(), batch.grant.fileId(index)));
        }
        if (batch.inUse == 0) {
            batch.grant.close();
        }
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        retire();
    }
}
