package io.roundtable.role.disk;

import io.roundtable.disk.DiskFaultException;
import io.roundtable.disk.DiskStore;
import io.roundtable.disk.ShareWriter;
import io.roundtable.net.EventLoop;
import io.roundtable.net.Lane;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.Reason;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.storage.ShareLayout;
import io.roundtable.storage.StripeLayout;
import io.roundtable.stream.Disks;
import io.roundtable.stream.SeatSource;
import io.roundtable.stream.ShareRebuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Computes shares of this peer's disk from the other disks, as the manager orders.
 *
 * <p>Big shares are written as files, group by group. Small ones go where users' small shares go, and all that were
 * ordered together wait for one fsync.
 */
final class Rebuilds {
    private static final int THREADS = 2;
    private static final int BATCH_MAX = 64;
    /** A manager has some hundred orders under way at a disk at most. */
    private static final int WAITING_MAX = 65_536;

    private final DiskStore store;
    /** Made when it is needed first: it has a thread of its own. */
    private @Nullable Disks disks;

    private final Lane threads;
    private final List<Waiting> unsafe = new ArrayList<>();

    private record Order(DiskMessage.RebuildShare message, Consumer<Message> then) {}

    /** A small share that is computed, and not yet safe. */
    private record Waiting(DiskStore.Put put, List<Integer> badSources, Consumer<Message> then) {}

    Rebuilds(EventLoop loop, DiskStore store) {
        this.store = store;
        this.threads = loop.lane("rebuild", THREADS, WAITING_MAX);
    }

    /** @param then told {@link DiskMessage.Rebuilt} or {@link DiskMessage.DiskRefusal}, on any thread */
    void rebuild(DiskMessage.RebuildShare order, Consumer<Message> then) {
        boolean isTaken = threads.execute(() -> {
            try {
                rebuild(new Order(order, then));
            } finally {
                commitUnlessMoreComes();
            }
        });
        if (!isTaken) {
            then.accept(refusal(Fault.OUT_OF_SERVICE, "the peer is going down"));
        }
    }

    private void rebuild(Order order) {
        try {
            Message answer = compute(order);
            if (answer != null) {
                order.then.accept(answer);
            }
        } catch (DiskFaultException e) {
            order.then.accept(refusal(e.fault(), String.valueOf(e.getMessage())));
        } catch (IOException e) {
            order.then.accept(refusal(Fault.IO, Reason.of(e)));
        } catch (IllegalArgumentException e) {
            order.then.accept(refusal(Fault.BAD_REQUEST, String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            order.then.accept(refusal(Fault.IO, "computing the share failed: " + e));
        }
    }

    /** The answer; null if it waits for {@link #commit}. */
    private @Nullable Message compute(Order order) throws IOException, DiskFaultException {
        DiskMessage.RebuildShare message = order.message;
        VolumeInfo volume = message.volume();
        FileInfo file = message.file();
        int position = message.position();
        if (!store.id().equals(message.disk())
                || position < 0
                || position >= volume.disks().size()) {
            return refusal(Fault.BAD_REQUEST, "this peer does not host that disk");
        }
        StripeLayout layout = new StripeLayout(volume.disks().size(), volume.parity(), volume.unitBytes());
        DiskMessage.PutShare head = new DiskMessage.PutShare(
                new ShareKey(volume.id(), file.fileId(), position),
                message.epoch(),
                layout.disks(),
                layout.parity(),
                layout.unitBytes(),
                layout.usedShareBytes(file.sizeBytes(), position));
        if (head.usedBytes() > DiskStore.PUT_BYTES_MAX) {
            return asFile(message, head);
        }
        asRecord(order, head);
        return null;
    }

    private Message asFile(DiskMessage.RebuildShare message, DiskMessage.PutShare head)
            throws IOException, DiskFaultException {
        DiskMessage.BeginShare begin =
                new DiskMessage.BeginShare(head.key(), head.epoch(), head.disks(), head.parity(), head.unitBytes());
        try (ShareWriter writer = store.begin(begin, true)) {
            ShareRebuilder.Outcome outcome = run(message, (blocks, group) -> {
                try {
                    writer.writeGroup(blocks, group);
                } catch (DiskFaultException e) {
                    throw new IOException(e.getMessage(), e);
                }
            });
            writer.seal(head.epoch(), outcome.usedBytes());
            return new DiskMessage.Rebuilt(head.key(), outcome.usedBytes(), outcome.badSources());
        }
    }

    private void asRecord(Order order, DiskMessage.PutShare head) throws IOException, DiskFaultException {
        // Before the work, not only after it: a former manager's order is for nothing.
        store.admit(head.epoch());
        long bytes = new ShareLayout(head.unitBytes(), head.usedBytes()).storedBytes();
        ByteBuffer share = ByteBuffer.allocate(DiskStore.PUT_HEADROOM_BYTES + (int) bytes + Long.BYTES)
                .position(DiskStore.PUT_HEADROOM_BYTES);
        ShareRebuilder.Outcome outcome = run(order.message, (blocks, group) -> share.put(group));
        DiskStore.Put put = store.put(head, share.flip().position(DiskStore.PUT_HEADROOM_BYTES), true);
        synchronized (unsafe) {
            unsafe.add(new Waiting(put, outcome.badSources(), order.then));
        }
    }

    private ShareRebuilder.Outcome run(DiskMessage.RebuildShare order, ShareRebuilder.GroupSink sink)
            throws IOException {
        boolean isHeld = !order.volume().disks().get(order.position()).disk().equals(order.disk());
        return new ShareRebuilder(disks())
                .rebuild(order.volume(), order.file(), order.position(), isHeld, SeatSource.FIXED, sink);
    }

    // ---- making small shares safe

    private void commitUnlessMoreComes() {
        List<Waiting> batch;
        synchronized (unsafe) {
            if (unsafe.isEmpty() || threads.waiting() > 0 && unsafe.size() < BATCH_MAX) {
                return;
            }
            batch = List.copyOf(unsafe);
            unsafe.clear();
        }
        commit(batch);
    }

    private void commit(List<Waiting> batch) {
        DiskFaultException failure = null;
        try {
            store.commit();
        } catch (DiskFaultException e) {
            failure = e;
        }
        for (Waiting each : batch) {
            try {
                DiskMessage.Sealed sealed = each.put.demand();
                each.then.accept(new DiskMessage.Rebuilt(sealed.key(), sealed.usedBytes(), each.badSources));
            } catch (DiskFaultException e) {
                DiskFaultException why = failure != null ? failure : e;
                each.then.accept(refusal(why.fault(), String.valueOf(why.getMessage())));
            }
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
        threads.close();
        if (disks != null) {
            disks.close();
        }
    }
}
