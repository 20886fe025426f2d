package io.roundtable.simulation.group;

import io.roundtable.disk.DiskFaultException;
import io.roundtable.disk.DiskOptions;
import io.roundtable.disk.DiskStore;
import io.roundtable.disk.Pace;
import io.roundtable.disk.SimulatedCrash;
import io.roundtable.disk.SimulatedMedium;
import io.roundtable.net.EventLoop;
import io.roundtable.net.Lane;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.DiskRefusal;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import io.roundtable.role.disk.DiskPlace;
import io.roundtable.role.disk.DiskWork;
import io.roundtable.simulation.Violation;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The real disk of one peer, on a medium that outlives its processes; what they do on threads of their own is a model. */
final class GroupDisk implements DiskPlace {
    private static final long CAPACITY_BYTES = 2 << 20;
    private static final int PACK_BYTES = 64 << 10;
    private static final int ORDERS_MAX = 64;
    private static final int CRASH_WITHIN = 12;

    private final GroupWorld world;
    private final SimulatedMedium medium;
    private @Nullable EventLoop loop;
    private @Nullable Work work;
    private long highestEpoch;

    GroupDisk(GroupWorld world) {
        this.world = world;
        this.medium = new SimulatedMedium(world.random.nextLong(), CAPACITY_BYTES);
    }

    /** @param lostPower whether the process before this one died of that */
    void newLife(EventLoop turning, boolean lostPower) {
        medium.restart(lostPower);
        loop = turning;
        work = null;
    }

    /** The process will die in the middle of one of the next operations. */
    void crashSoon() {
        medium.crashAt(medium.operations() + world.random.nextInt(CRASH_WITHIN));
    }

    /** It will not, if it has not yet. */
    void endFaults() {
        medium.crashAt(Long.MAX_VALUE);
    }

    private EventLoop loop() {
        EventLoop turning = loop;
        if (turning == null) {
            throw new IllegalStateException("no process has this disk");
        }
        return turning;
    }

    // ---- its place

    private static DiskOptions options() {
        return DiskOptions.defaults().withPackBytes(PACK_BYTES);
    }

    @Override
    public DiskStore open() throws IOException {
        return opened(() -> DiskStore.open(medium, options(), loop()::wallMs, loop()::entropy));
    }

    @Override
    public DiskStore openAgain(DiskId wanted) throws IOException {
        return opened(() -> DiskStore.open(medium, options(), loop()::wallMs, wanted));
    }

    private interface Opening {
        DiskStore open() throws IOException;
    }

    private DiskStore opened(Opening opening) throws IOException {
        try {
            return opening.open();
        } catch (SimulatedCrash e) {
            // Whoever asked takes any exception for one of the disk's.
            world.processOf(this).kill();
            throw e;
        }
    }

    @Override
    public Path folder() {
        return Path.of("disk");
    }

    @Override
    public DiskWork work(EventLoop turning, DiskStore store) {
        Work begun = new Work(turning, store);
        work = begun;
        return begun;
    }

    /** The store, if it serves data connections and is this disk. */
    @Nullable
    DiskStore served(DiskId wanted) {
        Work serving = work;
        return serving == null || serving.isOut || !serving.store.id().equals(wanted) ? null : serving.store;
    }

    // ---- what holds of it

    /** Something was done in the name of an epoch. */
    void obeyed(long epoch) {
        world.checked(2);
        if (epoch < highestEpoch) {
            throw new Violation("epochs only rise", "a disk obeys epoch " + epoch + " and has seen " + highestEpoch);
        }
        if (epoch > world.logRules.highestEpoch()) {
            throw new Violation("who gives orders was granted that epoch", "a disk obeys epoch " + epoch);
        }
        highestEpoch = epoch;
    }

    private final class Work implements DiskWork {
        private final DiskStore store;
        private final Lane orders;
        private boolean isOut;

        Work(EventLoop turning, DiskStore store) {
            this.store = store;
            this.orders = turning.lane("disk-orders", 1, ORDERS_MAX);
        }

        @Override
        public Optional<DiskRefusal> serve(SocketChannel channel) {
            throw new IllegalStateException("data connections are modelled apart");
        }

        @Override
        public void outOfService(boolean isOutNow) {
            isOut = isOutNow;
        }

        @Override
        public void order(DiskMessage order, Consumer<Message> answer) {
            if (order instanceof DiskMessage.RebuildShare rebuild) {
                world.data().rebuild(store, GroupDisk.this, rebuild, answer);
            } else if (!orders.execute(() -> answer.accept(result(order)))) {
                answer.accept(new DiskRefusal(Fault.OUT_OF_SERVICE, "too many orders waiting", store.highestEpoch()));
            }
        }

        private Message result(DiskMessage order) {
            try {
                return carryOut(order);
            } catch (DiskFaultException e) {
                return new DiskRefusal(e.fault(), String.valueOf(e.getMessage()), store.highestEpoch());
            }
        }

        private Message carryOut(DiskMessage order) throws DiskFaultException {
            if (order instanceof DiskMessage.ListShares list) {
                store.admit(list.epoch());
                obeyed(list.epoch());
                return store.list(list.after(), list.limit());
            } else if (order instanceof DiskMessage.DeleteShares delete) {
                store.delete(delete.epoch(), delete.keys());
                obeyed(delete.epoch());
            } else if (order instanceof DiskMessage.Wipe wipe) {
                store.wipe(wipe.epoch(), wipe.volumeId());
                obeyed(wipe.epoch());
            } else if (order instanceof DiskMessage.CheckShares check) {
                store.admit(check.epoch());
                obeyed(check.epoch());
                return check(check.keys());
            } else {
                throw new Violation("no order is sent to a disk that cannot take it", order.word());
            }
            return new Control.Done();
        }

        private Message check(List<ShareKey> keys) throws DiskFaultException {
            List<ShareKey> bad = new ArrayList<>();
            long bytes = 0;
            for (ShareKey key : keys) {
                long checked = store.check(key, Pace.UNLIMITED);
                if (checked < 0) {
                    bad.add(key);
                } else {
                    bytes += checked;
                }
            }
            return new DiskMessage.Checked(bad, bytes);
        }

        @Override
        public void close() {
            isOut = true;
            orders.close();
        }
    }
}
