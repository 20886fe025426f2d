package io.roundtable.role.disk;

import io.roundtable.disk.DataServerOptions;
import io.roundtable.disk.DiskOrders;
import io.roundtable.disk.DiskServer;
import io.roundtable.disk.DiskStore;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Message;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.function.Consumer;

/** The threads of a disk on this machine. */
final class DiskThreads implements DiskWork {
    /** How fast a disk reads what it checks: users' reads go first. */
    private static final long CHECK_BYTES_PER_SECOND = 200L << 20;

    private final DiskServer server;
    private final DiskOrders orders;
    private final Rebuilds rebuilds;

    DiskThreads(EventLoop loop, DiskStore store) {
        this.server = new DiskServer(store, DataServerOptions.defaults());
        this.orders = new DiskOrders(store, CHECK_BYTES_PER_SECOND);
        this.rebuilds = new Rebuilds(loop, store);
    }

    @Override
    public Optional<DiskMessage.DiskRefusal> serve(SocketChannel channel) {
        return server.serve(channel);
    }

    @Override
    public void outOfService(boolean isOut) {
        server.outOfService(isOut);
    }

    @Override
    public void order(DiskMessage order, Consumer<Message> answer) {
        if (order instanceof DiskMessage.RebuildShare rebuild) {
            rebuilds.rebuild(rebuild, answer);
        } else {
            orders.execute(order, answer);
        }
    }

    @Override
    public void close() {
        rebuilds.close();
        orders.close();
        server.close();
    }
}
