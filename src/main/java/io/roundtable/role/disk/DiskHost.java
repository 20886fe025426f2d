package io.roundtable.role.disk;

import io.roundtable.catalog.Refusals;
import io.roundtable.disk.DataServerOptions;
import io.roundtable.disk.DiskOrders;
import io.roundtable.disk.DiskServer;
import io.roundtable.disk.DiskStatistics;
import io.roundtable.disk.DiskStore;
import io.roundtable.event.EventKind;
import io.roundtable.event.EventLog;
import io.roundtable.event.Fact;
import io.roundtable.net.Connection;
import io.roundtable.net.EventLoop;
import io.roundtable.net.TimerHandle;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.Reason;
import io.roundtable.role.Peers;
import io.roundtable.role.dss.DssDisk;
import io.roundtable.role.manager.ManagerRole;
import io.roundtable.wire.FrameKind;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A disk's part of a peer, its own one's or a foreign one's that it presents: opens it, tells the manager of it, hands data connections over to the disk's
 * threads, and has the manager's orders carried out there. The loop never waits for the disk.
 */
public final class DiskHost {
    private static final int HELLO_EVERY_MS = 1_000;
    private static final int HELLO_ANSWER_MS = 1_000;
    private static final int HELLO_RETRY_MS = 50;
    /** How fast a disk reads what it checks: users' reads go first. */
    private static final long CHECK_BYTES_PER_SECOND = 200L << 20;

    /** What runs once the folder is open. */
    private record Running(
            DiskStore store, long start, DiskServer server, DiskOrders orders, Rebuilds rebuilds, MediumWatch watch) {}

    /** A disk that has lost its medium. */
    private record Away(DiskId disk, String reason) {}

    private final EventLoop loop;
    private final Seat seat;
    private final Peers peers;
    private final ManagerRole manager;
    private final DssDisk dss;
    private final Ending ending;
    private final EventLog events;
    private @Nullable Running running;
    private @Nullable DiskOpener opener;
    private @Nullable Away away;
    private @Nullable Member self;
    private Optional<Member> managing = Optional.empty();
    private @Nullable TimerHandle helloTimer;
    private String name = "";
    private boolean isFeigning;
    private String refused = "";
    private boolean isDeregistered;
    private boolean isStopped;

    /**
     * Which disk it is.
     *
     * @param place empty for none
     * @param wantedName the name that it asks for
     * @param term in which a foreign one is presented; 0 for the peer's own
     */
    public record Seat(Optional<DiskPlace> place, Optional<String> wantedName, long term) {
        boolean isForeign() {
            return term > 0;
        }
    }

    /** Told when it is over with the disk, or begins. */
    public interface Ending {
        /** @param reason why it could not be opened */
        void notOpened(String reason);

        /** It is open. */
        default void opened() {}

        /** A foreign one is lost, or another peer's: this host is to be stopped. */
        default void lost(String reason) {}
    }

    public DiskHost(
            EventLoop loop, Seat seat, Peers peers, ManagerRole manager, DssDisk dss, Ending ending, EventLog events) {
        this.loop = loop;
        this.seat = seat;
        this.peers = peers;
        this.manager = manager;
        this.dss = dss;
        this.ending = ending;
        this.events = events;
    }

    // ---- start and end

    /** The disk that is open here. */
    public Optional<DiskId> disk() {
        return Optional.ofNullable(running).map(each -> each.store.id());
    }

    /** Begins to open the folder. */
    public void start(Member host) {
        self = host;
        seat.place.ifPresent(place -> {
            opener = new DiskOpener(
                    loop,
                    place,
                    dss::prepare,
                    store -> opened(store, place.folder()),
                    reason -> events.report(
                            EventKind.DISK_PROBLEM, Fact.of("reason", "the disk is not back yet: " + reason)));
            opener.open(reason ->
                    ending.notOpened(seat.isForeign() ? reason : "the disk in " + place.folder() + ": " + reason));
        });
    }

    private void opened(DiskStore store, Path folder) {
        if (isStopped) {
            close(store);
            return;
        }
        DiskServer server = new DiskServer(store, DataServerOptions.defaults());
        MediumWatch watch = new MediumWatch(loop, store);
        DiskOrders orders = new DiskOrders(store, CHECK_BYTES_PER_SECOND);
        running = new Running(store, loop.entropy(), server, orders, new Rebuilds(loop, store), watch);
        away = null;
        server.outOfService(isFeigning);
        store.startReport()
                .problems()
                .forEach(problem -> events.report(EventKind.DISK_PROBLEM, Fact.of("reason", problem)));
        try {
            dss.onDisk(store, folder);
        } catch (IOException e) {
            ending.notOpened("the port for blocks (--dss-block-port): " + Reason.of(e));
            return;
        }
        store.onLost(reason -> loop.post(() -> lost(store, reason)));
        watch.start();
        ending.opened();
        hello();
    }

    // ---- a medium that is lost, and found again

    /** The disk is away from now on. Its threads may hang in the medium: nobody waits for them but one more thread. */
    private void lost(DiskStore store, String reason) {
        Running lost = running;
        if (lost == null || lost.store != store) {
            return;
        }
        running = null;
        away = new Away(store.id(), reason);
        events.report(EventKind.DISK_PROBLEM, Fact.of("reason", reason));
        lost.watch.stop();
        lost.server.outOfService(true);
        Runnable first = dss.onDiskGone();
        hello();
        loop.background("disk-close", () -> {
            first.run();
            close(lost);
            loop.post(() -> againIfWanted(store.id()));
        });
        if (seat.isForeign()) {
            ending.lost(reason);
        }
    }

    private void againIfWanted(DiskId disk) {
        if (opener != null && !seat.isForeign()) {
            opener.openAgain(disk);
        }
    }

    /** @param first what to wait for before the disk is closed */
    public void stop(Runnable first) {
        isStopped = true;
        if (opener != null) {
            opener.stop();
            seat.place.ifPresent(DiskPlace::giveUp);
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
        last.rebuilds.close();
        last.orders.close();
        last.server.close();
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
    public void feign(boolean feigns) {
        if (feigns != isFeigning) {
            isFeigning = feigns;
            if (running != null) {
                running.server.outOfService(feigns);
            }
            if (!feigns) {
                hello();
            }
        }
    }

    // ---- telling the manager

    /** Somebody manages now, or again; whoever it is does not know yet where this disk is. */
    public void onManager(Optional<Member> now) {
        managing = now;
        hello();
    }

    private void hello() {
        schedule(HELLO_EVERY_MS);
        Running disk = running;
        Member host = self;
        if (host == null || isStopped || isDeregistered || isFeigning || managing.isEmpty()) {
            return;
        }
        if (disk == null) {
            away(host).ifPresent(message -> say(message, host, managing.get()));
            return;
        }
        DiskStatistics now = disk.store.statistics();
        DiskMessage.DiskHello hello = new DiskMessage.DiskHello(
                disk.store.id(),
                host,
                seat.wantedName,
                disk.start,
                now.room(),
                now.shares(),
                now.highestEpoch(),
                seat.term,
                seat.place.map(DiskPlace::program).orElse(0L));
        if (managing.get().identity().equals(host.identity())) {
            manager.onHello(hello, this::onAnswer);
        } else {
            peers.request(managing.get(), hello, HELLO_ANSWER_MS, this::onAnswer);
        }
    }

    /** That the peer is there and its disk is not, and why. */
    private Optional<DiskMessage.DiskAway> away(Member host) {
        if (away == null) {
            return seat.place.flatMap(place -> place.reading(host));
        }
        String reason = away.reason.substring(0, Math.min(away.reason.length(), DiskMessage.DiskAway.REASON_CHARS_MAX));
        return Optional.of(new DiskMessage.DiskAway(away.disk, host, reason));
    }

    private void say(DiskMessage.DiskAway message, Member host, Member manages) {
        if (manages.identity().equals(host.identity())) {
            manager.onAway(message, this::onAwayAnswer);
        } else {
            peers.request(manages, message, HELLO_ANSWER_MS, this::onAwayAnswer);
        }
    }

    private void onAwayAnswer(@Nullable Message answer) {
        if (answer instanceof Message.Refusal refusal) {
            onRefused(refusal.reason());
        } else if (!(answer instanceof Control.Done)) {
            schedule(HELLO_RETRY_MS);
        }
    }

    private void schedule(long delayMs) {
        if (helloTimer != null) {
            helloTimer.cancel();
        }
        if (!isStopped && seat.place.isPresent()) {
            helloTimer = loop.schedule(delayMs, this::hello);
        }
    }

    private void onAnswer(@Nullable Message answer) {
        if (answer instanceof DiskMessage.Welcome welcome) {
            if (!welcome.name().equals(name)) {
                name = welcome.name();
                events.report(EventKind.DISK_NAMED, Fact.of("disk", name));
            }
            learnEpoch(welcome.epoch());
        } else if (answer instanceof Message.Refusal refusal) {
            onRefused(refusal.reason());
        } else {
            // It does not manage yet, or does not any more.
            schedule(HELLO_RETRY_MS);
        }
    }

    private void onRefused(String reason) {
        if (!reason.equals(refused)) {
            refused = reason;
            events.report(EventKind.DISK_PROBLEM, Fact.of("reason", reason));
        }
        isDeregistered |= reason.equals(Refusals.DISK_DEREGISTERED);
        boolean isAnothers = reason.equals(Refusals.PRESENTED_ELSEWHERE) || reason.startsWith(Refusals.SAME_PROGRAM);
        if (seat.isForeign() && (isDeregistered || isAnothers)) {
            ending.lost(reason);
        }
    }

    /** From now on a former manager's orders are refused, whether or not the new one has given any. */
    private void learnEpoch(long epoch) {
        Running disk = running;
        if (disk != null && epoch > disk.store.highestEpoch()) {
            // Any order in its name does.
            disk.orders.execute(new DiskMessage.ListShares(disk.store.id(), epoch, Optional.empty(), 1), ignored -> {});
        }
    }

    // ---- what comes in

    /** A data connection: it leaves the loop. */
    public void onData(Connection connection, long requestId, DiskMessage.DataHello hello) {
        Running disk = running;
        if (disk == null || isFeigning || !disk.store.id().equals(hello.disk())) {
            answer(
                    connection,
                    requestId,
                    refusal(
                            DiskMessage.Fault.OUT_OF_SERVICE,
                            away == null ? "this peer does not host that disk" : "the disk is away: " + away.reason));
            return;
        }
        answer(connection, requestId, new Control.Done());
        connection.detach(channel -> serve(disk.server, channel));
    }

    private void serve(DiskServer server, SocketChannel channel) {
        if (server.serve(channel).isPresent()) {
            try {
                channel.close();
            } catch (IOException e) {
                events.report(EventKind.DISK_PROBLEM, Fact.of("reason", "close: " + Reason.of(e)));
            }
        }
    }

    private void answer(Connection connection, long requestId, Message message) {
        connection.send(loop.nativeCodec().encode(FrameKind.ANSWER, requestId, message));
    }

    /** @param then told the answer, on the loop's thread */
    public void onOrder(DiskMessage order, Consumer<Message> then) {
        Running disk = running;
        if (disk == null || isFeigning) {
            then.accept(refusal(DiskMessage.Fault.OUT_OF_SERVICE, "this peer hosts no disk"));
            return;
        }
        Consumer<Message> onLoop = message -> loop.post(() -> then.accept(message));
        if (order instanceof DiskMessage.RebuildShare rebuild) {
            disk.rebuilds.rebuild(rebuild, onLoop);
        } else if (!Optional.of(disk.store.id()).equals(order.target())) {
            then.accept(refusal(DiskMessage.Fault.BAD_REQUEST, "this peer does not host that disk"));
        } else {
            disk.orders.execute(order, onLoop);
        }
    }

    private DiskMessage.DiskRefusal refusal(DiskMessage.Fault fault, String reason) {
        Running disk = running;
        return new DiskMessage.DiskRefusal(fault, reason, disk == null ? 0 : disk.store.highestEpoch());
    }
}
