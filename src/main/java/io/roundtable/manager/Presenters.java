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
    /** Each order that was not answered in time doubles it, so often. */
    private static final int LATE_MAX = 5;
    /** Those that present disks say so within a second of a takeover. */
    private static final long SETTLE_MS = 2_000;
    /** A peer that presents a disk says so at once. */
    private static final long HELLO_MS = 2_000;

    private static final long AGAIN_FIRST_MS = 200;
    private static final long AGAIN_MAX_MS = 10_000;
    /** For so long whoever wants Free disks waits for one that has just been registered. */
    private static final long COMING_MS = 2_000;

    private final Context context;
    private final Proposals proposals;
    private final DiskTable disks;
    private final Orders orders;
    private final Map<DiskId, Wanted> wanted = new HashMap<>();
    private final Map<DiskId, Long> registeredMs = new HashMap<>();
    private long lastTerm;

    /** A foreign disk that is away. */
    private static final class Wanted {
        private long nextMs;
        private int tries;
        /** Orders that were not answered in time. */
        private int late;
        /** Who was asked. */
        private @Nullable Member underWay;

        private Wanted(long nextMs) {
            this.nextMs = nextMs;
        }
    }

    Presenters(Context context, Proposals proposals, DiskTable disks, Orders orders) {
        this.context = context;
        this.proposals = proposals;
        this.disks = disks;
        this.orders = orders;
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
        if (disks.isThere(disk.disk())) {
            wanted.remove(disk.disk());
            return;
        }
        boolean isSettling = context.nowMs() - context.leasedAtMs < SETTLE_MS && !registeredMs.containsKey(disk.disk());
        Wanted open = wanted.computeIfAbsent(disk.disk(), any -> new Wanted(context.nowMs()));
        List<Member> peers =
                open.underWay != null || isSettling || context.nowMs() < open.nextMs ? List.of() : peers(disk);
        if (!peers.isEmpty()) {
            order(disk, open, peers.get(open.tries % peers.size()));
        }
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
            if (disk.volumeId() != 0 && each.volumeId() == disk.volumeId() && isAtPeer) {
                return true;
            }
        }
        return false;
    }

    private void order(DiskEntry disk, Wanted open, Member peer) {
        open.underWay = peer;
        DiskMessage.PresentDisk order = new DiskMessage.PresentDisk(
                disk.disk(),
                context.epoch,
                ++lastTerm,
                disk.name(),
                disk.foreign().orElseThrow());
        long sinceMs = context.nowMs();
        long limitMs = ORDER_MS << open.late;
        orders.send(peer, order, limitMs, answer -> {
            if (answer == null && context.nowMs() - sinceMs >= limitMs) {
                // A full disk far away takes its time to be read: the next one has more.
                open.late = Math.min(LATE_MAX, open.late + 1);
                disks.trouble(disk.disk(), "it is still being read after " + limitMs / 1_000 + " s");
            }
            open.underWay = null;
            open.tries++;
            open.nextMs = context.nowMs() + pauseMs(open, answer);
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
