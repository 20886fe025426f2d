package io.roundtable.disk;

import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.CheckShares;
import io.roundtable.protocol.DiskMessage.DeleteShares;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.DiskMessage.ListShares;
import io.roundtable.protocol.DiskMessage.Wipe;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Carries out the manager's orders to one disk, off the caller's thread: {@link ListShares}, {@link DeleteShares}, {@link
 * Wipe}, and, slowly and in a queue of its own, {@link CheckShares}.
 */
public final class DiskOrders implements AutoCloseable {
    private static final int WAITING_MAX = 64;
    private static final int STOP_SECONDS = 10;

    private final DiskStore store;
    private final long checkBytesPerSecond;
    private final ThreadPoolExecutor quick = lane("disk-orders-");
    private final ThreadPoolExecutor slow = lane("disk-check-");
    private volatile boolean isClosed;

    /** @param checkBytesPerSecond how fast shares are read to check them */
    public DiskOrders(DiskStore store, long checkBytesPerSecond) {
        if (checkBytesPerSecond < 1) {
            throw new IllegalArgumentException("checks need at least a byte a second, not " + checkBytesPerSecond);
        }
        this.store = store;
        this.checkBytesPerSecond = checkBytesPerSecond;
    }

    /**
     * Takes an order. Never waits.
     *
     * @param answer is given the one answer, on another thread or, if the disk is too busy, on this
     * @throws IllegalArgumentException if it is none of the orders that this carries out
     */
    public void execute(DiskMessage order, Consumer<Message> answer) {
        if (order instanceof ListShares list) {
            run(quick, answer, () -> {
                store.admit(list.epoch());
                return store.list(list.after(), list.limit());
            });
        } else if (order instanceof DeleteShares delete) {
            run(quick, answer, () -> {
                store.delete(delete.epoch(), delete.keys());
                return new Control.Done();
            });
        } else if (order instanceof Wipe wipe) {
            run(quick, answer, () -> {
                store.wipe(wipe.epoch(), wipe.volumeId());
                return new Control.Done();
            });
        } else if (order instanceof CheckShares check) {
            run(slow, answer, () -> check(check));
        } else {
            throw new IllegalArgumentException("no order for a disk: " + order.word());
        }
    }

    private interface Order {
        Message run() throws DiskFaultException;
    }

    private void run(ThreadPoolExecutor lane, Consumer<Message> answer, Order order) {
        try {
            lane.execute(() -> answer.accept(result(order)));
        } catch (RejectedExecutionException e) {
            answer.accept(new DiskMessage.DiskRefusal(
                    Fault.OUT_OF_SERVICE,
                    "the disk has too many orders waiting: try again later",
                    store.highestEpoch()));
        }
    }

    private Message result(Order order) {
        try {
            return order.run();
        } catch (DiskFaultException e) {
            return PutBatch.refusal(store, e);
        }
    }

    private Message check(CheckShares order) throws DiskFaultException {
        Pace steady = new SteadyPace(checkBytesPerSecond);
        Pace pace = bytes -> {
            if (!isClosed) {
                steady.before(bytes);
            }
        };
        List<ShareKey> bad = new ArrayList<>();
        DiskFaultException unlooked = null;
        long bytes = 0;
        for (ShareKey key : order.keys()) {
            // A check may take minutes: a manager that has gone meanwhile has no more say.
            store.admit(order.epoch());
            if (isClosed) {
                throw new DiskFaultException(Fault.OUT_OF_SERVICE, "the disk is being stopped");
            }
            try {
                long checked = store.check(key, pace);
                if (checked < 0) {
                    bad.add(key);
                } else {
                    bytes += checked;
                }
            } catch (DiskFaultException e) {
                unlooked = e;
            }
        }
        if (unlooked != null && bad.isEmpty()) {
            // Whoever ordered it looks again; what was found broken so far must not get lost over it.
            throw unlooked;
        }
        return new DiskMessage.Checked(bad, bytes);
    }

    /** Returns when the order that is being carried out is over; those that wait are dropped. */
    @Override
    public void close() {
        isClosed = true;
        for (ThreadPoolExecutor lane : List.of(quick, slow)) {
            lane.getQueue().clear();
            lane.shutdown();
        }
        for (ThreadPoolExecutor lane : List.of(quick, slow)) {
            try {
                lane.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static ThreadPoolExecutor lane(String name) {
        ThreadPoolExecutor lane = new ThreadPoolExecutor(
                1, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING_MAX), DiskServer.named(name));
        lane.allowCoreThreadTimeOut(true);
        return lane;
    }
}
