package io.roundtable.simulation.storage;

import io.roundtable.disk.DiskFaultException;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.DiskRefusal;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.DiskMessage.PutShare;
import io.roundtable.protocol.ShareKey;
import io.roundtable.simulation.storage.Contents.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A disk as it should be, and as it should not: shares, sealed or not, synced or not, and the highest epoch. A loss of
 * power takes what was not synced, and may bring back what was deleted just before. Bugs of disks are planted here.
 */
final class ModelDisk extends SimulatedDisk {
    /** A deletion is safe from a loss of power after this time. */
    private static final long DELETION_MICROS = 200_000;

    /** How many deletions are looked at after a loss of power. */
    private static final int DELETIONS_MAX = 64;

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

    private final DiskId id;
    private final NavigableMap<ShareKey, Held> shares = new TreeMap<>();
    private final List<Deleted> deleted = new ArrayList<>();
    private @Nullable NavigableMap<ShareKey, Share> copy;
    private long copiedEpoch;
    private long epoch;
    private long fullUntilMicros;
    private long failsUntilMicros;
    private boolean isAway;
    private int openings = 1;

    ModelDisk(StorageWorld world, Ledger ledger, DiskId id) {
        super(world, ledger);
        this.id = id;
    }

    @Override
    DiskId id() {
        return id;
    }

    @Override
    long epoch() {
        return epoch;
    }

    @Override
    List<DiskMessage.ShareLine> lines() {
        List<DiskMessage.ShareLine> lines = new ArrayList<>();
        shares.forEach(
                (key, held) -> lines.add(new DiskMessage.ShareLine(key, held.isSealed, held.share.data().length, 0)));
        return lines;
    }

    @Override
    @Nullable
    Share sealed(ShareKey key) {
        Held held = shares.get(key);
        boolean isReadable = isWell() || world.has(StorageBug.MEDIUM_NOT_LOOKED_AT);
        return held != null && held.isSealed && isReadable ? held.share : null;
    }

    @Override
    @Nullable
    DiskRefusal admit(long asked) {
        if (isLost()) {
            return refuse(Fault.OUT_OF_SERVICE, "the medium is lost");
        }
        if (asked < epoch && !world.has(StorageBug.NO_EPOCH_CHECK)) {
            return refuse(Fault.STALE_EPOCH, "an older epoch than " + epoch);
        }
        epoch = Math.max(epoch, asked);
        return null;
    }

    @Override
    void store(Process process, PutShare head, Share share, boolean isRebuild, Consumer<@Nullable DiskRefusal> done) {
        if (world.nowMicros() < fullUntilMicros) {
            done.accept(refuse(Fault.FULL, "no space"));
            return;
        }
        ShareKey key = head.key();
        Held held = new Held(share.copy());
        Held before = shares.get(key);
        if (before == null || !before.isSealed) {
            // What lies there sealed stays until the new one is: it is written beside it and renamed.
            shares.put(key, held);
        }
        if (world.has(StorageBug.SEALED_BEFORE_FSYNC)) {
            held.isSealed = true;
            shares.put(key, held);
            changed();
            world.after(300_000, () -> held.isSynced = true);
            done.accept(null);
            return;
        }
        int meant = process.incarnation();
        world.after(
                latencyMicros(),
                () -> process.run(meant, () -> {
                    if (isLost()) {
                        done.accept(refuse(Fault.OUT_OF_SERVICE, "the medium is lost"));
                        return;
                    }
                    held.isSealed = true;
                    held.isSynced = true;
                    shares.put(key, held);
                    changed();
                    done.accept(null);
                }));
    }

    @Override
    @Nullable
    DiskRefusal delete(long asked, List<ShareKey> keys) {
        changed();
        for (ShareKey key : keys) {
            Held held = shares.remove(key);
            if (held != null) {
                deleted.add(new Deleted(key, held, world.nowMicros()));
                if (deleted.size() > DELETIONS_MAX) {
                    deleted.remove(0);
                }
                ledger.onShareGone(id, key);
            }
        }
        return null;
    }

    @Override
    @Nullable
    DiskRefusal wipe(long asked, int volumeId) {
        return delete(
                asked,
                keys().stream()
                        .filter(key -> volumeId == 0 || key.volumeId() == volumeId)
                        .toList());
    }

    @Override
    void tidy() {
        // There is nothing to tidy up.
    }

    private boolean isLost() {
        isAway |= !isWell();
        return isAway && !world.has(StorageBug.MEDIUM_NOT_LOOKED_AT);
    }

    @Override
    boolean isBroken(ShareKey key) throws DiskFaultException {
        Share share = sealed(key);
        if (isLost()) {
            throw new DiskFaultException(Fault.OUT_OF_SERVICE, "the medium is lost");
        }
        return share == null || !share.isSound();
    }

    @Override
    void look() {
        if (isLost() && isWell()) {
            isAway = false;
            openings++;
        }
    }

    @Override
    @Nullable
    String trouble() {
        return isLost() ? "the medium is lost" : null;
    }

    @Override
    int openings() {
        return openings;
    }

    // ---- faults

    @Override
    void vanish() {
        changed();
        failsUntilMicros = Long.MAX_VALUE;
    }

    @Override
    void fail(long micros, boolean isFound) {
        changed();
        failsUntilMicros = world.nowMicros() + micros;
        world.after(micros, this::changed);
    }

    @Override
    boolean isWell() {
        return world.nowMicros() >= failsUntilMicros;
    }

    @Override
    void fill(long micros) {
        fullUntilMicros = world.nowMicros() + micros;
    }

    @Override
    void heal() {
        changed();
        super.heal();
        fullUntilMicros = 0;
        failsUntilMicros = failsUntilMicros == Long.MAX_VALUE ? Long.MAX_VALUE : 0;
    }

    @Override
    void copy() {
        NavigableMap<ShareKey, Share> made = new TreeMap<>();
        shares.forEach((key, held) -> {
            if (held.isSealed && held.isSynced) {
                made.put(key, held.share.copy());
            }
        });
        copy = made;
        copiedEpoch = epoch;
    }

    @Override
    boolean hasCopy() {
        return copy != null;
    }

    @Override
    void restoreCopy() {
        NavigableMap<ShareKey, Share> made = copy;
        if (made != null) {
            shares.clear();
            made.forEach((key, share) -> {
                Held held = new Held(share.copy());
                held.isSealed = true;
                held.isSynced = true;
                shares.put(key, held);
            });
            epoch = copiedEpoch;
        }
    }

    @Override
    void onDeath(boolean power) {
        changed();
        // Whoever starts a peer sees to its folder first.
        failsUntilMicros = 0;
        isAway = false;
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

    @Override
    void rot(ShareKey key) {
        changed();
        Held held = shares.get(key);
        if (held != null && held.share.data().length > 0) {
            ledger.damages().rotten(id, key);
            held.share.data()[world.random.nextInt(held.share.data().length)] ^= (byte) (1 << world.random.nextInt(8));
        }
    }

    @Override
    void lose(ShareKey key) {
        changed();
        ledger.damages().gone(id, key);
        shares.remove(key);
    }
}
