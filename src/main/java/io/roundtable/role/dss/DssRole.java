package io.roundtable.role.dss;

import io.roundtable.disk.DiskCompanion;
import io.roundtable.dss.DssGroup;
import io.roundtable.dss.DssOptions;
import io.roundtable.dss.DssPort;
import io.roundtable.dss.ManagerDesk;
import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.role.MessageTable;
import io.roundtable.role.Role;
import io.roundtable.role.RoleContext;
import io.roundtable.role.RoleMaker;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The DSS dialect's part of a peer (docs/PROTOCOL.md, DSS): its port for users' commands, its disks, and
 * the desk that serves both while this peer manages. All methods are for the loop's thread.
 */
public final class DssRole implements DssGroup, Role {
    public static final String NAME = "dss";
    /** The manager answers much sooner, if it is there at all. */
    private static final long ASK_MS = 60_000;

    private final RoleContext context;
    private final DssRoleOptions options;
    private final ManagerDesk desk;
    private final DssOptions times;
    private final SplittableRandom random;
    private @Nullable Member self;
    private @Nullable DssPort port;
    private final List<DssDisk> disks = new ArrayList<>();
    private boolean isFeigning;

    private DssRole(RoleContext context, DssRoleOptions options) {
        this.context = context;
        this.options = options;
        this.times = DssOptions.DEFAULT.withOpen(options.isOpen());
        this.random = context.random().split();
        // Every peer has one: it may have to manage.
        this.desk = new ManagerDesk(context.loop(), this, times, random);
        context.offers().add(DiskCompanion.Maker.class, this::newDisk);
    }

    public static RoleMaker with(DssRoleOptions options) {
        return new RoleMaker(NAME, context -> new DssRole(context, options));
    }

    @Override
    public void register(MessageTable fromOthers, MessageTable fromGcd) {
        fromOthers.on(DssMessage.Datagram.class, (datagram, call) -> desk.onDatagram(datagram, call::answer));
        fromOthers.on(DssMessage.Failed.class, (failed, call) -> desk.onFailed(failed, call::answer));
        fromOthers.on(DssMessage.class, (order, call) -> onOrder(order, call::answer));
    }

    @Override
    public void start(Member member) throws IOException {
        self = member;
        desk.start();
        if (options.port().isPresent()) {
            InetSocketAddress at =
                    new InetSocketAddress(context.listen(), options.port().getAsInt());
            DssPort opened;
            try {
                opened = DssPort.open(context.loop(), at, this, desk, times, random);
            } catch (BindException e) {
                throw new IOException(
                        "the port for DSS commands, UDP " + at.getPort() + ", is in use, or the address is not of this"
                                + " machine (" + e.getMessage() + "); choose another one with --dss-port",
                        e);
            }
            port = opened;
            context.events().report(EventKind.LISTENING, Fact.of("dss_port", opened.port()));
        }
    }

    private DssDisk newDisk(boolean isPeersOwn) {
        DssDisk.Ports ports =
                new DssDisk.Ports(options.port().isPresent(), context.listen(), isPeersOwn ? options.blockPort() : 0);
        DssDisk made = new DssDisk(context.loop(), this, ports, times);
        made.feign(isFeigning);
        disks.add(made);
        return made;
    }

    /** It is gone for good. */
    void forget(DssDisk disk) {
        disks.remove(disk);
    }

    @Override
    public void stop() {
        desk.stop();
        if (port != null) {
            port.close();
        }
    }

    @Override
    public void onFeigning(boolean feigns) {
        isFeigning = feigns;
        if (port != null) {
            port.feign(feigns);
        }
        disks.forEach(each -> each.feign(feigns));
    }

    /** @param then told the answer once */
    private void onOrder(DssMessage order, Consumer<Message> then) {
        disks.stream()
                .filter(each -> each.disk().isPresent() && each.disk().equals(order.target()))
                .findFirst()
                .ifPresentOrElse(
                        disk -> disk.take(order, then), () -> then.accept(new Message.Refusal("the disk is away")));
    }

    // ---- what the desks ask

    @Override
    public OptionalLong epoch() {
        return context.management().epoch();
    }

    @Override
    public Optional<Address> self() {
        return Optional.ofNullable(self).map(Member::address);
    }

    @Override
    public Optional<Member> manager() {
        return context.management().manager();
    }

    @Override
    public void ask(VolumeMessage request, Consumer<Message> then) {
        Message none = new VolumeMessage.Elsewhere(Optional.empty());
        context.peers()
                .request(member(), request, ASK_MS, answer -> then.accept(Objects.requireNonNullElse(answer, none)));
    }

    private Member member() {
        return Objects.requireNonNull(self, "not started");
    }

    @Override
    public void order(VolumeInfo.Seat disk, DssMessage order, long timeoutMs, Consumer<@Nullable Message> then) {
        Optional<Member> host = disk.address().flatMap(context.election()::memberAt);
        if (host.isEmpty()) {
            context.loop().post(() -> then.accept(null));
        } else {
            context.peers().request(host.get(), order, timeoutMs, then);
        }
    }

    @Override
    public void pass(Member managing, DssMessage request, long timeoutMs, Consumer<@Nullable Message> then) {
        context.peers().request(managing, request, timeoutMs, then);
    }

    void askManager(DssMessage.Failed failed, long timeoutMs, Consumer<@Nullable Message> then) {
        Optional<Member> asked = managing();
        if (asked.isEmpty()) {
            context.loop().post(() -> then.accept(null));
        } else {
            context.peers().request(asked.get(), failed, timeoutMs, then);
        }
    }

    void onDamage(ShareKey share, DiskId disk, String what) {
        managing().ifPresent(member -> context.peers().tell(member, new VolumeMessage.ReportDamage(share, disk, what)));
    }

    /** This peer if it manages, else whoever it takes for the manager. */
    private Optional<Member> managing() {
        return epoch().isPresent() ? Optional.of(member()) : manager().filter(member -> !member.equals(self));
    }
}
