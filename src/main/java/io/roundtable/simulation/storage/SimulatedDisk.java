package io.roundtable.simulation.storage;

import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.ShareKey;
import io.roundtable.simulation.Violation;
import io.roundtable.simulation.storage.Contents.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What lies on one disk: shares, sealed or not, synced or not, and the highest epoch. It outlives its process; a loss of
 * power takes what was not synced, and may bring back what was deleted just before.
 */
final class SimulatedDisk {
    /** A deletion is safe from a loss of power after this time. */
    private static final long DELETION_MICROS = 200_000;

    /** One share as it lies there. */
    private static final class Held {
        private final Share share;
        private boolean isSealed;
        private boolean isSynced;

        private Held(Share share) {
            this.share = share;
        }
    }

    private record Deleted(ShareKey key, Held held, long atMicros) {}

    final DiskId id;
    private final StorageWorld world;
    private final Ledger ledger;
    private final NavigableMap<ShareKey, Held> shares = new TreeMap<>();
    private final List<Deleted> deleted = new ArrayList<>();
    private long epoch;
    private long highestEver;
    private long slowUntilMicros;
    private long fullUntilMicros;

    SimulatedDisk(StorageWorld world, Ledger ledger, DiskId id) {
        this.world = world;
        this.ledger = ledger;
        this.id = id;
    }

    long epoch() {
        return epoch;
    }

    int size() {
        return shares.size();
    }

    // ---- faults

    void slowDown(long micros) {
        slowUntilMicros = world.nowMicros() + micros;
    }

    void fill(long micros) {
        fullUntilMicros = world.nowMicros() + micros;
    }

    void heal() {
        slowUntilMicros = 0;
        fullUntilMicros = 0;
    }

    /** The process ended; what a next one finds is decided here. */
    void onDeath(boolean power) {
        for (Map.Entry<ShareKey, Held> each : List.copyOf(shares.entrySet())) {
            if (!each.getValue().isSealed || (power && !each.getValue().isSynced)) {
                shares.remove(each.getKey());
                ledger.onShareGone(id, each.getKey());
            }
        }
        if (power) {
            for (Deleted each : deleted) {
                boolean isRecent = world.nowMicros() - each.atMicros < DELETION_MICROS;
                if (isRecent && each.held.isSealed && each.held.isSynced && world.random.nextBoolean()) {
                    shares.putIfAbsent(each.key, each.held);
                }
            }
        }
        deleted.clear();
        if (world.has(StorageBug.EPOCH_NOT_KEPT)) {
            epoch = 0;
        }
    }

    /** Flips a bit of a sealed share. */
    void rot(ShareKey key) {
        Held held = shares.get(key);
        if (held != null && held.share.data().length > 0) {
            held.share.data()[world.random.nextInt(held.share.data().length)] ^= (byte) (1 << world.random.nextInt(8));
        }
    }

    /** The file system lost it. */
    void lose(ShareKey key) {
        shares.remove(key);
    }

    // ---- what the ledger looks at

    @Nullable
    Share sealed(ShareKey key) {
        Held held = shares.get(key);
        return held != null && held.isSealed ? held.share : null;
    }

    List<ShareKey> keys() {
        return List.copyOf(shares.keySet());
    }

    // ---- work

    /** How long the next access takes. */
    long latencyMicros() {
        return world.nowMicros() < slowUntilMicros
                ? world.random.nextInt(20_000, 500_000)
                : world.random.nextInt(80, 1_500);
    }

    /** Why an order of this epoch is refused, or null. */
    DiskMessage.@Nullable DiskRefusal refusal(long asked) {
        if (asked < epoch && !world.has(StorageBug.NO_EPOCH_CHECK)) {
            return new DiskMessage.DiskRefusal(Fault.STALE_EPOCH, "an older epoch than " + epoch, epoch);
        }
        world.tally.checks++;
        if (asked < highestEver) {
            throw new Violation(
                    "epochs only rise", "disk " + id + " obeys epoch " + asked + " and has seen " + highestEver);
        }
        epoch = Math.max(epoch, asked);
        highestEver = Math.max(highestEver, asked);
        return null;
    }

    boolean isFull() {
        return world.nowMicros() < fullUntilMicros;
    }

    /**
     * Stores a share.
     *
     * @param process whose incarnation must live until it is done
     * @param done told once it is safe
     */
    void store(Process process, ShareKey key, Share share, Runnable done) {
        Held held = new Held(share.copy());
        Held before = shares.get(key);
        if (before == null || !before.isSealed) {
            // What lies there sealed stays until the new one is: it is written beside it and renamed.
            shares.put(key, held);
        }
        int meant = process.incarnation();
        boolean isHasty = world.has(StorageBug.SEALED_BEFORE_FSYNC);
        long syncMicros = latencyMicros();
        if (isHasty) {
            held.isSealed = true;
            shares.put(key, held);
            world.after(300_000, () -> held.isSynced = true);
            done.run();
            return;
        }
        world.after(
                syncMicros,
                () -> process.run(meant, () -> {
                    held.isSealed = true;
                    held.isSynced = true;
                    shares.put(key, held);
                    done.run();
                }));
    }

    private void remove(ShareKey key) {
        Held held = shares.remove(key);
        if (held != null) {
            deleted.add(new Deleted(key, held, world.nowMicros()));
            if (deleted.size() > 64) {
                deleted.remove(0);
            }
            ledger.onShareGone(id, key);
        }
    }

    /** An order that needs no other disk. */
    void carryOut(DiskMessage order, Consumer<Object> reply) {
        if (order instanceof DiskMessage.ListShares list) {
            answer(list.epoch(), reply, () -> list(list));
        } else if (order instanceof DiskMessage.DeleteShares delete) {
            answer(delete.epoch(), reply, () -> {
                delete.keys().forEach(this::remove);
                return new Control.Done();
            });
        } else if (order instanceof DiskMessage.Wipe wipe) {
            answer(wipe.epoch(), reply, () -> {
                keys().stream()
                        .filter(key -> wipe.volumeId() == 0 || key.volumeId() == wipe.volumeId())
                        .forEach(this::remove);
                return new Control.Done();
            });
        } else if (order instanceof DiskMessage.CheckShares check) {
            answer(check.epoch(), reply, () -> check(check));
        }
    }

    private interface Work {
        Object done();
    }

    private void answer(long asked, Consumer<Object> reply, Work work) {
        DiskMessage.DiskRefusal refusal = refusal(asked);
        reply.accept(refusal == null ? work.done() : refusal);
    }

    private DiskMessage.Shares list(DiskMessage.ListShares list) {
        Optional<ShareKey> after = list.after();
        NavigableMap<ShareKey, Held> behind = after.isPresent() ? shares.tailMap(after.get(), false) : shares;
        // Small pages, so that there are several.
        int limit = Math.min(list.limit(), 5);
        List<DiskMessage.ShareLine> lines = new ArrayList<>();
        for (Map.Entry<ShareKey, Held> each : behind.entrySet()) {
            if (lines.size() == limit) {
                return new DiskMessage.Shares(lines, true);
            }
            Held held = each.getValue();
            lines.add(new DiskMessage.ShareLine(each.getKey(), held.isSealed, held.share.data().length, 0));
        }
        return new DiskMessage.Shares(lines, false);
    }

    private DiskMessage.Checked check(DiskMessage.CheckShares check) {
        List<ShareKey> bad = new ArrayList<>();
        for (ShareKey key : check.keys()) {
            Share share = sealed(key);
            boolean isBad = share == null || !share.isSound();
            if (isBad && !world.has(StorageBug.SCRUB_SEES_NOTHING)) {
                bad.add(key);
            }
        }
        return new DiskMessage.Checked(bad, 0);
    }
}
