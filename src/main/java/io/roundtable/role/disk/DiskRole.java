package io.roundtable.role.disk;

import io.roundtable.disk.DiskCompanion;
import io.roundtable.disk.DiskOptions;
import io.roundtable.net.Connection;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.role.Call;
import io.roundtable.role.MessageTable;
import io.roundtable.role.Role;
import io.roundtable.role.RoleContext;
import io.roundtable.role.RoleMaker;
import java.util.List;
import java.util.Optional;

/** Hosts the peer's disk, if it has one, and the foreign disks that it presents. */
public final class DiskRole implements Role {
    public static final String NAME = "disk";

    private final RoleContext context;
    private final DiskHost own;
    private final ForeignDisks foreign;

    private DiskRole(RoleContext context, DiskRoleOptions options, Optional<DiskPlace> place) {
        this.context = context;
        HostedDisk disk = new HostedDisk(place, options.diskName(), 0);
        this.own = new DiskHost(context, disk, () -> companions(true), context.giveUp()::accept);
        this.foreign = new ForeignDisks(context, options.data(), () -> companions(false));
    }

    public static RoleMaker with(DiskRoleOptions options) {
        return new RoleMaker(
                NAME,
                context -> new DiskRole(
                        context,
                        options,
                        options.data().map(folder -> new FolderPlace(folder, options.disk(), context.loop()))));
    }

    /** A disk that lies elsewhere than in a folder of this machine; no foreign ones are presented beside it. */
    public static RoleMaker at(DiskPlace place) {
        DiskRoleOptions options = new DiskRoleOptions(Optional.empty(), Optional.empty(), DiskOptions.defaults());
        return new RoleMaker(NAME, context -> new DiskRole(context, options, Optional.of(place)));
    }

    private DiskCompanion companions(boolean isPeersOwn) {
        List<DiskCompanion> all = context.offers().all(DiskCompanion.Maker.class).stream()
                .map(maker -> maker.companion(isPeersOwn))
                .toList();
        return new Companions(all);
    }

    @Override
    public void register(MessageTable fromOthers, MessageTable fromGcd) {
        fromOthers.on(DiskMessage.DataHello.class, this::onDataHello);
        fromOthers.on(DiskMessage.class, this::onOrder);
    }

    @Override
    public void start(Member self) {
        foreign.start(self);
        own.start(self);
    }

    @Override
    public void stop() {
        foreign.stop();
        own.stop();
    }

    @Override
    public void onManager(Optional<Member> manager) {
        own.onManager(manager);
        foreign.onManager(manager);
    }

    @Override
    public void onFeigning(boolean feigns) {
        own.feign(feigns);
        foreign.feign(feigns);
    }

    /** The host of a disk that this peer presents, or of its own. */
    private DiskHost hostOf(DiskId wanted) {
        return foreign.host(wanted).orElse(own);
    }

    private void onDataHello(DiskMessage.DataHello hello, Call call) {
        Connection connection = call.connection().orElse(null);
        if (connection == null) {
            call.answer(new Message.Refusal("data connections come from other processes"));
        } else {
            hostOf(hello.disk()).onData(connection, hello, call::answer);
        }
    }

    private void onOrder(DiskMessage order, Call call) {
        if (order instanceof DiskMessage.PresentDisk present) {
            foreign.present(present, call::answer);
        } else {
            order.target().map(this::hostOf).orElse(own).onOrder(order, call::answer);
        }
    }
}
