package io.roundtable.manager;

import io.roundtable.catalog.Catalog.DiskEntry;
import io.roundtable.catalog.Change;
import io.roundtable.catalog.Names;
import io.roundtable.catalog.Outcome;
import io.roundtable.catalog.Refusals;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeMessage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that every foreign disk has a peer that presents it: one that hosts a disk of its own. Who presents what is not
 * in the catalog; after a takeover those that do say so by themselves before anybody is asked.
 *
 * <p>Each order carries a term, higher than all before it in this epoch or an earlier one: at the disk the highest counts.
 */
final class Presenters {
    /** Of one group. */
    static final int FOREIGN_MAX = 256;

    private static final long ORDER_MS = 15_000;
    /** A peer that is still reading a disk says so every second. */
    private static final long READING_MS = 3_000;
    /** Those that present disks say so within a second of a takeover. */
    private static final long SETTLE_MS = 2_000;
    /** A peer that presents a disk says so at once. */
    private static final long HELLO_MS = 2_000;

    private static final long AGAIN_FIRST_MS = 200;
    private static final long AGAIN_MAX_MS = 10_000;
    /** Until it is looked again whether a program is still another disk's. Each time leaves a little at the program. */
    private static final long SAME_PROGRAM_MS = 60_000;
    /** For so long whoever wants Free disks waits for one that has just been registered. */
    private static final long COMING_MS = 2_000;

    private final Context context;
    private final Proposals proposals;
    private final DiskTable disks;
    private final Orders orders;
    private final Relocations relocations;
    private final Map<DiskId, Wanted> wanted = new HashMap<>();
    private final Map<DiskId, Long> registeredMs = new HashMap<>();
    private long lastTerm;

    /** A foreign disk that is away. */
    private static final class Wanted {
        private long nextMs;
        private int tries;
        /** Who was asked. */
        private @Nullable Member underWay;
        /** The latest in which it is to be presented. */
        private long term;

        private long orderedMs = Long.MIN_VALUE / 2;
        /** When a peer last said that it is reading it. */
        private long readingMs = Long.MIN_VALUE / 2;

        private Wanted(long nextMs) {
            this.nextMs = nextMs;
        }
    }

    Presenters(Context context, Proposals proposals, DiskTable disks, Orders orders, Relocations relocations) {
        this.context = context;
        this.proposals = proposals;
        this.disks = disks;
        this.orders = orders;
        this.relocations = relocations;
        this.lastTerm = context.epoch << Integer.SIZE;
    }

    // ---- registration

    void onRegister(long request, VolumeMessage.RegisterDisk register) {
        DiskEntry known = context.catalog.disk(register.name());
        if (known != null && known.foreign().equals(Optional.of(register.address()))) {
            // It was started again, or did not hear the answer.
            wanted.remove(known.disk());
            context.answer(request, new Control.Done());
            return;
        }
        String reason = context.catalog.isRemembered(register.requestId()) ? null : reasonAgainst(register);
        if (reason != null) {
            context.refuse(request, reason);
            return;
        }
        // Its names at the program: no two of this group are one, and by chance none of two groups.
        DiskId disk = new DiskId(context.random.nextLong() ^ register.requestId(), ++lastTerm);
        Change change = new Change.AddForeignDisk(disk, register.name(), register.address());
        proposals.propose(register.requestId(), change, result -> {
            if (result instanceof Outcome.Done && context.catalog.disk(disk) != null) {
                registeredMs.put(disk, context.nowMs());
            }
            context.answer(request, result, new Control.Done());
        });
    }

    private @Nullable String reasonAgainst(VolumeMessage.RegisterDisk register) {
        if (!Names.isName(register.name()) || context.catalog.disk(register.name()) != null) {
            return Refusals.BAD_DISK;
        }
        Address address = register.address();
        for (DiskEntry each : context.catalog.disks()) {
            if (each.foreign().isPresent() && each.foreign().get().equals(address)) {
                return Refusals.BAD_DISK;
            }
        }
        long count =
                context.catalog.disks().stream().filter(DiskEntry::isForeign).count();
        return count >= FOREIGN_MAX ? "there are " + FOREIGN_MAX + " foreign disks already" : null;
    }

    /** Whether a foreign disk was registered a moment ago and is not there yet. */
    boolean isAnyComing() {
        registeredMs
                .entrySet()
                .removeIf(each -> disks.isThere(each.getKey()) || context.nowMs() - each.getValue() > COMING_MS);
        return !registeredMs.isEmpty();
    }

    // ---- presenting

    void run() {
        for (DiskEntry each : context.catalog.disks()) {
            if (each.isForeign()) {
                look(each);
            }
        }
    }

    private void look(DiskEntry disk) {
        Member host = disks.host(disk.disk());
        if (host != null) {
            wanted.remove(disk.disk());
            if (hasAnother(disk, host)
                    && peers(disk).stream().anyMatch(peer -> !hasAnother(disk, peer))
                    && relocations.mayMove(disk)) {
                disks.onMove(disk.disk());
            }
            return;
        }
        boolean isSettling = context.nowMs() - context.leasedAtMs < SETTLE_MS && !registeredMs.containsKey(disk.disk());
        Wanted open = wanted(disk.disk());
        boolean isReading = context.nowMs() - open.readingMs < READING_MS;
        boolean isKnownTwin = disks.twin(disk) != null && context.nowMs() - open.orderedMs < SAME_PROGRAM_MS;
        boolean mustWait =
                open.underWay != null || isReading || isKnownTwin || isSettling || context.nowMs() < open.nextMs;
        List<Member> peers = mustWait ? List.of() : peers(disk);
        if (!peers.isEmpty()) {
            order(disk, open, peers.get(open.tries % peers.size()));
        }
    }

    private Wanted wanted(DiskId disk) {
        return wanted.computeIfAbsent(disk, any -> new Wanted(context.nowMs()));
    }

    /** A peer is at it, and nobody else is to begin anew: a disk that is full or far away takes its time to be read. */
    void onReading(long request, DiskMessage.DiskAway reading) {
        DiskEntry disk = context.catalog.disk(reading.disk());
        if (disk == null || !disk.isForeign()) {
            context.refuse(request, Refusals.DISK_DEREGISTERED);
            return;
        }
        boolean isOvertaken = !disks.isThere(disk.disk()) && reading.term() < wanted(disk.disk()).term;
        if (isOvertaken || disks.claims.isBygone(disk.disk(), reading.term())) {
            context.refuse(request, Refusals.PRESENTED_ELSEWHERE);
            return;
        }
        if (!disks.isThere(disk.disk())) {
            Wanted open = wanted(disk.disk());
            open.term = reading.term();
            open.readingMs = context.nowMs();
            disks.trouble(disk.disk(), reading.reason());
        }
        context.answer(request, new Control.Done());
    }

    /** Those that host a disk: first those without another of its volume, among them the one that presents fewest. */
    private List<Member> peers(DiskEntry disk) {
        Map<Member, Integer> load = disks.hosts();
        for (Wanted each : wanted.values()) {
            if (each.underWay != null) {
                load.computeIfPresent(each.underWay, (peer, count) -> count + 1);
            }
        }
        List<Member> peers = new ArrayList<>(load.keySet());
        peers.sort(Comparator.comparing((Member peer) -> hasAnother(disk, peer))
                .thenComparing(load::get)
                .thenComparing(Member::identity));
        return peers;
    }

    /** Its end would take two disks of one volume away. */
    private boolean hasAnother(DiskEntry disk, Member peer) {
        for (DiskEntry each : context.catalog.disks()) {
            Wanted open = wanted.get(each.disk());
            boolean isAtPeer = peer.equals(disks.host(each.disk())) || (open != null && peer.equals(open.underWay));
            boolean isOfSame = disk.volumeId() != 0
                    && each.volumeId() == disk.volumeId()
                    && !each.disk().equals(disk.disk());
            if (isOfSame && isAtPeer) {
                return true;
            }
        }
        return false;
    }

    private void order(DiskEntry disk, Wanted open, Member peer) {
        open.underWay = peer;
        open.term = ++lastTerm;
        open.orderedMs = context.nowMs();
        DiskMessage.PresentDisk order = new DiskMessage.PresentDisk(
                disk.disk(),
                context.epoch,
                open.term,
                disk.name(),
                disk.foreign().orElseThrow());
        orders.send(peer, order, ORDER_MS, answer -> {
            open.underWay = null;
            open.tries++;
            open.nextMs = context.nowMs() + pauseMs(open, answer);
            if (answer != null) {
                open.readingMs = Long.MIN_VALUE / 2;
            }
            if (answer instanceof DiskMessage.DiskRefusal refusal) {
                disks.trouble(disk.disk(), refusal.reason());
            }
        });
    }

    private static long pauseMs(Wanted open, @Nullable Message answer) {
        if (answer instanceof Control.Done) {
            return HELLO_MS;
        }
        return Math.min(AGAIN_MAX_MS, AGAIN_FIRST_MS << Math.min(10, open.tries - 1));
    }
}
