package io.roundtable.simulation.storage;

import io.roundtable.disk.DiskFaultException;
import io.roundtable.disk.DiskOptions;
import io.roundtable.disk.DiskStore;
import io.roundtable.disk.MediumFile;
import io.roundtable.disk.Pace;
import io.roundtable.disk.ShareReader;
import io.roundtable.disk.ShareWriter;
import io.roundtable.disk.SimulatedCrash;
import io.roundtable.disk.SimulatedMedium;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.DiskRefusal;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.DiskMessage.PutShare;
import io.roundtable.protocol.ShareKey;
import io.roundtable.simulation.Violation;
import io.roundtable.simulation.storage.Contents.Share;
import io.roundtable.storage.ShareLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The real disk over a medium that tears writes, loses what was not forced, fills up, and stops at any operation. */
final class RealDisk extends SimulatedDisk {
    private static final long CAPACITY_BYTES = 2 << 20;
    private static final int PACK_BYTES = 64 << 10;
    private static final int PAGE = 1_000;

    private final StoragePeer peer;
    private final SimulatedMedium medium;
    private final SplittableRandom random;
    private DiskStore store;
    private long fillings;
    private long failings;
    private boolean isWell = true;
    /** The opening whose folder and lock were gone for a while: it is lost, though it may not have looked yet. */
    private @Nullable DiskStore deprived;

    private int openings = 1;
    private SimulatedMedium.@Nullable Copy copy;

    RealDisk(StorageWorld world, Ledger ledger, StoragePeer peer) {
        super(world, ledger);
        this.peer = peer;
        this.random = world.random.split();
        this.medium = new SimulatedMedium(random.nextLong(), CAPACITY_BYTES);
        this.store = open();
    }

    private DiskStore open() {
        try {
            return DiskStore.open(
                    medium,
                    DiskOptions.defaults().withPackBytes(PACK_BYTES),
                    () -> world.nowMicros() / 1_000,
                    random::nextLong);
        } catch (IOException e) {
            throw new Violation("a disk starts again whatever happened", peer + ": " + e);
        }
    }

    /** Something that the store does; it may find the process dead in the middle. */
    private interface Work {
        void run() throws DiskFaultException, IOException;
    }

    private @Nullable DiskRefusal attempt(Work work) {
        changed();
        DiskRefusal refusal = tried(work);
        // Not told by the exception alone: one that is thrown while another closes a file is hidden in that.
        if (medium.isDead()) {
            peer.dieInTheMiddle();
            return refuse(Fault.OUT_OF_SERVICE, "dead");
        }
        return refusal;
    }

    private @Nullable DiskRefusal tried(Work work) {
        try {
            work.run();
            return null;
        } catch (DiskFaultException e) {
            tell(e);
            return refuse(e.fault(), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            tell(e);
            return refuse(Fault.IO, e.toString());
        } catch (SimulatedCrash e) {
            return refuse(Fault.OUT_OF_SERVICE, "dead");
        }
    }

    private void tell(Exception fault) {
        if (world.isTold()) {
            world.say("disk of " + peer, fault.toString());
        }
    }

    // ---- what lies there

    @Override
    DiskId id() {
        return store.id();
    }

    @Override
    long epoch() {
        return store.highestEpoch();
    }

    @Override
    List<DiskMessage.ShareLine> lines() {
        if (store.lost().isPresent()) {
            return List.of();
        }
        try {
            return store.list(Optional.empty(), PAGE).shares();
        } catch (DiskFaultException e) {
            if (store.lost().isPresent()) {
                return List.of();
            }
            throw new Violation("a disk can tell what it holds", peer + ": " + e.getMessage());
        }
    }

    @Override
    @Nullable
    Share sealed(ShareKey key) {
        try {
            return ShareBytes.read(store, key);
        } catch (DiskFaultException | IOException e) {
            return null;
        }
    }

    // ---- what is done to it

    @Override
    @Nullable
    DiskRefusal admit(long asked) {
        return attempt(() -> store.admit(asked));
    }

    @Override
    void store(Process process, PutShare head, Share share, boolean isRebuild, Consumer<@Nullable DiskRefusal> done) {
        int meant = process.incarnation();
        Work[] seal = new Work[1];
        DiskRefusal refusal = attempt(() -> seal[0] = begin(head, share, isRebuild));
        if (refusal != null) {
            done.accept(refusal);
            return;
        }
        world.after(latencyMicros(), () -> process.run(meant, () -> done.accept(attempt(seal[0]))));
    }

    /** The first half: what is written is not safe yet. Small shares have two ways onto a disk. */
    private Work begin(PutShare head, Share share, boolean isRebuild) throws DiskFaultException, IOException {
        ByteBuffer body = ShareBytes.of(share);
        if (random.nextInt(3) > 0) {
            DiskStore.Put put = store.put(head, body, isRebuild);
            return () -> {
                store.commit();
                put.demand();
            };
        }
        DiskMessage.BeginShare begin =
                new DiskMessage.BeginShare(head.key(), head.epoch(), head.disks(), head.parity(), head.unitBytes());
        ShareWriter writer = store.begin(begin, isRebuild);
        boolean isBegun = false;
        try {
            if (share.crcs().length > 0) {
                writer.writeGroup(share.crcs().length, body.position(DiskStore.PUT_HEADROOM_BYTES));
            }
            isBegun = true;
        } finally {
            if (!isBegun) {
                writer.close();
            }
        }
        return () -> {
            try (writer) {
                writer.seal(head.epoch(), share.data().length);
            }
        };
    }

    @Override
    @Nullable
    DiskRefusal delete(long asked, List<ShareKey> keys) {
        DiskRefusal refusal = attempt(() -> store.delete(asked, keys));
        keys.forEach(key -> ledger.onShareGone(id(), key));
        return refusal;
    }

    @Override
    @Nullable
    DiskRefusal wipe(long asked, int volumeId) {
        List<ShareKey> before = keys();
        DiskRefusal refusal = attempt(() -> store.wipe(asked, volumeId));
        before.forEach(key -> ledger.onShareGone(id(), key));
        return refusal;
    }

    @Override
    void tidy() {
        attempt(() -> store.compact());
    }

    @Override
    boolean isBroken(ShareKey key) throws DiskFaultException {
        long[] bytes = {0};
        DiskRefusal refusal = attempt(() -> bytes[0] = store.check(key, Pace.UNLIMITED));
        if (refusal != null) {
            throw new DiskFaultException(refusal.fault(), refusal.reason());
        }
        return bytes[0] < 0;
    }

    @Override
    void look() {
        boolean wasLost = store.lost().isPresent();
        attempt(wasLost ? this::openAgain : store::probe);
    }

    @Override
    @Nullable
    String trouble() {
        return store.lost().orElse(null);
    }

    private void openAgain() throws IOException {
        store.close();
        store = DiskStore.open(
                medium, DiskOptions.defaults().withPackBytes(PACK_BYTES), () -> world.nowMicros() / 1_000, store.id());
        openings++;
    }

    @Override
    int openings() {
        return openings;
    }

    // ---- faults

    @Override
    void vanish() {
        changed();
        isWell = false;
        failings++;
        hide();
    }

    private void hide() {
        medium.hide(true);
        deprived = store;
    }

    @Override
    void fail(long micros, boolean isFound) {
        changed();
        isWell = false;
        if (isFound) {
            medium.failWhen(any -> true);
        } else {
            hide();
        }
        long failing = ++failings;
        world.after(micros, () -> {
            if (failing == failings) {
                recover();
            }
        });
    }

    private void recover() {
        changed();
        isWell = true;
        failings++;
        medium.failWhen(any -> false);
        medium.hide(false);
    }

    @Override
    boolean isWell() {
        return isWell && store != deprived;
    }

    @Override
    void fill(long micros) {
        medium.capacityBytes(medium.usedBytes() + random.nextInt(3_000));
        long filled = ++fillings;
        world.after(micros, () -> {
            if (filled == fillings) {
                medium.capacityBytes(CAPACITY_BYTES);
            }
        });
    }

    @Override
    void heal() {
        super.heal();
        medium.capacityBytes(CAPACITY_BYTES);
        if (!peer.hasLostFolder()) {
            recover();
        }
    }

    /** The process will die in the middle of one of the next operations of its disk. */
    void crashSoon() {
        medium.crashAt(medium.operations() + random.nextInt(12));
    }

    @Override
    void onDeath(boolean power) {
        changed();
        TreeSet<ShareKey> before = new TreeSet<>(ledger.filesSharesOf(id()));
        // A medium that is full at the start would look like a small one; and whoever starts a peer sees to its folder.
        medium.capacityBytes(CAPACITY_BYTES);
        recover();
        medium.restart(power);
        store = open();
        before.forEach(key -> ledger.onShareGone(id(), key));
    }

    @Override
    void copy() {
        copy = medium.copy();
    }

    @Override
    boolean hasCopy() {
        return copy != null;
    }

    @Override
    void restoreCopy() {
        if (copy != null) {
            medium.putBack(copy);
            store = open();
        }
    }

    @Override
    void rot(ShareKey key) {
        changed();
        ledger.damages().rotten(id(), key);
        try (ShareReader reader = store.read(key)) {
            ShareLayout layout = reader.layout();
            if (layout.groups() > 0) {
                long at = reader.position(0) + random.nextInt(layout.bytes(0));
                for (String path : medium.files("")) {
                    if (isSame(path, reader)) {
                        medium.flip(path, at, random.nextInt(8));
                        return;
                    }
                }
            }
        } catch (DiskFaultException | IOException e) {
            // It cannot be read any more: it is broken enough.
        }
    }

    /** Whether the share that is read lies in this file: contents are unique. */
    private boolean isSame(String path, ShareReader reader) throws IOException {
        int length = reader.layout().bytes(0);
        long at = reader.position(0);
        try (MediumFile file = medium.open(path)) {
            if (file.size() < at + length) {
                return false;
            }
            List<ByteBuffer> both = new ArrayList<>();
            for (MediumFile each : List.of(file, reader.file())) {
                ByteBuffer bytes = ByteBuffer.allocate(length);
                each.read(bytes, at);
                both.add(bytes.flip());
            }
            return both.get(0).equals(both.get(1));
        }
    }

    @Override
    void lose(ShareKey key) {
        rot(key);
    }
}
