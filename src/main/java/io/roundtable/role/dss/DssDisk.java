package io.roundtable.role.dss;

import io.roundtable.disk.DiskCompanion;
import io.roundtable.disk.DiskStore;
import io.roundtable.dss.BlockDesk;
import io.roundtable.dss.BlockHost;
import io.roundtable.dss.DssOptions;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.Reason;
import io.roundtable.protocol.ShareKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One disk in the DSS dialect: its port for blocks, and the one at which its peer stands in for others. All methods but
 * {@link #prepare} are for the loop's thread.
 */
final class DssDisk implements BlockHost, DiskCompanion {
    /**
     * Where ports are opened.
     *
     * @param isSpoken whether the peer speaks this dialect at all
     * @param blockPort 0 takes a free one
     */
    record Ports(boolean isSpoken, InetAddress listen, int blockPort) {}

    private final EventLoop loop;
    private final DssRole role;
    private final Ports ports;
    private final DssOptions times;
    private @Nullable BlockDesk blocks;
    private @Nullable DiskStore store;
    private @Nullable Path folder;
    /** Made when it is needed first: most peers never stand in. */
    private @Nullable BlockDesk standIn;

    private @Nullable StandInBlocks standInBlocks;
    private boolean isFeigning;

    DssDisk(EventLoop loop, DssRole role, Ports ports, DssOptions times) {
        this.loop = loop;
        this.role = role;
        this.ports = ports;
        this.times = times;
    }

    @Override
    public void prepare(Path data) throws IOException {
        if (ports.isSpoken) {
            BlockDesk.prepare(data);
        }
    }

    /** With a port for commands it has one for blocks too. */
    @Override
    public void onDisk(DiskStore opened, Path data) throws IOException {
        store = opened;
        folder = data;
        if (ports.isSpoken) {
            InetSocketAddress at = new InetSocketAddress(ports.listen, ports.blockPort);
            try {
                blocks = BlockDesk.open(loop, at, opened, data, this, times);
            } catch (IOException e) {
                throw new IOException("the port for blocks (--dss-block-port): " + Reason.of(e), e);
            }
            blocks.feign(isFeigning);
        }
    }

    @Override
    public Runnable onDiskGone() {
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

    @Override
    public void end() {
        role.forget(this);
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
        isFeigning = feigns;
        desks().forEach(each -> each.feign(feigns));
    }

    Optional<DiskId> disk() {
        return Optional.ofNullable(store).map(DiskStore::id);
    }

    // ---- orders

    /** @param then told the answer once */
    void take(DssMessage order, Consumer<Message> then) {
        if (blocks == null) {
            then.accept(new Message.Refusal(ports.isSpoken ? "the disk is away" : "start its peer with --dss-port"));
        } else if (order instanceof DssMessage.Recall && standIn != null) {
            recall(blocks, standIn, order, then);
        } else if (order.isStandIn()) {
            standIn(order, then);
        } else {
            blocks.onOrder(order, then);
        }
    }

    /** What goes on at this disk, and where its peer stands in. */
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
                InetSocketAddress at = new InetSocketAddress(ports.listen, 0);
                BlockDesk opened = BlockDesk.openStandIn(loop, at, own, data, this, times, source);
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
    public void askManager(DssMessage.Failed failed, long timeoutMs, Consumer<@Nullable Message> then) {
        role.askManager(failed, timeoutMs, then);
    }

    @Override
    public void onDamage(ShareKey share, String what) {
        if (store != null) {
            role.onDamage(share, store.id(), what);
        }
    }
}
