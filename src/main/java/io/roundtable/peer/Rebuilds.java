package io.roundtable.peer;

import io.roundtable.disk.DiskFaultException;
import io.roundtable.disk.DiskStore;
import io.roundtable.disk.ShareWriter;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.stream.Disks;
import io.roundtable.stream.SeatSource;
import io.roundtable.stream.ShareRebuilder;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Computes shares of this peer's disk from the other disks, as the manager orders. */
final class Rebuilds {
    private static final int THREADS = 2;

    private final DiskStore store;
    /** Made when it is needed first: it has a thread of its own. */
    private @Nullable Disks disks;

    private final ExecutorService threads;

    Rebuilds(DiskStore store) {
        this.store = store;
        this.threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "rebuild");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** @param then told {@link DiskMessage.Rebuilt} or {@link DiskMessage.DiskRefusal}, on any thread */
    void rebuild(DiskMessage.RebuildShare order, Consumer<Message> then) {
        try {
            threads.execute(() -> then.accept(rebuild(order)));
        } catch (RejectedExecutionException e) {
            then.accept(refusal(Fault.OUT_OF_SERVICE, "the peer is going down"));
        }
    }

    private Message rebuild(DiskMessage.RebuildShare order) {
        VolumeInfo volume = order.volume();
        FileInfo file = order.file();
        int position = order.position();
        if (!store.id().equals(order.disk())
                || position < 0
                || position >= volume.disks().size()) {
            return refusal(Fault.BAD_REQUEST, "this peer does not host that disk");
        }
        ShareKey key = new ShareKey(volume.id(), file.fileId(), position);
        DiskMessage.BeginShare begin = new DiskMessage.BeginShare(
                key, order.epoch(), volume.disks().size(), volume.parity(), volume.unitBytes());
        try (ShareWriter writer = store.begin(begin, true)) {
            ShareRebuilder.Outcome outcome = new ShareRebuilder(disks())
                    .rebuild(volume, file, position, SeatSource.FIXED, (blocks, group) -> {
                        try {
                            writer.writeGroup(blocks, group);
                        } catch (DiskFaultException e) {
                            throw new IOException(e.getMessage(), e);
                        }
                    });
            writer.seal(order.epoch(), outcome.usedBytes());
            return new DiskMessage.Rebuilt(key, outcome.usedBytes(), outcome.badSources());
        } catch (DiskFaultException e) {
            return refusal(e.fault(), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return refusal(Fault.IO, String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            return refusal(Fault.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private synchronized Disks disks() {
        Disks made = disks;
        if (made == null) {
            made = new Disks();
            disks = made;
        }
        return made;
    }

    private DiskMessage.DiskRefusal refusal(Fault fault, String reason) {
        return new DiskMessage.DiskRefusal(fault, reason, store.highestEpoch());
    }

    synchronized void close() {
        // Not interrupted: that would close the disk's files under others' hands.
        threads.shutdown();
        if (disks != null) {
            disks.close();
        }
    }
}
