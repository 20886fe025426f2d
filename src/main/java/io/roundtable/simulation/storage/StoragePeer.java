package io.roundtable.simulation.storage;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.DiskRefusal;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.LeaseMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo.Seat;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.simulation.storage.Contents.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A peer: the seat of a manager, and a disk. */
final class StoragePeer extends Process {
    private static final long HELLO_EVERY_MS = 400;
    private static final long PULL_MS = 700;

    /** A share on its way to a disk; which one is meant the connection's first frame has said. */
    record Put(DiskId disk, DiskMessage.PutShare head, Share share) {}

    /** A share that is asked for on a connection to a disk. */
    record Read(DiskId disk, DiskMessage.ReadShare head) {}

    final Member member;
    private final Ledger ledger;
    private final Leadership leadership;
    private SimulatedDisk disk;
    private int disksHad;
    private boolean hasLostFolder;
    private @Nullable ManagerChair chair;

    StoragePeer(StorageWorld world, Ledger ledger, Leadership leadership) {
        super(world, "peer" + world.processes.size());
        this.ledger = ledger;
        this.leadership = leadership;
        this.member = new Member(
                new Identity(1 + index, Identity.ID_MIN + index), new Address("p" + index, 1 + index), Dialect.NATIVE);
        this.disk = newDisk();
    }

    private SimulatedDisk newDisk() {
        SimulatedDisk made = world.scenario.hasRealDisks()
                ? new RealDisk(world, ledger, this)
                : new ModelDisk(world, ledger, new DiskId(++disksHad, index));
        ledger.add(made);
        return made;
    }

    SimulatedDisk disk() {
        return disk;
    }

    boolean isWanted() {
        return leadership.wants(this);
    }

    /** The machine stops while the disk is at work. */
    void dieInTheMiddle() {
        if (world.isTold()) {
            say("dies in the middle of an operation of its disk");
        }
        die(world.random.nextBoolean());
        world.after(world.random.nextInt(20_000, 800_000), () -> {
            if (!isUp()) {
                start();
            }
        });
    }

    /** The disk is broken for good; the next start has an empty one. */
    void loseDisk() {
        ledger.onDiskLost(disk);
        disk = newDisk();
    }

    /** Somebody removes the disk's folder while it runs; the next start begins another disk there. */
    void loseFolder() {
        ledger.onDiskLost(disk);
        hasLostFolder = true;
        disk.vanish();
    }

    boolean hasLostFolder() {
        return hasLostFolder;
    }

    boolean isManaging() {
        return isUp() && chair != null && chair.isManaging();
    }

    @Nullable
    ManagerChair chair() {
        return isUp() ? chair : null;
    }

    // ---- life

    @Override
    void onStart() {
        chair = new ManagerChair(this, ledger);
        chair.start();
        after(world.random.nextInt(1, 50), this::tick);
        after(world.random.nextInt(1, 50), this::hello);
    }

    @Override
    void onDeath(boolean power) {
        chair = null;
        if (hasLostFolder) {
            hasLostFolder = false;
            disk = newDisk();
        } else {
            disk.onDeath(power);
        }
        ledger.net().onDeath(this);
    }

    @Override
    void onLost(Process other, long lostAtMicros, boolean otherEnded) {
        if (chair != null) {
            chair.onLost(other, lostAtMicros);
        }
    }

    private void tick() {
        after(ManagerChair.TICK_MS, this::tick);
        if (chair != null) {
            chair.tick();
        }
    }

    private void hello() {
        after(HELLO_EVERY_MS, this::hello);
        disk.look();
        sayHello();
        disk.tidy();
    }

    /** Tells the manager of the disk. */
    void sayHello() {
        Optional<Member> manager = chair == null ? Optional.empty() : chair.known();
        String trouble = disk.trouble();
        if (trouble != null) {
            DiskMessage.DiskAway away = new DiskMessage.DiskAway(disk.id(), member, trouble);
            manager.map(ledger::peer)
                    .ifPresent(to -> ledger.net().ask(this, to, StorageNet.KEPT, away, 1_000, answer -> {}));
            return;
        }
        if (disk.isWell()) {
            ledger.onMediumWell(disk);
        }
        manager.map(ledger::peer).ifPresent(to -> {
            DiskMessage.DiskHello hello = new DiskMessage.DiskHello(
                    disk.id(),
                    member,
                    Optional.empty(),
                    // Another one whenever it was opened.
                    1_000L * incarnation() + disk.openings(),
                    1 << 20,
                    0,
                    disk.lines().size(),
                    disk.epoch());
            ledger.net().ask(this, to, StorageNet.KEPT, hello, 1_000, answer -> {});
        });
    }

    // ---- questions

    @Override
    void serve(Process from, Object question, Consumer<Object> reply) {
        ManagerChair seated = chair;
        if (seated == null) {
            return;
        }
        if (question instanceof LeaseMessage.Manages manages) {
            seated.onManages(manages);
        } else if (question instanceof VolumeMessage message) {
            seated.onRequest(message, reply);
        } else if (question instanceof DiskMessage.DiskHello hello) {
            seated.onHello(hello, reply);
        } else if (question instanceof DiskMessage.DiskAway away) {
            seated.onAway(away, reply);
        } else if (!disk.id().equals(diskOf(question))) {
            reply.accept(new DiskRefusal(Fault.BAD_REQUEST, "another disk is here", disk.epoch()));
        } else if (question instanceof Put put) {
            onPut(put, reply);
        } else if (question instanceof Read read) {
            later(() -> onRead(read.head(), reply));
        } else if (question instanceof DiskMessage.RebuildShare rebuild) {
            onRebuild(rebuild, reply);
        } else if (question instanceof DiskMessage order) {
            later(() -> disk.carryOut(order, reply));
        }
    }

    private static @Nullable DiskId diskOf(Object question) {
        if (question instanceof Put put) {
            return put.disk();
        } else if (question instanceof Read read) {
            return read.disk();
        } else if (question instanceof DiskMessage.ListShares list) {
            return list.disk();
        } else if (question instanceof DiskMessage.DeleteShares delete) {
            return delete.disk();
        } else if (question instanceof DiskMessage.Wipe wipe) {
            return wipe.disk();
        } else if (question instanceof DiskMessage.RebuildShare rebuild) {
            return rebuild.disk();
        } else if (question instanceof DiskMessage.CheckShares check) {
            return check.disk();
        }
        return null;
    }

    private void later(Runnable access) {
        int meant = incarnation();
        world.after(disk.latencyMicros(), () -> run(meant, access));
    }

    private void onPut(Put put, Consumer<Object> reply) {
        ShareKey key = put.head().key();
        DiskRefusal refusal = disk.refusal(put.head().epoch());
        if (refusal != null) {
            reply.accept(refusal);
        } else if (!put.share().isSound()) {
            reply.accept(disk.refuse(Fault.CORRUPT, "came damaged"));
        } else {
            disk.store(
                    this,
                    put.head(),
                    put.share(),
                    false,
                    fault -> reply.accept(
                            fault == null
                                    ? new DiskMessage.Sealed(key, put.share().data().length)
                                    : fault));
        }
    }

    private void onRead(DiskMessage.ReadShare read, Consumer<Object> reply) {
        Share share = disk.sealed(read.key());
        // What cannot be read says nothing of the share while the medium is lost.
        Fault fault = disk.trouble() == null ? Fault.NO_SUCH_SHARE : Fault.OUT_OF_SERVICE;
        reply.accept(share == null ? new DiskRefusal(fault, "no share " + read.key(), disk.epoch()) : share.copy());
    }

    // ---- a share computed from the others

    private void onRebuild(DiskMessage.RebuildShare order, Consumer<Object> reply) {
        DiskRefusal refusal = disk.refusal(order.epoch());
        if (refusal != null) {
            reply.accept(refusal);
            return;
        }
        int n = order.volume().disks().size();
        @Nullable Share[] found = new Share[n];
        List<Integer> broken = new ArrayList<>();
        int[] open = {1};
        Runnable one = () -> {
            if (--open[0] == 0) {
                compute(order, found, broken, reply);
            }
        };
        for (int position = 0; position < n; position++) {
            Seat seat = order.volume().disks().get(position);
            Process host = ledger.hostAt(seat);
            boolean isOwn = seat.disk().equals(order.disk());
            if (isOwn || host == null || order.file().missing().contains(position)) {
                continue;
            }
            open[0]++;
            int at = position;
            ShareKey key = new ShareKey(order.volume().id(), order.file().fileId(), position);
            Read read = new Read(seat.disk(), new DiskMessage.ReadShare(key, 0, 1));
            ledger.net().ask(this, host, StorageNet.DATA, read, PULL_MS, answer -> {
                Share share = as(Share.class, answer);
                boolean isChecked = !world.has(StorageBug.REBUILD_WITHOUT_CRC);
                if (share != null && (share.isSound() || !isChecked)) {
                    found[at] = share;
                } else if (share != null || isGone(answer)) {
                    broken.add(at);
                }
                one.run();
            });
        }
        one.run();
    }

    private static boolean isGone(@Nullable Object answer) {
        return answer instanceof DiskRefusal refusal && refusal.fault() == Fault.NO_SUCH_SHARE;
    }

    private void compute(
            DiskMessage.RebuildShare order, @Nullable Share[] found, List<Integer> broken, Consumer<Object> reply) {
        int k = ledger.contents().layout.dataDisks();
        // Whoever had the place before holds the very share.
        Share held = found[order.position()];
        int have = held == null ? 0 : k;
        for (int i = 0; i < found.length; i++) {
            // As many as are needed, the first ones.
            found[i] = have < k ? found[i] : null;
            have += found[i] == null ? 0 : 1;
        }
        DiskRefusal stale = disk.refusal(order.epoch());
        if (stale != null || have < k) {
            reply.accept(stale != null ? stale : disk.refuse(Fault.CORRUPT, "only " + have + " sources"));
            return;
        }
        ShareKey key = new ShareKey(order.volume().id(), order.file().fileId(), order.position());
        Share share =
                held != null ? held : ledger.contents().rebuild(order.file().sizeBytes(), found, order.position());
        DiskMessage.PutShare head = new DiskMessage.PutShare(
                key,
                order.epoch(),
                order.volume().disks().size(),
                order.volume().parity(),
                order.volume().unitBytes(),
                share.data().length);
        disk.store(this, head, share, true, fault -> {
            world.tally.repairs += fault == null ? 1 : 0;
            reply.accept(fault == null ? new DiskMessage.Rebuilt(key, share.data().length, broken) : fault);
        });
    }
}
