package io.roundtable.peer;

import io.roundtable.event.EventLog;
import io.roundtable.net.Connection;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.LeaseMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.role.StorageOptions;
import io.roundtable.role.disk.DiskHost;
import io.roundtable.role.disk.FolderPlace;
import io.roundtable.role.disk.ForeignDisks;
import io.roundtable.role.dss.DssDisk;
import io.roundtable.role.dss.DssRole;
import io.roundtable.role.manager.ManagerRole;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.Inbound;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** What a peer does beside electing: manages while it leads, and hosts a disk. All methods are for the loop's thread. */
final class StorageRoles {
    private final EventLoop loop;
    private final Links links;
    private final ManagerRole manager;
    private final DiskHost disk;
    private final ForeignDisks foreign;
    private final DssDisk dssDisk;
    private final OwnOrders own;
    private final DssRole dss;
    private @Nullable Identity self;
    private boolean wasFeigning;

    /**
     * @param memberAt who sits at an address
     * @param shouldManage whether the election's outcome makes this peer the manager
     * @param goFirst how many others should rather manage
     * @param giveUp told with a sentence if the peer cannot do its part
     */
    StorageRoles(
            EventLoop loop,
            PeerParts parts,
            StorageOptions options,
            InetAddress listen,
            SplittableRandom random,
            GcdClient gcd,
            Links links,
            Function<Address, Optional<Member>> memberAt,
            BooleanSupplier shouldManage,
            IntSupplier goFirst,
            Consumer<String> giveUp,
            EventLog events) {
        this.loop = loop;
        this.links = links;
        this.manager = parts.manager(
                loop,
                options.manager(),
                random.split(),
                gcd,
                this::order,
                this::onManager,
                shouldManage,
                goFirst,
                events);
        this.dss = new DssRole(loop, options, listen, random.split(), links, manager, memberAt, events);
        this.own = new OwnOrders(loop::schedule, this::onOrder);
        this.dssDisk = dss.newDisk(options.dssBlockPort());
        DiskHost.Seat seat = new DiskHost.Seat(
                options.data().map(folder -> new FolderPlace(folder, options.disk(), loop)), options.diskName(), 0);
        this.disk = new DiskHost(loop, seat, links, manager, dssDisk, giveUp::accept, events);
        this.foreign = new ForeignDisks(loop, options.data(), links, manager, dss, events);
    }

    private void onManager(Optional<Member> managing) {
        disk.onManager(managing);
        foreign.onManager(managing);
    }

    /** The host of a disk that this peer presents, or of its own. */
    private DiskHost hostOf(DiskId wanted) {
        DiskHost presenting = foreign.host(wanted);
        return presenting == null ? disk : presenting;
    }

    /** @param then told the answer, on the loop's thread */
    private void onOrder(DiskMessage order, Consumer<Message> then) {
        if (order instanceof DiskMessage.PresentDisk present) {
            foreign.present(present, then);
        } else {
            order.target().map(this::hostOf).orElse(disk).onOrder(order, then);
        }
    }

    /** @throws IOException if a port cannot be had */
    void start(Member member) throws IOException {
        self = member.identity();
        dss.start(member);
        foreign.start(member);
        disk.start(member);
        manager.start(member);
    }

    void stop() {
        manager.stop();
        dss.stop();
        foreign.stop();
        disk.stop(dssDisk.onDiskGone());
    }

    OptionalLong managesIn() {
        return manager.epoch();
    }

    Optional<Member> manager() {
        return manager.manager();
    }

    // ---- what the election and the GCD say

    /** The election may have changed who should manage, or whether this peer feigns failure: then it does nothing. */
    void onElection(boolean feigns) {
        if (feigns && !wasFeigning) {
            manager.onFeigned();
        }
        wasFeigning = feigns;
        disk.feign(feigns);
        foreign.feign(feigns);
        dss.feign(feigns);
        manager.look();
    }

    void onGcd(boolean isConnected) {
        manager.onGcd(isConnected);
    }

    void onManages(LeaseMessage.Manages manages) {
        manager.onManages(manages);
    }

    /** The last connection to a peer broke. */
    void onPeerGone(Identity peer) {
        manager.onPeerGone(peer);
    }

    private void order(Member host, DiskMessage order, long timeoutMs, Consumer<@Nullable Message> then) {
        if (host.identity().equals(self)) {
            own.order(order, timeoutMs, then);
        } else {
            links.request(host, order, timeoutMs, then);
        }
    }

    // ---- what others ask

    /** @return false if the message is none about storage */
    boolean take(Connection connection, Inbound inbound) {
        Message message = inbound.message();
        long requestId = inbound.requestId();
        if (message instanceof VolumeMessage volume && inbound.kind() == FrameKind.ONE_WAY) {
            manager.onTold(volume);
        } else if (message instanceof VolumeMessage volume) {
            manager.onRequest(connection, requestId, volume);
        } else if (message instanceof DiskMessage.DiskHello hello) {
            // From now on the end of this connection tells at once that the disk is away.
            links.belongsTo(connection, hello.host().identity());
            manager.onHello(connection, requestId, hello);
        } else if (message instanceof DiskMessage.DiskAway away) {
            links.belongsTo(connection, away.host().identity());
            manager.onAway(
                    away, answer -> connection.send(loop.nativeCodec().encode(FrameKind.ANSWER, requestId, answer)));
        } else if (message instanceof DiskMessage.DataHello hello) {
            hostOf(hello.disk()).onData(connection, requestId, hello);
        } else if (message instanceof DssMessage order) {
            dss.take(order, answer -> connection.send(loop.nativeCodec().encode(FrameKind.ANSWER, requestId, answer)));
        } else if (message instanceof DiskMessage order) {
            onOrder(order, answer -> connection.send(loop.nativeCodec().encode(FrameKind.ANSWER, requestId, answer)));
        } else {
            return false;
        }
        return true;
    }
}
