package io.roundtable.simulation.storage;

import io.roundtable.disk.DiskFaultException;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.DiskRefusal;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.ShareKey;
import io.roundtable.simulation.Violation;
import io.roundtable.simulation.storage.Contents.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One disk with what lies on it; it outlives its process. */
abstract class SimulatedDisk {
    /** Small, so that there are several pages. */
    private static final int PAGE = 5;

    final StorageWorld world;
    final Ledger ledger;
    private long highestEver;
    private long slowUntilMicros;
    private long generation;
    private long listsLateUntilMicros;

    SimulatedDisk(StorageWorld world, Ledger ledger) {
        this.world = world;
        this.ledger = ledger;
    }

    // ---- what lies there

    abstract DiskId id();

    abstract long epoch();

    /** Shares, sealed or not, in order. */
    abstract List<DiskMessage.ShareLine> lines();

    /** A sealed share as it can be read, rotten or not; null if there is none. */
    abstract @Nullable Share sealed(ShareKey key);

    List<ShareKey> keys() {
        return lines().stream().map(DiskMessage.ShareLine::key).toList();
    }

    /** Another number as soon as anything has changed of what lies there. */
    long generation() {
        return generation;
    }

    final void changed() {
        generation++;
        world.change();
    }

    // ---- what is done to it

    /** Why an epoch is refused, or null: then it is remembered. */
    abstract @Nullable DiskRefusal admit(long asked);

    /**
     * Stores a share.
     *
     * @param done told once it is safe, with null, or why it will not be
     */
    abstract void store(
            Process process,
            DiskMessage.PutShare head,
            Share share,
            boolean isRebuild,
            Consumer<@Nullable DiskRefusal> done);

    /** @return why not, or null */
    abstract @Nullable DiskRefusal delete(long epoch, List<ShareKey> keys);

    abstract @Nullable DiskRefusal wipe(long epoch, int volumeId);

    /** What the disk does now and then by itself. */
    abstract void tidy();

    /** The disk looks at its medium; one that was lost before is opened anew if that is well again. */
    abstract void look();

    /** Why it is away, as it has found out; null if it is not. */
    abstract @Nullable String trouble();

    /** How often it was opened. */
    abstract int openings();

    // ---- faults

    void slowDown(long micros) {
        slowUntilMicros = world.nowMicros() + micros;
    }

    abstract void fill(long micros);

    /** For so long the disk tells late what it holds, or not at all. */
    void delayLists(long micros) {
        listsLateUntilMicros = world.nowMicros() + micros;
    }

    void heal() {
        slowUntilMicros = 0;
        listsLateUntilMicros = 0;
    }

    /** Somebody removes the folder under the running process; the next one finds an empty one, and begins another disk. */
    abstract void vanish();

    /**
     * The folder cannot be found for a while, or nothing in it can be read or written.
     *
     * @param isFound whether names still lead there
     */
    abstract void fail(long micros, boolean isFound);

    /** Whether the folder is there, and works. */
    abstract boolean isWell();

    /** Somebody makes a copy of the folder, or a snapshot of its machine. */
    abstract void copy();

    /** Whether there is such a copy. */
    abstract boolean hasCopy();

    /** The process is dead, and the next one finds the folder as it was when it was copied. */
    final void putBack() {
        Set<ShareKey> gone = sealedKeys();
        restoreCopy();
        highestEver = epoch();
        gone.removeAll(sealedKeys());
        changed();
        ledger.olderCopies().onPutBack(this, gone);
    }

    private Set<ShareKey> sealedKeys() {
        Set<ShareKey> sealed = new TreeSet<>();
        lines().stream().filter(DiskMessage.ShareLine::isSealed).forEach(line -> sealed.add(line.key()));
        return sealed;
    }

    abstract void restoreCopy();

    /** The process ended; what a next one finds is decided here. */
    abstract void onDeath(boolean power);

    /** Flips a bit of a sealed share. */
    abstract void rot(ShareKey key);

    /** The file system lost it. */
    abstract void lose(ShareKey key);

    // ---- work

    /** How long the next access takes. */
    long latencyMicros() {
        return world.nowMicros() < slowUntilMicros
                ? world.random.nextInt(20_000, 500_000)
                : world.random.nextInt(80, 1_500);
    }

    /** Why an order of this epoch is refused, or null. */
    @Nullable
    DiskRefusal refusal(long asked) {
        DiskRefusal refusal = admit(asked);
        if (refusal != null) {
            return refusal;
        }
        world.tally.checks++;
        if (asked < highestEver) {
            throw new Violation(
                    "epochs only rise", "disk " + id() + " obeys epoch " + asked + " and has seen " + highestEver);
        }
        highestEver = asked;
        return null;
    }

    DiskRefusal refuse(Fault fault, String reason) {
        return new DiskRefusal(fault, reason, epoch());
    }

    /** An order that needs no other disk. */
    void carryOut(DiskMessage order, Consumer<Object> reply) {
        if (order instanceof DiskMessage.ListShares list) {
            DiskRefusal refusal = refusal(list.epoch());
            tell(refusal == null ? list(list.after(), Math.min(list.limit(), PAGE)) : refusal, reply);
        } else if (order instanceof DiskMessage.DeleteShares delete) {
            answer(refusal(delete.epoch()), () -> delete(delete.epoch(), delete.keys()), reply);
        } else if (order instanceof DiskMessage.Wipe wipe) {
            answer(refusal(wipe.epoch()), () -> wipe(wipe.epoch(), wipe.volumeId()), reply);
        } else if (order instanceof DiskMessage.CheckShares check) {
            DiskRefusal refusal = refusal(check.epoch());
            reply.accept(refusal == null ? checked(check) : refusal);
        }
    }

    private void tell(Object list, Consumer<Object> reply) {
        if (world.nowMicros() >= listsLateUntilMicros) {
            reply.accept(list);
        } else if (world.random.nextBoolean()) {
            reply.accept(refuse(Fault.OUT_OF_SERVICE, "too many orders waiting"));
        } else {
            world.after(world.random.nextInt(100_000, 3_000_000), () -> reply.accept(list));
        }
    }

    private interface Work {
        @Nullable
        DiskRefusal done();
    }

    private static void answer(@Nullable DiskRefusal refusal, Work work, Consumer<Object> reply) {
        DiskRefusal fault = refusal == null ? work.done() : refusal;
        reply.accept(fault == null ? new Control.Done() : fault);
    }

    private DiskMessage.Shares list(Optional<ShareKey> after, int limit) {
        List<DiskMessage.ShareLine> behind = lines().stream()
                .filter(line -> after.isEmpty() || line.key().compareTo(after.get()) > 0)
                .toList();
        return new DiskMessage.Shares(behind.subList(0, Math.min(limit, behind.size())), behind.size() > limit);
    }

    /** Reads a share and checks it; fails if that says nothing of the share. */
    abstract boolean isBroken(ShareKey key) throws DiskFaultException;

    private DiskMessage checked(DiskMessage.CheckShares check) {
        try {
            return check(check);
        } catch (DiskFaultException e) {
            return refuse(e.fault(), String.valueOf(e.getMessage()));
        }
    }

    private DiskMessage.Checked check(DiskMessage.CheckShares check) throws DiskFaultException {
        List<ShareKey> bad = new ArrayList<>();
        for (ShareKey key : check.keys()) {
            if (isBroken(key) && !world.has(StorageBug.SCRUB_SEES_NOTHING)) {
                bad.add(key);
            }
        }
        return new DiskMessage.Checked(bad, 0);
    }
}
