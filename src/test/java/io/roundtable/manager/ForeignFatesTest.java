package io.roundtable.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.catalog.Refusals;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.PresentDisk;
import io.roundtable.protocol.VolumeMessage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Foreign disks that end together are found out, and those that need not are kept apart. */
class ForeignFatesTest {
    private static final Address ONE = new Address("10.9.9.9", 5_001);
    private static final Address OTHER = new Address("10.9.9.8", 5_001);

    private final ForeignBench foreign = new ForeignBench(4);
    private final ManagerBench bench = foreign.bench;

    private static boolean anyStarts(List<String> lines, String start) {
        return lines.stream().anyMatch(line -> line.startsWith(start));
    }

    // ---- one program by two names

    @Test
    void aProgramThatWasRegisteredByTwoNamesIsOneDisk() {
        foreign.programs.put("F1", 77L);
        foreign.programs.put("F2", 77L);
        foreign.add("F1", ONE);
        foreign.add("F2", OTHER);
        assertTrue(foreign.line("F1").address().isPresent());
        assertEquals(Optional.empty(), foreign.line("F2").address());
        foreign.pass(600_000);
        assertEquals(Optional.empty(), foreign.line("F2").address());
        assertTrue(foreign.presenters().isEmpty());
        String refused = bench.refusal(new VolumeMessage.Configure(0, "all", 6, 1, 128, "ann", true));
        assertEquals(Refusals.NOT_ENOUGH_FREE, refused.substring(0, Refusals.NOT_ENOUGH_FREE.length()));
    }

    @Test
    void whoeverLooksAtItTooOftenLeavesTooMuchThere() {
        foreign.programs.put("F1", 77L);
        foreign.programs.put("F2", 77L);
        foreign.add("F1", ONE);
        foreign.add("F2", OTHER);
        int before = ordersOf("F2");
        foreign.pass(600_000);
        assertTrue(ordersOf("F2") - before <= 11, ordersOf("F2") + " orders");
    }

    private int ordersOf(String name) {
        return (int) bench.disks.stream()
                .flatMap(disk -> disk.ordersOf(PresentDisk.class).stream())
                .filter(order -> order.name().equals(name))
                .count();
    }

    @Test
    void theOtherNameIsTakenOnceTheFirstIsGone() {
        foreign.programs.put("F1", 77L);
        foreign.programs.put("F2", 77L);
        foreign.add("F1", ONE);
        foreign.add("F2", OTHER);
        assertEquals(new Control.Done(), bench.ask(new VolumeMessage.DeregisterDisk(2, "F1")));
        foreign.pass(12_000);
        assertTrue(foreign.line("F2").address().isPresent());
    }

    /** The number of a program was drawn by two peers at the same moment, and both were believed. */
    @Test
    void oneThatShowsOnlyLaterGoesIfItIsFree() {
        foreign.add("F1", ONE);
        foreign.add("F2", OTHER);
        foreign.programs.put("F1", 77L);
        foreign.programs.put("F2", 77L);
        foreign.pass(2_000);
        long there = List.of("F1", "F2").stream()
                .filter(name -> foreign.line(name).address().isPresent())
                .count();
        assertEquals(1, there);
    }

    @Test
    void andCountsOnceIfItHasAPlace() {
        foreign.add("F1", ONE);
        foreign.add("F2", OTHER);
        foreign.configure("mix", 6);
        foreign.pass(10_000);
        assertEquals(1, foreign.explanation("mix").survives());
        foreign.programs.put("F1", 77L);
        foreign.programs.put("F2", 77L);
        foreign.pass(10_000);
        assertEquals(0, foreign.explanation("mix").survives());
        assertTrue(anyStarts(foreign.explain("mix"), "One program by 2 names: F"), foreign.explain("mix")::toString);
    }

    @Test
    void oneThatHasAPlaceIsPreferred() {
        foreign.add("F1", ONE);
        foreign.configure("mix", 5);
        foreign.programs.put("F1", 77L);
        foreign.programs.put("F2", 77L);
        bench.leave(foreign.host("F1"));
        foreign.add("F2", OTHER);
        foreign.pass(20_000);
        assertTrue(foreign.line("F1").address().isPresent());
        assertEquals(Optional.empty(), foreign.line("F2").address());
    }

    // ---- at one host, at one peer

    @Test
    void disksOfOneHostAreNamed() {
        foreign.add("F1", ONE);
        foreign.add("F2", new Address("10.9.9.9", 5_002));
        foreign.configure("mix", 6);
        foreign.pass(5_000);
        assertTrue(anyStarts(foreign.explain("mix"), "At one host: F"), foreign.explain("mix")::toString);
        assertTrue(foreign.explain("mix").toString().contains("more than parity 1 makes up for"));
    }

    @Test
    void aPeerThatHostsOneAndPresentsAnotherIsNamed() {
        foreign.add("F1", ONE);
        foreign.configure("mix", 5);
        foreign.pass(5_000);
        assertTrue(anyStarts(foreign.explain("mix"), "At one peer: "), foreign.explain("mix")::toString);
        assertTrue(foreign.explain("mix").toString().contains("until another presents F1, more than parity 1"));
    }

    // ---- moving

    private void twoOfOneVolumeAtOnePeer() {
        for (FakeDisk other : bench.disks.subList(1, 4)) {
            bench.leave(other);
        }
        foreign.add("F1", ONE);
        foreign.add("F2", OTHER);
        foreign.configure("mix", 3);
        foreign.pass(3_000);
        assertEquals(foreign.host("F1"), foreign.host("F2"));
        bench.disks.forEach(bench::comeBack);
    }

    @Test
    void whatIsPresentedBesideAnotherOfItsVolumeMovesOnceAnotherPeerCan() {
        twoOfOneVolumeAtOnePeer();
        foreign.pass(20_000);
        FakeDisk own = bench.disks.get(0);
        assertNotEquals(own, foreign.host("F1"));
        assertNotEquals(own, foreign.host("F2"));
        assertNotEquals(foreign.host("F1"), foreign.host("F2"));
    }

    @Test
    void notWhileSomebodyReadsOrWrites() {
        twoOfOneVolumeAtOnePeer();
        VolumeMessage.WriteGrant grant =
                bench.ask(new VolumeMessage.PrepareWrite("mix", ManagerBench.USER, 1), VolumeMessage.WriteGrant.class);
        for (int i = 0; i < 10; i++) {
            bench.ask(bench.keep(grant));
            foreign.pass(2_000);
            assertEquals(foreign.host("F1"), foreign.host("F2"));
        }
        bench.ask(new VolumeMessage.Abort(grant.volume().id(), grant.firstFileId()));
        foreign.pass(20_000);
        assertNotEquals(foreign.host("F1"), foreign.host("F2"));
    }

    @Test
    void whoPresentedItBeforeLetsGoAtOnce() {
        twoOfOneVolumeAtOnePeer();
        FakeDisk before = foreign.host("F1");
        PresentDisk order = before.ordersOf(PresentDisk.class).stream()
                .filter(each -> each.name().equals("F1"))
                .reduce((any, last) -> last)
                .orElseThrow();
        foreign.pass(20_000);
        assertEquals(Refusals.refusal(Refusals.PRESENTED_ELSEWHERE), foreign.hello(before.host, order, 1));
    }

    @Test
    void nothingMovesBackAndForth() {
        twoOfOneVolumeAtOnePeer();
        foreign.pass(20_000);
        int before = ordersOf("F1") + ordersOf("F2");
        foreign.pass(300_000);
        assertEquals(before, ordersOf("F1") + ordersOf("F2"));
    }

    /** There are fewer peers than disks. */
    @Test
    void norWhereThereIsNoBetterPlace() {
        foreign.add("F1", ONE);
        foreign.configure("mix", 5);
        int before = ordersOf("F1");
        foreign.pass(300_000);
        assertEquals(before, ordersOf("F1"));
    }

    // ---- reading takes long

    private DiskMessage.DiskAway reading(FakeDisk at, PresentDisk order) {
        return new DiskMessage.DiskAway(order.disk(), at.host, "it is being read", order.term());
    }

    private long heldOrders() {
        return bench.held.stream()
                .filter(each -> each.order() instanceof PresentDisk)
                .count();
    }

    @Test
    void aDiskThatIsBeingReadIsNotBegunAnew() {
        foreign.register("F1", ONE);
        bench.disks.forEach(disk -> disk.holdsOrders = true);
        bench.pass(100);
        ManagerEffect.Order order = bench.nextOrder(PresentDisk.class);
        FakeDisk at = bench.disks.stream()
                .filter(disk -> disk.host.equals(order.host()))
                .findFirst()
                .orElseThrow();
        PresentDisk present = (PresentDisk) order.order();
        bench.pass(15_000, () -> bench.answerTo(reading(at, present)));
        bench.carryOut(bench.manager.onDiskAnswer(order.token(), null, bench.nowMs));
        bench.pass(300_000, () -> assertEquals(new Control.Done(), bench.answerTo(reading(at, present))));
        assertEquals(0, heldOrders());
        bench.takeOver();
        bench.helloAll();
        bench.pass(60_000, () -> assertEquals(new Control.Done(), bench.answerTo(reading(at, present))));
        assertEquals(0, heldOrders());
        // It hangs, or has died.
        bench.pass(10_000);
        assertEquals(1, heldOrders());
        assertEquals(Refusals.refusal(Refusals.PRESENTED_ELSEWHERE), bench.answerTo(reading(at, present)));
    }
}
