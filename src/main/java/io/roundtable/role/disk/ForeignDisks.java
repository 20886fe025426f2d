package io.roundtable.role.disk;

import io.roundtable.disk.DiskCompanion;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.role.RoleContext;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The foreign disks that this peer presents, as the manager orders: each has a host as the peer's own disk has one. What is
 * lost, or another peer's by now, is let go; the manager says who presents it next. For the loop's thread.
 */
final class ForeignDisks {
    /** Each has some threads. */
    private static final int PRESENTED_MAX = 64;

    private final RoleContext context;
    private final Optional<Path> data;
    private final Supplier<DiskCompanion> companions;
    private final Map<DiskId, Presented> presented = new LinkedHashMap<>();
    private @Nullable Member self;
    private Optional<Member> managing = Optional.empty();
    private boolean isFeigning;
    private boolean isStopped;

    private static final class Presented {
        private final DiskMessage.PresentDisk order;
        private @Nullable Consumer<Message> then;
        private @Nullable DiskHost host;

        Presented(DiskMessage.PresentDisk order, Consumer<Message> then) {
            this.order = order;
            this.then = then;
        }

        void answer(Message answer) {
            Consumer<Message> waiting = then;
            then = null;
            if (waiting != null) {
                waiting.accept(answer);
            }
        }
    }

    /** @param companions asked for each disk */
    ForeignDisks(RoleContext context, Optional<Path> data, Supplier<DiskCompanion> companions) {
        this.context = context;
        this.data = data;
        this.companions = companions;
    }

    void start(Member member) {
        self = member;
    }

    /** @param then told the answer once */
    void present(DiskMessage.PresentDisk order, Consumer<Message> then) {
        Presented before = presented.get(order.disk());
        if (before != null && before.order.term() >= order.term()) {
            then.accept(refusal(Fault.STALE_EPOCH, "this peer presents it in a later term"));
            return;
        }
        if (self == null || isStopped || isFeigning || data.isEmpty() || presented.size() >= PRESENTED_MAX) {
            then.accept(refusal(Fault.OUT_OF_SERVICE, "this peer presents no foreign disks, or enough of them"));
            return;
        }
        if (before != null) {
            letGo(before, "it is presented anew");
        }
        Presented now = new Presented(order, then);
        HostedDisk disk = new HostedDisk(
                Optional.of(new ForeignPlace(order, data.get(), context.loop())),
                Optional.of(order.name()),
                order.term());
        DiskHost host = new DiskHost(context, disk, companions, ending(now));
        now.host = host;
        presented.put(order.disk(), now);
        host.start(self);
        host.onManager(managing);
    }

    private DiskHost.Ending ending(Presented disk) {
        return new DiskHost.Ending() {
            @Override
            public void notOpened(String reason) {
                disk.answer(refusal(Fault.IO, reason));
                letGo(disk, reason);
            }

            @Override
            public void opened() {
                disk.answer(new Control.Done());
            }

            @Override
            public void lost(String reason) {
                letGo(disk, reason);
            }
        };
    }

    private void letGo(Presented disk, String reason) {
        disk.answer(refusal(Fault.OUT_OF_SERVICE, reason));
        presented.remove(disk.order.disk(), disk);
        if (disk.host != null) {
            disk.host.stop();
        }
    }

    private static DiskMessage.DiskRefusal refusal(Fault fault, String reason) {
        return new DiskMessage.DiskRefusal(fault, reason, 0);
    }

    /** The host of a disk that is presented here. */
    Optional<DiskHost> host(DiskId disk) {
        return Optional.ofNullable(presented.get(disk)).map(found -> found.host);
    }

    private List<DiskHost> hosts() {
        return presented.values().stream()
                .map(each -> each.host)
                .filter(host -> host != null)
                .toList();
    }

    void onManager(Optional<Member> now) {
        managing = now;
        hosts().forEach(host -> host.onManager(now));
    }

    void feign(boolean feigns) {
        if (feigns == isFeigning) {
            return;
        }
        isFeigning = feigns;
        hosts().forEach(host -> host.feign(feigns));
    }

    void stop() {
        isStopped = true;
        List.copyOf(presented.values()).forEach(each -> letGo(each, "the peer is going down"));
    }
}
