package io.roundtable.role.disk;

import io.roundtable.disk.DiskCompanion;
import io.roundtable.disk.DiskStore;
import io.roundtable.event.EventKind;
import io.roundtable.event.EventLog;
import io.roundtable.event.Fact;
import io.roundtable.net.Connection;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.Reason;
import io.roundtable.role.RoleContext;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A disk's part of a peer, its own one's or a foreign one's that it presents: opens it, tells the manager of it, hands data connections over to the disk's
 * threads, and has the manager's orders carried out there. The loop never waits for the disk.
 */
final class DiskHost {
    /** What runs once the folder is open. */
    private record Running(DiskStore store, long start, DiskWork work, MediumWatch watch) {}

    private final EventLoop loop;
    private final HostedDisk disk;
    private final Supplier<DiskCompanion> companions;
    private final Ending ending;
    private final EventLog events;
    private final Announcer announcer;
    private DiskCompanion companion = new Companions(List.of());
    private @Nullable Running running;
    private @Nullable DiskOpener opener;
    private Announcer.@Nullable Away away;
    private boolean isFeigning;
    private boolean isStopped;

    /** Told when it is over with the disk, or begins. */
    interface Ending {
        /** @param reason why it could not be opened */
        void notOpened(String reason);

        /** It is open. */
        default void opened() {}

        /** A foreign one is lost, or another peer's: this host is to be stopped. */
        default void lost(String reason) {}
    }

    /** @param companions asked once, at the start */
    DiskHost(RoleContext context, HostedDisk disk, Supplier<DiskCompanion> companions, Ending ending) {
        this.loop = context.loop();
        this.disk = disk;
        this.companions = companions;
        this.ending = ending;
        this.events = context.events();
        this.announcer = new Announcer(context, disk, new Told());
    }

    // ---- start and end

    /** Begins to open the folder. */
    void start(Member host) {
        companion = companions.get();
        announcer.start(host);
        disk.place().ifPresent(place -> {
            opener = new DiskOpener(
                    loop,
                    place,
                    companion::prepare,
                    store -> opened(store, place),
                    reason -> events.report(
                            EventKind.DISK_PROBLEM, Fact.of("reason", "the disk is not back yet: " + reason)));
            opener.open(reason ->
                    ending.notOpened(disk.isForeign() ? reason : "the disk in " + place.folder() + ": " + reason));
        });
    }

    private void opened(DiskStore store, DiskPlace place) {
        if (isStopped) {
            close(store);
            return;
        }
        MediumWatch watch = new MediumWatch(loop, store);
        DiskWork work = place.work(loop, store);
        running = new Running(store, loop.entropy(), work, watch);
        away = null;
        work.outOfService(isFeigning);
        store.startReport()
                .problems()
                .forEach(problem -> events.report(EventKind.DISK_PROBLEM, Fact.of("reason", problem)));
        try {
            companion.onDisk(store, place.folder());
        } catch (IOException e) {
            ending.notOpened(Reason.of(e));
            return;
        }
        store.onLost(reason -> loop.post(() -> lost(store, reason)));
        watch.start();
        ending.opened();
        announcer.announce();
    }

    // ---- a medium that is lost, and found again

    /** The disk is away from now on. Its threads may hang in the medium: nobody waits for them but one more thread. */
    private void lost(DiskStore store, String reason) {
        Running lost = running;
        if (lost == null || lost.store != store) {
            return;
        }
        running = null;
        away = new Announcer.Away(store.id(), reason);
        events.report(EventKind.DISK_PROBLEM, Fact.of("reason", reason));
        lost.watch.stop();
        lost.work.outOfService(true);
        Runnable first = companion.onDiskGone();
        announcer.announce();
        loop.background("disk-close", () -> {
            first.run();
            close(lost);
            loop.post(() -> againIfWanted(store.id()));
        });
        if (disk.isForeign()) {
            ending.lost(reason);
        }
    }

    private void againIfWanted(DiskId lost) {
        if (opener != null && !disk.isForeign()) {
            opener.openAgain(lost);
        }
    }

    /** For good. */
    void stop() {
        isStopped = true;
        announcer.stop();
        Runnable first = companion.onDiskGone();
        companion.end();
        if (opener != null) {
            opener.stop();
            disk.place().ifPresent(DiskPlace::giveUp);
        }
        Running last = running;
        running = null;
        if (last != null) {
            last.watch.stop();
            // It waits for threads that are in the middle of something; the loop does not.
            loop.lastWork("disk-close", () -> {
                first.run();
                close(last);
            });
        }
    }

    private void close(Running last) {
        last.work.close();
        close(last.store);
    }

    private void close(DiskStore store) {
        try {
            store.close();
        } catch (IOException e) {
            events.report(EventKind.DISK_PROBLEM, Fact.of("reason", "close: " + Reason.of(e)));
        }
    }

    /** A peer that feigns failure hosts no disk either. */
    void feign(boolean feigns) {
        if (feigns != isFeigning) {
            isFeigning = feigns;
            if (running != null) {
                running.work.outOfService(feigns);
            }
            announcer.feign(feigns);
        }
    }

    /** Somebody manages now, or again; whoever it is does not know yet where this disk is. */
    void onManager(Optional<Member> now) {
        announcer.onManager(now);
    }

    /** What the manager is told. */
    private final class Told implements Announcer.Disk {
        @Override
        public Optional<Announcer.Here> here() {
            Running disk = running;
            return disk == null
                    ? Optional.empty()
                    : Optional.of(new Announcer.Here(disk.store.id(), disk.start, disk.store.statistics()));
        }

        @Override
        public Optional<Announcer.Away> away() {
            return Optional.ofNullable(away);
        }

        @Override
        public void learnEpoch(long epoch) {
            Running disk = running;
            if (disk != null && epoch > disk.store.highestEpoch()) {
                // Any order in its name does.
                disk.work.order(new DiskMessage.ListShares(disk.store.id(), epoch, Optional.empty(), 1), ignored -> {});
            }
        }

        @Override
        public void notWanted(String reason) {
            ending.lost(reason);
        }
    }

    // ---- what comes in

    /**
     * A data connection: it leaves the loop.
     *
     * @param then told the answer before that
     */
    void onData(Connection connection, DiskMessage.DataHello hello, Consumer<Message> then) {
        Running now = running;
        if (now == null || isFeigning || !now.store.id().equals(hello.disk())) {
            then.accept(refusal(
                    DiskMessage.Fault.OUT_OF_SERVICE,
                    away == null ? "this peer does not host that disk" : "the disk is away: " + away.reason()));
            return;
        }
        then.accept(new Control.Done());
        connection.detach(channel -> serve(now.work, channel));
    }

    private void serve(DiskWork work, SocketChannel channel) {
        if (work.serve(channel).isPresent()) {
            try {
                channel.close();
            } catch (IOException e) {
                events.report(EventKind.DISK_PROBLEM, Fact.of("reason", "close: " + Reason.of(e)));
            }
        }
    }

    /** @param then told the answer once, on the loop's thread */
    void onOrder(DiskMessage order, Consumer<Message> then) {
        Running now = running;
        if (now == null || isFeigning) {
            then.accept(refusal(DiskMessage.Fault.OUT_OF_SERVICE, "this peer hosts no disk"));
            return;
        }
        Consumer<Message> onLoop = message -> loop.post(() -> then.accept(message));
        try {
            boolean isForOther = !Optional.of(now.store.id()).equals(order.target());
            if (isForOther && !(order instanceof DiskMessage.RebuildShare)) {
                onLoop.accept(refusal(DiskMessage.Fault.BAD_REQUEST, "this peer does not host that disk"));
            } else {
                now.work.order(order, onLoop);
            }
        } catch (RuntimeException e) {
            // What an order does to one disk must not end its peer, and perhaps the manager.
            events.report(EventKind.DISK_PROBLEM, Fact.of("reason", "bug: an order failed: " + e));
            onLoop.accept(refusal(DiskMessage.Fault.IO, "the disk failed: " + e));
        }
    }

    private DiskMessage.DiskRefusal refusal(DiskMessage.Fault fault, String reason) {
        Running now = running;
        return new DiskMessage.DiskRefusal(fault, reason, now == null ? 0 : now.store.highestEpoch());
    }
}
