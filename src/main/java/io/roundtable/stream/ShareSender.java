package io.roundtable.stream;

import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.Fault;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Streams one disk its share, on a thread of its own. After a failure it goes on taking what is queued and lets it go,
 * so that the others never wait for it.
 */
final class ShareSender implements Runnable {
    /** How often a new epoch may come between sealing and sealing again. */
    private static final int STALE_MAX = 5;

    private final Disks disks;
    private final ShareTarget target;
    private final int position;
    private final Consumer<Slab> released;
    private final Runnable changed;
    /** Bounded by the number of slabs. */
    private final BlockingQueue<Order> orders = new LinkedBlockingQueue<>();

    private volatile @Nullable DiskConnection connection;
    private volatile @Nullable IOException failure;
    private volatile boolean isBusy;
    private volatile boolean isSealed;
    private volatile boolean isOver;
    private volatile boolean isGivenUp;

    /** What to do next: send, seal, or stop. */
    private sealed interface Order {
        record Send(Slab slab) implements Order {}

        record Seal(long usedBytes) implements Order {}

        record Stop() implements Order {}
    }

    /**
     * @param released told of each slab that this sender is through with
     * @param changed told when it has failed, or sealed
     */
    ShareSender(Disks disks, ShareTarget target, int position, Consumer<Slab> released, Runnable changed) {
        this.disks = disks;
        this.target = target;
        this.position = position;
        this.released = released;
        this.changed = changed;
    }

    int position() {
        return position;
    }

    void send(Slab slab) {
        orders.add(new Order.Send(slab));
    }

    void seal(long usedBytes) {
        orders.add(new Order.Seal(usedBytes));
    }

    void stop() {
        orders.add(new Order.Stop());
    }

    /** Whether it holds no slab: all that it was given is sent, or let go. */
    boolean isIdle() {
        return orders.isEmpty() && !isBusy;
    }

    boolean isSealed() {
        return isSealed;
    }

    boolean isOver() {
        return isOver;
    }

    @Nullable
    IOException failure() {
        return failure;
    }

    /** Ends whatever it waits for. */
    void giveUp() {
        isGivenUp = true;
        DiskConnection open = connection;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void run() {
        try {
            boolean isRunning = true;
            while (isRunning) {
                isBusy = false;
                Order order = next();
                isBusy = true;
                isRunning = carryOut(order);
            }
        } catch (InterruptedException e) {
            fail(new IOException("interrupted"));
        } finally {
            end();
        }
    }

    /** The next order. A disk closes a connection that is silent for long, whoever feeds the write may take his time. */
    private Order next() throws InterruptedException {
        Order order = orders.poll(disks.options().keepAliveMs(), TimeUnit.MILLISECONDS);
        while (order == null) {
            DiskConnection open = connection;
            if (open != null && failure == null) {
                try {
                    catchUp(open);
                } catch (IOException e) {
                    fail(isGivenUp ? tooSlow() : e);
                } catch (RuntimeException | Error e) {
                    fail(unexpected(e));
                }
            }
            order = orders.poll(disks.options().keepAliveMs(), TimeUnit.MILLISECONDS);
        }
        return order;
    }

    /** No room for a buffer, say: as if the disk had failed, and what is queued is still taken and let go. */
    private static IOException unexpected(Throwable e) {
        return new IOException(e.toString(), e);
    }

    private static IOException tooSlow() {
        return new IOException("it was too slow");
    }

    private void end() {
        isBusy = false;
        orders.forEach(left -> {
            if (left instanceof Order.Send send) {
                released.accept(send.slab());
            }
        });
        DiskConnection open = connection;
        if (open != null) {
            if (isSealed) {
                disks.giveBack(open);
            } else {
                open.close();
            }
        }
        isOver = true;
        changed.run();
    }

    private boolean carryOut(Order order) {
        try {
            if (order instanceof Order.Send send) {
                try {
                    if (failure == null) {
                        send(open(), send.slab());
                    }
                } finally {
                    released.accept(send.slab());
                }
                return true;
            } else if (order instanceof Order.Seal seal && failure == null) {
                seal(open(), seal.usedBytes());
            }
        } catch (IOException e) {
            fail(isGivenUp ? tooSlow() : e);
            return !(order instanceof Order.Seal);
        } catch (RuntimeException | Error e) {
            fail(unexpected(e));
            return !(order instanceof Order.Seal);
        }
        return false;
    }

    private DiskConnection open() throws IOException {
        DiskConnection open = connection;
        if (open == null) {
            open = disks.borrow(target.seat(position));
            connection = open;
            if (isGivenUp) {
                // It may have looked for the connection just before.
                throw tooSlow();
            }
            catchUp(open);
            open.begin(target.begin(position));
        }
        if (isGivenUp) {
            throw tooSlow();
        }
        return open;
    }

    /**
     * A disk tells that a share's epoch is over only when it is sealed, too late to begin again. Its refusal of a share
     * that cannot be there tells the epoch before.
     */
    private void catchUp(DiskConnection to) throws IOException {
        try {
            to.within(disks.options().hardStallMs());
            to.read(new DiskMessage.ReadShare(target.key(position), 0, 1));
            to.shareBytes();
            to.skip();
        } catch (DiskFaultException e) {
            Epochs epochs = target.epochs();
            for (int attempt = 1; attempt <= STALE_MAX && epochs.current() < e.highestEpoch(); attempt++) {
                epochs.refresh(epochs.current());
            }
        } finally {
            to.within(0);
        }
    }

    private void send(DiskConnection to, Slab slab) throws IOException {
        int blocks = slab.blocks(position);
        if (blocks > 0) {
            to.data(new DiskMessage.ShareData(blocks), slab.groupOf(position));
        }
    }

    private void seal(DiskConnection to, long usedBytes) throws IOException {
        for (int attempt = 1; ; attempt++) {
            long epoch = target.epochs().current();
            try {
                to.seal(new DiskMessage.SealShare(epoch, usedBytes));
                to.sealed(target.key(position), usedBytes);
                isSealed = true;
                changed.run();
                return;
            } catch (DiskFaultException e) {
                if (e.fault() != Fault.STALE_EPOCH || attempt == STALE_MAX) {
                    throw e;
                }
                target.epochs().refresh(epoch);
            }
        }
    }

    private void fail(IOException e) {
        failure = e;
        DiskConnection open = connection;
        if (open != null) {
            open.close();
        }
        changed.run();
    }
}
