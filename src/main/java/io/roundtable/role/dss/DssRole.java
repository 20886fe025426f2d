package io.roundtable.role.dss;

import io.roundtable.dss.DssGroup;
import io.roundtable.dss.DssOptions;
import io.roundtable.dss.DssPort;
import io.roundtable.dss.ManagerDesk;
import io.roundtable.event.EventKind;
import io.roundtable.event.EventLog;
import io.roundtable.event.Fact;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.role.Peers;
import io.roundtable.role.StorageOptions;
import io.roundtable.role.manager.ManagerRole;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The DSS dialect's part of a peer (docs/PROTOCOL.md, DSS): its port for users' commands, its disks, and
 * the desk that serves both while this peer manages. All methods are for the loop's thread.
 */
public final class DssRole implements DssGroup {
    private final EventLoop loop;
    private final StorageOptions options;
    private final InetAddress listen;
    private final Peers peers;
    private final ManagerRole manager;
    private final Function<Address, Optional<Member>> memberAt;
    private final EventLog events;
    private final ManagerDesk desk;
    private final DssOptions times;
    private final SplittableRandom random;
    private @Nullable Member self;
    private @Nullable DssPort port;
    private final List<DssDisk> disks = new ArrayList<>();

    public DssRole(
            EventLoop loop,
            StorageOptions options,
            InetAddress listen,
            SplittableRandom random,
            Peers peers,
            ManagerRole manager,
            Function<Address, Optional<Member>> memberAt,
            EventLog events) {
        this.loop = loop;
        this.options = options;
        this.listen = listen;
        this.peers = peers;
        this.manager = manager;
        this.memberAt = memberAt;
        this.events = events;
        // Every peer has one: it may have to manage.
        this.times = DssOptions.DEFAULT.withOpen(options.dssOpen());
        this.random = random.split();
        this.desk = new ManagerDesk(loop, this, times, random);
    }

    /** @throws IOException if the port cannot be had */
    public void start(Member member) throws IOException {
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

    /**
     * For a disk of this peer, or one that it presents.
     *
     * @param blockPort 0 takes a free one
     */
    public DssDisk newDisk(int blockPort) {
        boolean isSpoken = options.dssPort().isPresent();
        DssDisk made = new DssDisk(loop, this, new DssDisk.Ports(isSpoken, listen, blockPort), times);
        disks.add(made);
        return made;
    }

    /** It is gone for good. */
    public void forget(DssDisk disk) {
        disks.remove(disk);
    }

    public void stop() {
        desk.stop();
        if (port != null) {
            port.close();
        }
    }

    public void feign(boolean feigns) {
        if (port != null) {
            port.feign(feigns);
        }
        disks.forEach(each -> each.feign(feigns));
    }

    // ---- what other peers send

    /** @param then told the answer once */
    public void take(DssMessage message, Consumer<Message> then) {
        if (message instanceof DssMessage.Datagram datagram) {
            desk.onDatagram(datagram, then);
        } else if (message instanceof DssMessage.Failed failed) {
            desk.onFailed(failed, then);
        } else {
            disks.stream()
                    .filter(each -> each.disk().isPresent() && each.disk().equals(message.target()))
                    .findFirst()
                    .ifPresentOrElse(
                            disk -> disk.take(message, then),
                            () -> then.accept(new Message.Refusal("the disk is away")));
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
            peers.request(host.get(), order, timeoutMs, then);
        }
    }

    @Override
    public void pass(Member managing, DssMessage request, long timeoutMs, Consumer<@Nullable Message> then) {
        peers.request(managing, request, timeoutMs, then);
    }

    public void askManager(DssMessage.Failed failed, long timeoutMs, Consumer<@Nullable Message> then) {
        if (epoch().isPresent()) {
            desk.onFailed(failed, then::accept);
        } else if (manager().isPresent() && !manager().get().equals(self)) {
            peers.request(manager().get(), failed, timeoutMs, then);
        } else {
            loop.post(() -> then.accept(null));
        }
    }

    public void onDamage(ShareKey share, DiskId disk, String what) {
        VolumeMessage.ReportDamage report = new VolumeMessage.ReportDamage(share, disk, what);
        if (epoch().isPresent()) {
            manager.onTold(report);
        } else {
            manager().filter(member -> !member.equals(self)).ifPresent(member -> peers.tell(member, report));
        }
    }
}
