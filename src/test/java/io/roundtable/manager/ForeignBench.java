package io.roundtable.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.PresentDisk;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.Room;
import io.roundtable.protocol.VolumeMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Foreign disks beside those of a {@link ManagerBench}, presented by its peers as the manager orders. */
final class ForeignBench {
    final ManagerBench bench;
    private final List<PresentDisk> ordered = new ArrayList<>();
    /** Those that say hello by themselves: who presents them, in which term. */
    private final Map<DiskId, Presented> presented = new LinkedHashMap<>();
    /** By name; else each disk is at a program of its own. */
    final Map<String, Long> programs = new LinkedHashMap<>();

    private record Presented(FakeDisk at, PresentDisk order) {}

    ForeignBench(int diskCount) {
        bench = new ManagerBench(diskCount);
    }

    Message register(String name, Address at) {
        return bench.ask(new VolumeMessage.RegisterDisk(name.hashCode(), name, at));
    }

    /** The orders since this was asked the last time, and who got them. */
    List<FakeDisk> presenters() {
        List<FakeDisk> asked = new ArrayList<>();
        for (FakeDisk disk : bench.disks) {
            for (PresentDisk order : disk.ordersOf(PresentDisk.class)) {
                if (!ordered.contains(order)) {
                    ordered.add(order);
                    asked.add(disk);
                }
            }
        }
        return asked;
    }

    PresentDisk last() {
        return ordered.get(ordered.size() - 1);
    }

    Message hello(Member host, PresentDisk order, long start) {
        Room room = new Room(1 << 20, 0, 1 << 20, 0, 1 << 20);
        long program = programs.getOrDefault(order.name(), order.disk().low());
        return bench.answerTo(new DiskMessage.DiskHello(
                order.disk(), host, Optional.of(order.name()), start, room, 0, 0, order.term(), program));
    }

    FakeDisk present() {
        bench.pass(100);
        List<FakeDisk> asked = presenters();
        assertEquals(1, asked.size());
        assertTrue(hello(asked.get(0).host, last(), 1) instanceof DiskMessage.Welcome);
        return asked.get(0);
    }

    VolumeMessage.DiskLine line(String name) {
        return ((VolumeMessage.Listing) bench.ask(new VolumeMessage.ListVolumes()))
                .disks().stream()
                        .filter(each -> each.name().equals(name))
                        .findFirst()
                        .orElseThrow();
    }

    // ---- by themselves

    /** Registers it with a program of its own and waits until it is there. */
    void add(String name, Address at) {
        assertEquals(new Control.Done(), register(name, at));
        pass(1_000);
    }

    /** Lets time pass; whoever is ordered to present a disk does so, until it is refused. */
    void pass(long ms) {
        bench.pass(ms, () -> {
            for (FakeDisk disk : bench.disks) {
                disk.ordersOf(PresentDisk.class).stream()
                        .filter(order -> !ordered.contains(order))
                        .forEach(order -> {
                            ordered.add(order);
                            presented.put(order.disk(), new Presented(disk, order));
                        });
            }
            List.copyOf(presented.values()).forEach(this::hello);
        });
    }

    private void hello(Presented each) {
        if (!each.at.isAway && hello(each.at.host, each.order, 1) instanceof Message.Refusal) {
            presented.remove(each.order.disk(), each);
        }
    }

    /** Who presents a disk. */
    FakeDisk host(String name) {
        Address at = line(name).address().orElseThrow();
        return bench.disks.stream()
                .filter(disk -> disk.host.address().equals(at))
                .findFirst()
                .orElseThrow();
    }

    List<String> explain(String volume) {
        return explanation(volume).lines();
    }

    VolumeMessage.Explanation explanation(String volume) {
        return bench.ask(new VolumeMessage.Explain(volume), VolumeMessage.Explanation.class);
    }

    void configure(String volume, int n) {
        bench.ask(new VolumeMessage.Configure(0, volume, n, 1, 128, "ann", true), VolumeMessage.Volume.class);
    }
}
