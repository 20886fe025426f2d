package io.roundtable.simulation.group;

import io.roundtable.disk.DiskFaultException;
import io.roundtable.disk.DiskStore;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.DiskRefusal;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.simulation.net.SimulatedProcess;
import io.roundtable.simulation.storage.Contents;
import io.roundtable.simulation.storage.Contents.Share;
import io.roundtable.simulation.storage.ShareBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A model of data connections, which leave the loop and block: a question to a disk and its answer, over the ways of the same
 * network, to the real store in the process that has it open then.
 */
final class DataPath {
    private static final long LIMIT_MICROS = 800_000;

    /** What is done at a store. */
    interface Visit {
        Object at(DiskStore store, GroupDisk disk) throws DiskFaultException, IOException;
    }

    private final GroupWorld world;
    private final Contents contents;

    DataPath(GroupWorld world, Contents contents) {
        this.world = world;
        this.contents = contents;
    }

    /** @param then told what {@link Visit} found, a refusal, or null if nobody answers; in the process that asks, once */
    void visit(SimulatedProcess from, Address to, DiskId disk, Visit visit, Consumer<@Nullable Object> then) {
        boolean[] isOver = {false};
        Consumer<@Nullable Object> once = answer -> {
            if (!isOver[0]) {
                isOver[0] = true;
                then.accept(answer);
            }
        };
        from.after(LIMIT_MICROS, () -> once.accept(null));
        PeerHost host = world.hostAt(to);
        if (host != null && !world.network.paths().isCut(from.machine(), host.machine())) {
            world.time.after(world.network.paths().delayMicros(), () -> arrive(from, host, disk, visit, once));
        }
    }

    private void arrive(
            SimulatedProcess from, PeerHost host, DiskId disk, Visit visit, Consumer<@Nullable Object> then) {
        SimulatedProcess process = host.process();
        if (process != null && process.isAlive()) {
            process.after(world.random.nextInt(20, 2_000), () -> {
                Object answer = done(host.disk(), disk, visit);
                if (!world.network.paths().isCut(host.machine(), from.machine())) {
                    from.after(world.network.paths().delayMicros(), () -> then.accept(answer));
                }
            });
        }
    }

    private static Object done(@Nullable GroupDisk disk, DiskId wanted, Visit visit) {
        DiskStore store = disk == null ? null : disk.served(wanted);
        if (disk == null || store == null) {
            return new DiskRefusal(Fault.OUT_OF_SERVICE, "this peer does not host that disk", 0);
        }
        try {
            return visit.at(store, disk);
        } catch (DiskFaultException e) {
            return new DiskRefusal(e.fault(), String.valueOf(e.getMessage()), store.highestEpoch());
        } catch (IOException e) {
            return new DiskRefusal(Fault.IO, e.toString(), store.highestEpoch());
        }
    }

    // ---- shares

    /** A share is stored, and safe. */
    static Visit put(DiskMessage.PutShare head, Share share) {
        return (store, disk) -> {
            DiskStore.Put put = store.put(head, ShareBytes.of(share), false);
            disk.obeyed(head.epoch());
            store.commit();
            return put.demand();
        };
    }

    /** A {@link Share} as it lies there. */
    static Visit read(ShareKey key) {
        return (store, disk) -> ShareBytes.read(store, key);
    }

    DiskMessage.PutShare head(VolumeInfo volume, long fileId, int position, long epoch, Share share) {
        return new DiskMessage.PutShare(
                new ShareKey(volume.id(), fileId, position),
                epoch,
                volume.disks().size(),
                volume.parity(),
                volume.unitBytes(),
                share.data().length);
    }

    // ---- a share computed from the others

    /** @param answer given {@link DiskMessage.Rebuilt} or a refusal, once */
    void rebuild(DiskStore store, GroupDisk disk, DiskMessage.RebuildShare order, Consumer<Message> answer) {
        SimulatedProcess process = world.processOf(disk);
        List<VolumeInfo.Seat> seats = order.volume().disks();
        @Nullable Share[] found = new Share[seats.size()];
        int[] open = {1};
        Runnable one = () -> {
            if (--open[0] == 0) {
                answer.accept(computed(store, disk, order, found));
            }
        };
        for (int i = 0; i < seats.size(); i++) {
            int position = i;
            VolumeInfo.Seat seat = seats.get(i);
            FileInfo file = order.file();
            if (seat.address().isEmpty()
                    || seat.disk().equals(order.disk())
                    || file.missing().contains(i)) {
                continue;
            }
            open[0]++;
            ShareKey key = new ShareKey(order.volume().id(), file.fileId(), position);
            visit(process, seat.address().get(), seat.disk(), read(key), share -> {
                found[position] = share instanceof Share read && read.isSound() ? read : null;
                one.run();
            });
        }
        process.after(1, one);
    }

    private Message computed(DiskStore store, GroupDisk disk, DiskMessage.RebuildShare order, @Nullable Share[] found) {
        int needed = contents.layout.dataDisks();
        Share held = found[order.position()];
        List<Integer> bad = new ArrayList<>();
        int have = 0;
        for (int i = 0; i < found.length; i++) {
            found[i] = have < needed ? found[i] : null;
            have += found[i] == null ? 0 : 1;
        }
        if (held == null && have < needed) {
            return new DiskRefusal(Fault.CORRUPT, "only " + have + " sources", store.highestEpoch());
        }
        Share share = held != null ? held : contents.rebuild(order.file().sizeBytes(), found, order.position());
        DiskMessage.PutShare head = head(order.volume(), order.file().fileId(), order.position(), order.epoch(), share);
        try {
            DiskStore.Put put = store.put(head, ShareBytes.of(share), true);
            disk.obeyed(order.epoch());
            store.commit();
            put.demand();
            return new DiskMessage.Rebuilt(head.key(), share.data().length, bad);
        } catch (DiskFaultException e) {
            return new DiskRefusal(e.fault(), String.valueOf(e.getMessage()), store.highestEpoch());
        }
    }
}
