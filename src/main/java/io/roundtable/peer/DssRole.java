package io.roundtable.peer;

import io.roundtable.disk.DiskStore;
import io.roundtable.dss.BlockDesk;
import io.roundtable.dss.BlockHost;
import io.roundtable.dss.DssGroup;
import io.roundtable.dss.DssOptions;
import io.roundtable.dss.DssPort;
import io.roundtable.dss.ManagerDesk;
import io.roundtable.event.EventKind;
import io.roundtable.event.EventLog;
import io.roundtable.event.Fact;
import io.roundtable.net.SelectorLoop;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.Reason;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The DSS dialect's part of a peer (docs/PROTOCOL.md, DSS): its port for users' commands, its disk's port for blocks, and
 * the desk that serves both while this peer manages. All methods but {@link #prepare} are for the loop's
 * thread.
 */
final class DssRole implements DssGroup, BlockHost {
    private final SelectorLoop loop;
    private final StorageOptions options;
    private final InetAddress listen;
    private final Links links;
    private final ManagerSeat manager;
    private final Function<Address, Optional<Member>> memberAt;
    private final EventLog events;
    private final ManagerDesk desk;
    private final DssOptions times;
    private final SplittableRandom random;
    private @Nullable Member self;
    private @Nullable DssPort port;
    private @Nullable BlockDesk blocks;
    private @Nullable DiskStore store;
    private @Nullable Path folder;
    /** Made when it is needed first: most peers never stand in. */
    private @Nullable BlockDesk standIn;

    private @Nullable StandInBlocks standInBlocks;
    private boolean isFeigning;

    DssRole(
            SelectorLoop loop,
            StorageOptions options,
            InetAddress listen,
            SplittableRandom random,
            Links links,
            ManagerSeat manager,
            Function<Address, Optional<Member>> memberAt,
            EventLog events) {
        this.loop = loop;
        this.options = options;
        this.listen = listen;
        this.links = links;
        this.manager = manager;
        this.memberAt = memberAt;
        this.events = events;
        // Every peer has one: it may have to manage.
        this.times = DssOptions.DEFAULT.withOpen(options.dssOpen());
        this.random = random.split();
        this.desk = new ManagerDesk(loop, this, times, random);
    }

    /** @throws IOException if the port cannot be had */
    void start(Member member) throws IOException {
        self = member;
        desk.start();
        if (options.dssPort().isPresent()) {
            InetSocketAddress at =
                    new InetSocketAddress(listen, options.dssPort().getAsInt());
            DssPort opened;
            try {
                opened = DssPort.open(loop, at, this, desk, times, random);
            } catch (BindException e) {
                throw new IOException(
                        "the port for DSS commands, UDP " + at.getPort() + ", is in use, or the address is not of this"
                                + " machine (" + e.getMessage() + "); choose another one with --dss-port",
                        e);
            }
            port = opened;
            events.report(EventKind.LISTENING, Fact.of("dss_port", opened.port()));
        }
    }

    /** Makes the disk's folder ready for blocks; not on the loop's thread. */
    void prepare(Path data) throws IOException {
        if (options.dssPort().isPresent()) {
            BlockDesk.prepare(data);
        }
    }

    /** The disk is there, and its folder prepared: with a port for commands it has one for blocks too. */
    void onDisk(DiskStore opened, Path data) throws IOException {
        store = opened;
        folder = data;
        if (options.dssPort().isPresent()) {
            InetSocketAddress at = new InetSocketAddress(listen, options.dssBlockPort());
            blocks = BlockDesk.open(loop, at, opened, data, this, times);
        }
    }

    /** @return what to wait for, off the loop, before the disk is closed */
    Runnable stop() {
        desk.stop();
        if (port != null) {
            port.close();
        }
        return onDiskGone();
    }

    /** The disk is about to be closed; perhaps it comes back. */
    Runnable onDiskGone() {
        List<BlockDesk> ending = desks();
        StandInBlocks source = standInBlocks;
        blocks = null;
        standIn = null;
        standInBlocks = null;
        store = null;
        ending.forEach(BlockDesk::close);
        return () -> {
            try {
                for (BlockDesk each : ending) {
                    each.awaitEnd();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (source != null) {
                source.close();
            }
        };
    }

    private List<BlockDesk> desks() {
        List<BlockDesk> all = new ArrayList<>();
        if (blocks != null) {
            all.add(blocks);
        }
        if (standIn != null) {
            all.add(standIn);
        }
        return all;
    }

    void feign(boolean feigns) {
        if (port != null) {
            port.feign(feigns);
        }
        isFeigning = feigns;
        desks().forEach(each -> each.feign(feigns));
    }

    // ---- what other peers send

    /** @param then told the answer once */
    void take(DssMessage message, Consumer<Message> then) {
        if (message instanceof DssMessage.Datagram datagram) {
            desk.onDatagram(datagram, then);
        } else if (message instanceof DssMessage.Failed failed) {
            desk.onFailed(failed, then);
        } else if (blocks == null) {
            then.accept(new Message.Refusal(
                    options.dssPort().isPresent() ? "the disk is away" : "start its peer with --dss-port"));
        } else if (message instanceof DssMessage.Recall && standIn != null) {
            recall(blocks, standIn, message, then);
        } else if (message.isStandIn()) {
            standIn(message, then);
        } else {
            blocks.onOrder(message, then);
        }
    }

    /** What goes on at this peer's disk, and where it stands in. */
    private static void recall(BlockDesk own, BlockDesk other, DssMessage recall, Consumer<Message> then) {
        own.onOrder(
                recall,
                first -> other.onOrder(recall, second -> {
                    List<DssMessage.Kept> all = new ArrayList<>();
                    for (Message each : List.of(first, second)) {
                        if (each instanceof DssMessage.Recalled recalled) {
                            all.addAll(recalled.holds());
                        }
                    }
                    then.accept(new DssMessage.Recalled(all));
                }));
    }

    private void standIn(DssMessage order, Consumer<Message> then) {
        DiskStore own = store;
        Path data = folder;
        if (standIn == null && own != null && data != null) {
            try {
                StandInBlocks source = new StandInBlocks();
                BlockDesk opened =
                        BlockDesk.openStandIn(loop, new InetSocketAddress(listen, 0), own, data, this, times, source);
                opened.feign(isFeigning);
                standInBlocks = source;
                standIn = opened;
            } catch (IOException e) {
                then.accept(new Message.Refusal("this peer cannot stand in for a disk: " + Reason.of(e)));
                return;
            }
        }
        if (standIn == null) {
            then.accept(new Message.Refusal("this peer hosts no disk"));
        } else {
            standIn.onOrder(order, then);
        }
    }

    // ---- what the desks ask

    @Override
    public OptionalLong epoch() {
        return manager.epoch();
    }

    @Override
    public Optional<Member> manager() {
        return manager.manager();
    }

    @Override
    public void ask(VolumeMessage request, Consumer<Message> then) {
        manager.onRequest(request, then);
    }

    @Override
    public void order(VolumeInfo.Seat disk, DssMessage order, long timeoutMs, Consumer<@Nullable Message> then) {
        Optional<Member> host = disk.address().flatMap(memberAt);
        if (host.isEmpty()) {
            loop.post(() -> then.accept(null));
        } else if (host.get().equals(self)) {
            take(order, then::accept);
        } else {
            links.request(host.get(), order, timeoutMs, then);
        }
    }

    @Override
    public void pass(Member managing, DssMessage request, long timeoutMs, Consumer<@Nullable Message> then) {
        links.request(managing, request, timeoutMs, then);
    }

    @Override
    public void askManager(DssMessage.Failed failed, long timeoutMs, Consumer<@Nullable Message> then) {
        if (epoch().isPresent()) {
            desk.onFailed(failed, then::accept);
        } else if (manager().isPresent() && !manager().get().equals(self)) {
            links.request(manager().get(), failed, timeoutMs, then);
        } else {
            loop.post(() -> then.accept(null));
        }
    }

    @Override
    public void onDamage(ShareKey share, String what) {
        if (store == null) {
            return;
        }
        VolumeMessage.ReportDamage report = new VolumeMessage.ReportDamage(share, store.id(), what);
        if (epoch().isPresent()) {
            manager.onTold(report);
        } else {
            manager().filter(member -> !member.equals(self)).ifPresent(member -> links.tell(member, report));
        }
    }
}
