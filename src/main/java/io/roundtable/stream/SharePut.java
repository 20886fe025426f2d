package io.roundtable.stream;

import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.VolumeInfo.Seat;
import io.roundtable.storage.StripeLayout;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A small file's way to the disks: every share whole, all sent before the first answer is awaited, on the caller's
 * thread.
 */
final class SharePut {
    private static final int STALE_MAX = 5;

    private final Disks disks;
    private final ShareTarget target;
    private final StripeLayout layout;
    private final Slab slab;
    private final @Nullable DiskConnection[] sent;
    private final long[] epochs;
    private final Map<Integer, IOException> failures = new TreeMap<>();
    private final List<Optional<DiskId>> sealed;
    private @Nullable String sha256;
    private long deadlineNs;

    SharePut(Disks disks, ShareTarget target, Slab slab) {
        this.disks = disks;
        this.target = target;
        this.layout = target.layout();
        this.slab = slab;
        this.sent = new DiskConnection[layout.disks()];
        this.epochs = new long[layout.disks()];
        this.sealed = new ArrayList<>(Collections.nCopies(layout.disks(), Optional.empty()));
    }

    Written put(long sizeBytes) throws IOException {
        List<Integer> positions = IntStream.range(0, layout.disks())
                .filter(position -> target.seat(position).isThere())
                .boxed()
                .toList();
        List<Integer> asked = new ArrayList<>(positions);
        for (int position : positions) {
            // Few enough are left out: who was too slow just now would only hold up this one too.
            if (disks.isSlowToWrite(target.seat(position)) && layout.disks() - asked.size() < layout.parity()) {
                asked.remove((Integer) position);
                failures.put(position, new SocketTimeoutException("it was too slow of late"));
            }
        }
        attempt(asked, disks.options().stallMs());
        if (missing() > layout.parity()) {
            // If that many are slow, the load is high rather than a disk gone.
            List<Integer> slow = positions.stream()
                    .filter(position -> failures.get(position) instanceof SocketTimeoutException)
                    .toList();
            failures.keySet().removeAll(slow);
            attempt(slow, disks.options().hardStallMs());
        }
        if (missing() > layout.parity()) {
            throw WriteFailure.tooFew(
                    target,
                    failures.entrySet().stream()
                            .map(each -> new WriteFailure(target.seat(each.getKey()), each.getValue()))
                            .toList());
        }
        return new Written(sizeBytes, String.valueOf(sha256), sealed);
    }

    private long missing() {
        return sealed.stream().filter(Optional::isEmpty).count();
    }

    private void attempt(List<Integer> positions, long limitMs) {
        deadlineNs = System.nanoTime() + limitMs * 1_000_000;
        positions.forEach(this::send);
        if (sha256 == null) {
            // While the disks write.
            ContentDigest digest = new ContentDigest();
            digest.update(slab);
            sha256 = digest.hex();
        }
        for (int position : positions) {
            DiskConnection connection = sent[position];
            sent[position] = null;
            if (connection != null) {
                await(connection, position);
            }
        }
    }

    private void send(int position) {
        Seat seat = target.seat(position);
        try {
            DiskConnection connection = disks.borrow(seat);
            try {
                putOn(connection, position);
            } catch (IOException e) {
                // An idle connection may have been closed by the other side just now.
                connection = disks.fresh(seat);
                putOn(connection, position);
            }
            sent[position] = connection;
        } catch (IOException e) {
            fail(position, e);
        }
    }

    private void putOn(DiskConnection connection, int position) throws IOException {
        connection.within(Math.max(1, (deadlineNs - System.nanoTime()) / 1_000_000));
        epochs[position] = target.epochs().current();
        connection.put(target.put(position, epochs[position], slab.dataBytes(position)), slab.groupOf(position));
    }

    private void await(DiskConnection first, int position) {
        Seat seat = target.seat(position);
        DiskConnection connection = first;
        try {
            for (int attempt = 1; ; attempt++) {
                try {
                    connection.sealed(target.key(position), slab.dataBytes(position));
                    sealed.set(position, Optional.of(seat.disk()));
                    disks.giveBack(connection);
                    return;
                } catch (DiskFaultException e) {
                    if (e.fault() != Fault.STALE_EPOCH || attempt == STALE_MAX) {
                        throw e;
                    }
                    target.epochs().refresh(epochs[position]);
                } catch (IOException e) {
                    if (connection.isExpired() || attempt > 1) {
                        throw e;
                    }
                    connection = disks.fresh(seat);
                }
                putOn(connection, position);
            }
        } catch (IOException e) {
            disks.giveBack(connection);
            fail(position, e);
        }
    }

    private void fail(int position, IOException e) {
        failures.put(position, e);
        if (e instanceof SocketTimeoutException) {
            disks.suspect(target.seat(position));
        }
    }
}
