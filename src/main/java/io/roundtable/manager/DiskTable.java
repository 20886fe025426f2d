package io.roundtable.manager;

import io.roundtable.catalog.Catalog.DiskEntry;
import io.roundtable.catalog.Change;
import io.roundtable.catalog.Names;
import io.roundtable.catalog.Refusals;
import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.RefusalCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where the disks are: what they told of themselves since this manager began. */
final class DiskTable {
    /** @param isThere whether it was heard of lately */
    record Hosted(DiskMessage.DiskHello hello, long heardAtMs, boolean isThere) {}

    private final Context context;
    private final Proposals proposals;
    private final Consumer<DiskId> onArrival;
    private final Map<DiskId, Hosted> hosted = new TreeMap<>();
    private final Map<DiskId, List<Long>> registering = new TreeMap<>();
    private final Set<String> namesOnTheWay = new HashSet<>();
    private final Set<DiskId> reserved = new HashSet<>();
    /** Deregistered ones, and the peers that had them then: these are to be started again first. */
    private final Map<DiskId, Identity> retired = new HashMap<>();

    private final Map<DiskId, Long> awaySinceMs = new TreeMap<>();
    private final Map<DiskId, Long> cameAtMs = new TreeMap<>();
    /** Why disks are away whose peers are there, as those say. */
    private final Map<DiskId, String> troubles = new HashMap<>();

    /** Of foreign disks. */
    final ForeignClaims claims;

    /** @param onArrival told when a disk that the catalog knows has come, or come back */
    DiskTable(Context context, Proposals proposals, Consumer<DiskId> onArrival) {
        this.context = context;
        this.proposals = proposals;
        this.onArrival = onArrival;
        this.claims = new ForeignClaims(context);
        context.catalog.disks().forEach(disk -> awaySinceMs.put(disk.disk(), context.nowMs()));
    }

    // ---- news

    void onHello(long request, DiskMessage.DiskHello hello) {
        Hosted before = hosted.get(hello.disk());
        DiskEntry known = context.catalog.disk(hello.disk());
        if (known == null && hello.host().identity().equals(retired.get(hello.disk()))) {
            context.refuse(request, Refusals.DISK_DEREGISTERED);
            return;
        }
        if ((known != null && known.isForeign()) != (hello.term() > 0)) {
            context.refuse(request, known == null ? Refusals.DISK_DEREGISTERED : Refusals.BAD_DISK);
            return;
        }
        if (known == null) {
            String against = reasonAgainst(hello);
            if (against == null) {
                register(request, hello);
            } else {
                context.refuse(request, against);
            }
            return;
        }
        String reason = known.isForeign() ? claims.refusal(known, hello, this::isThere) : null;
        if (reason != null) {
            if (Refusals.refusal(reason).code() == RefusalCode.SAME_PROGRAM) {
                leave(hello.disk(), reason);
                trouble(hello.disk(), reason);
            }
            context.refuse(request, reason);
            return;
        }
        if (before != null && before.isThere && !before.hello.host().equals(hello.host())) {
            // Copied folders, for a disk has a lock: writing to both would tear it.
            context.refuse(
                    request,
                    "disk " + known.name() + " is hosted by " + before.hello.host()
                            + " already; give this peer a data folder of its own");
            return;
        }
        hosted.put(hello.disk(), new Hosted(hello, context.nowMs(), true));
        if (known.isForeign()) {
            claims.accepted(hello);
        }
        awaySinceMs.remove(hello.disk());
        troubles.remove(hello.disk());
        context.answer(request, new DiskMessage.Welcome(known.name(), context.epoch, known.volumeId()));
        if (before == null || !before.isThere) {
            context.report(
                    EventKind.DISK_ARRIVED,
                    Fact.of("disk", known.name()),
                    Fact.of("host", hello.host().identity()));
            cameAtMs.put(hello.disk(), context.nowMs());
            onArrival.accept(hello.disk());
        }
    }

    /**
     * Whether the disk went and came though nobody saw its connection end, or its machine was put back to an earlier state:
     * it is not the one any more that was given orders.
     */
    boolean isAnotherStart(DiskMessage.DiskHello hello) {
        Hosted before = hosted.get(hello.disk());
        if (before != null && before.hello.term() < hello.term()) {
            return before.isThere;
        }
        return before != null
                && before.isThere
                && before.hello.host().equals(hello.host())
                && (before.hello.start() != hello.start() || before.hello.highestEpoch() > hello.highestEpoch());
    }

    /**
     * Why a disk that the catalog does not know is not taken; null if it is. As a Free one it would be emptied, and it may
     * hold the only copy of what another catalog knows.
     */
    private @Nullable String reasonAgainst(DiskMessage.DiskHello hello) {
        String what = hello.shares() > 0 ? "holds shares (" + hello.shares() + ")" : "is not new";
        boolean isUsed = hello.shares() > 0 || hello.highestEpoch() > context.epoch;
        return isUsed
                ? "disk " + hello.disk() + " " + what + ", and this group does not know it: "
                        + Refusals.DISK_OF_ANOTHER_GROUP
                : null;
    }

    private void register(long request, DiskMessage.DiskHello hello) {
        List<Long> before = registering.get(hello.disk());
        if (before != null) {
            // It says so every second, and the log may take longer.
            before.add(request);
            return;
        }
        String name = nameFor(hello.wantedName());
        if (name == null) {
            context.refuse(
                    request, Refusals.BAD_DISK + ": " + hello.wantedName().orElse(""));
            return;
        }
        namesOnTheWay.add(name);
        List<Long> requests = new ArrayList<>(List.of(request));
        registering.put(hello.disk(), requests);
        proposals.propose(0, new Change.AddDisk(hello.disk(), name), result -> {
            namesOnTheWay.remove(name);
            registering.remove(hello.disk());
            if (context.catalog.disk(hello.disk()) != null) {
                requests.forEach(each -> onHello(each, hello));
            } else {
                requests.forEach(each -> context.answer(each, result, Refusals.refusal(Refusals.BAD_DISK)));
            }
        });
    }

    private @Nullable String nameFor(Optional<String> wanted) {
        if (wanted.isPresent()) {
            String name = wanted.get();
            return Names.isName(name) && isFree(name) ? name : null;
        }
        for (int number = 1; ; number++) {
            if (isFree("D" + number)) {
                return "D" + number;
            }
        }
    }

    private boolean isFree(String name) {
        return context.catalog.disk(name) == null && !namesOnTheWay.contains(name);
    }

    /** A disk has lost its medium, and its peer says so. */
    void onAway(long request, DiskMessage.DiskAway away) {
        Hosted before = hosted.get(away.disk());
        boolean isItsHost = before == null || before.hello.host().equals(away.host());
        if (isItsHost && context.catalog.disk(away.disk()) != null) {
            String reason =
                    away.reason().substring(0, Math.min(away.reason().length(), DiskMessage.DiskAway.REASON_CHARS_MAX));
            troubles.put(away.disk(), reason);
            if (before != null && before.isThere) {
                leave(before, reason);
            }
        }
        context.answer(request, new Control.Done());
    }

    /** The connection to a peer broke: its disks are away. */
    void onPeerGone(Identity peer) {
        retired.values().removeIf(peer::equals);
        for (Hosted each : List.copyOf(hosted.values())) {
            if (each.isThere && each.hello.host().identity().equals(peer)) {
                leave(each, "its peer is gone");
            }
        }
    }

    /** This disk came anew: until then it was away. */
    void onAnotherStart(DiskId disk) {
        leave(disk, "its peer is gone");
    }

    /** Another peer is to present this disk: until then it is away. */
    void onMove(DiskId disk) {
        claims.demandLaterTerm(disk);
        leave(disk, "another peer is to present it");
    }

    private void leave(DiskId disk, String reason) {
        Hosted before = hosted.get(disk);
        if (before != null && before.isThere) {
            leave(before, reason);
        }
    }

    void onTick() {
        for (Hosted each : List.copyOf(hosted.values())) {
            if (each.isThere && context.nowMs() - each.heardAtMs > context.options.diskSilentMs()) {
                leave(each, "silent");
            }
        }
    }

    private void leave(Hosted gone, String reason) {
        DiskId disk = gone.hello.disk();
        hosted.put(disk, new Hosted(gone.hello, gone.heardAtMs, false));
        awaySinceMs.put(disk, context.nowMs());
        context.report(EventKind.DISK_LEFT, Fact.of("disk", name(disk)), Fact.of("reason", reason));
    }

    /** The catalog does not know this disk any more. */
    void retire(DiskId disk) {
        Hosted last = hosted.remove(disk);
        awaySinceMs.remove(disk);
        troubles.remove(disk);
        claims.retire(disk);
        if (last != null && last.isThere) {
            retired.put(disk, last.hello.host().identity());
        }
    }

    // ---- questions

    boolean isThere(DiskId disk) {
        Hosted entry = hosted.get(disk);
        return entry != null && entry.isThere;
    }

    /** There as far as is known, but who slept has not heard of it for too long: its silence is yet to be judged. */
    boolean isOverdue(DiskId disk) {
        Hosted entry = hosted.get(disk);
        return entry != null && entry.isThere && context.nowMs() - entry.heardAtMs > context.options.diskSilentMs();
    }

    @Nullable
    Hosted get(DiskId disk) {
        return hosted.get(disk);
    }

    /** The peer that hosts a disk which is there. */
    @Nullable
    Member host(DiskId disk) {
        Hosted entry = hosted.get(disk);
        return entry != null && entry.isThere ? entry.hello.host() : null;
    }

    Optional<Address> address(DiskId disk) {
        return Optional.ofNullable(host(disk)).map(Member::address);
    }

    /** The peers that host disks of their own which are there, and how many foreign ones each presents. */
    Map<Member, Integer> hosts() {
        Map<Member, Integer> hosts = new HashMap<>();
        for (Hosted each : hosted.values()) {
            if (each.isThere && each.hello.term() == 0) {
                hosts.putIfAbsent(each.hello.host(), 0);
            }
        }
        for (Hosted each : hosted.values()) {
            if (each.isThere && each.hello.term() > 0) {
                hosts.computeIfPresent(each.hello.host(), (host, count) -> count + 1);
            }
        }
        return hosts;
    }

    /** Why a foreign disk cannot be presented. */
    void trouble(DiskId disk, String reason) {
        if (!isThere(disk)) {
            troubles.put(disk, reason.substring(0, Math.min(reason.length(), DiskMessage.DiskAway.REASON_CHARS_MAX)));
        }
    }

    /** Another disk that is there, at the same program as a foreign one; null if there is none. */
    @Nullable
    DiskEntry twin(DiskEntry disk) {
        return claims.twin(disk.disk(), this::isThere);
    }

    boolean isForeign(DiskId disk) {
        DiskEntry entry = context.catalog.disk(disk);
        return entry != null && entry.isForeign();
    }

    /** Why a disk is away whose peer is there. */
    Optional<String> trouble(DiskId disk) {
        return isThere(disk) ? Optional.empty() : Optional.ofNullable(troubles.get(disk));
    }

    /** For how long a disk has been away, 0 if it is there. */
    long awayMs(DiskId disk) {
        Long since = awaySinceMs.get(disk);
        return isThere(disk) || since == null ? 0 : context.nowMs() - since;
    }

    /** When the disk came or came back the last time in this epoch; {@link Long#MIN_VALUE} if it never did. */
    long cameAtMs(DiskId disk) {
        return cameAtMs.getOrDefault(disk, Long.MIN_VALUE);
    }

    String name(DiskId disk) {
        DiskEntry entry = context.catalog.disk(disk);
        return entry == null ? disk.toString() : entry.name();
    }

    /** A Free disk is about to get a place: nobody else is to have it. */
    void reserve(DiskId disk) {
        reserved.add(disk);
    }

    void release(DiskId disk) {
        reserved.remove(disk);
    }

    boolean isReserved(DiskId disk) {
        return reserved.contains(disk);
    }

    /** Free disks that are there and have no place in view, by identity. */
    List<DiskId> free() {
        List<DiskId> free = new ArrayList<>();
        for (DiskEntry each : context.catalog.disks()) {
            if (each.volumeId() == 0 && isThere(each.disk()) && !reserved.contains(each.disk())) {
                free.add(each.disk());
            }
        }
        return free;
    }
}
