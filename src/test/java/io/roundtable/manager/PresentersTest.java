package io.roundtable.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.catalog.Refusals;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.PresentDisk;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.Room;
import io.roundtable.protocol.VolumeMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who presents a foreign disk, and that the terms in which that is so only rise. */
class PresentersTest {
    private static final Address AT = new Address("10.9.9.9", 5_001);

    private final ManagerBench bench = new ManagerBench(4);
    private final List<PresentDisk> ordered = new ArrayList<>();

    @BeforeEach
    void register() {
        assertEquals(new Control.Done(), bench.ask(new VolumeMessage.RegisterDisk(1, "F1", AT)));
    }

    /** The orders since this was asked the last time, and who got them. */
    private List<FakeDisk> presenters() {
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

    private PresentDisk last() {
        return ordered.get(ordered.size() - 1);
    }

    private Message hello(Member host, PresentDisk order, long start) {
        Room room = new Room(1 << 20, 0, 1 << 20, 0, 1 << 20);
        return bench.answerTo(new DiskMessage.DiskHello(
                order.disk(), host, Optional.of(order.name()), start, room, 0, 0, order.term()));
    }

    private FakeDisk present() {
        bench.pass(100);
        List<FakeDisk> asked = presenters();
        assertEquals(1, asked.size());
        assertTrue(hello(asked.get(0).host, last(), 1) instanceof DiskMessage.Welcome);
        return asked.get(0);
    }

    private VolumeMessage.DiskLine line() {
        return ((VolumeMessage.Listing) bench.ask(new VolumeMessage.ListVolumes()))
                .disks().stream()
                        .filter(each -> each.name().equals("F1"))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void onePeerPresentsItAndWhenThatIsGoneAnotherInALaterTerm() {
        FakeDisk first = present();
        assertEquals(Optional.of(first.host.address()), line().address());
        assertEquals(Optional.of(AT), line().foreign());
        PresentDisk before = last();

        bench.leave(first);
        assertEquals(Optional.empty(), line().address());
        bench.pass(3_000);
        List<FakeDisk> next = presenters();
        assertEquals(1, next.size());
        assertNotEquals(first, next.get(0));
        assertTrue(last().term() > before.term());
        assertTrue(hello(next.get(0).host, last(), 2) instanceof DiskMessage.Welcome);
        // It hung only, and knows of nothing.
        assertEquals(new Message.Refusal(Refusals.PRESENTED_ELSEWHERE), hello(first.host, before, 1));
        assertEquals(Optional.of(next.get(0).host.address()), line().address());
    }

    @Test
    void afterATakeoverWhoPresentsItSaysSoAndTheLaterTermCounts() {
        FakeDisk first = present();
        PresentDisk before = last();
        bench.takeOver();
        bench.helloAll();
        hello(first.host, before, 1);
        bench.pass(5_000, () -> hello(first.host, before, 1));
        assertEquals(List.of(), presenters());

        bench.takeOver();
        bench.helloAll();
        FakeDisk other = bench.disks.get(bench.disks.indexOf(first) == 0 ? 1 : 0);
        PresentDisk later = new PresentDisk(before.disk(), 9, before.term() + 1, "F1", AT);
        hello(first.host, before, 1);
        assertTrue(hello(other.host, later, 2) instanceof DiskMessage.Welcome);
        assertEquals(Optional.of(other.host.address()), line().address());
    }

    @Test
    void aVolumeOfTheGroupsOwnTakesNoneUnlessToldTo() {
        present();
        bench.pass(1_000, () -> hello(presentingHost(), last(), 1));
        Message refused = bench.ask(new VolumeMessage.Configure(0, "own", 5, 1, 128, "ann"));
        assertTrue(refused.toString().contains("--foreign"), refused::toString);
        VolumeMessage.Volume made =
                bench.ask(new VolumeMessage.Configure(0, "all", 5, 1, 128, "ann", true), VolumeMessage.Volume.class);
        assertTrue(made.volume().disks().stream().anyMatch(seat -> seat.name().equals("F1")));
        List<String> lines = bench.ask(new VolumeMessage.Explain("all"), VolumeMessage.Explanation.class)
                .lines();
        assertTrue(lines.stream().anyMatch(each -> each.startsWith("Foreign: F1 ")), lines::toString);
    }

    private Member presentingHost() {
        Address at = line().address().orElseThrow();
        return bench.disks.stream()
                .map(disk -> disk.host)
                .filter(host -> host.address().equals(at))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aForeignDiskTakesNoPlaceInAVolumeThatHasNone() {
        present();
        bench.configure("dss1", 4, 1);
        Member host = presentingHost();
        bench.leave(bench.disks.get(bench.disks.get(0).host.equals(host) ? 1 : 0));
        bench.pass(120_000, () -> hello(host, last(), 1));
        assertFalse(((VolumeMessage.Listing) bench.ask(new VolumeMessage.ListVolumes()))
                .volumes().get(0).disks().stream().anyMatch(seat -> seat.name().equals("F1")));
    }

    @Test
    void oneThatWasDeregisteredIsPresentedByNobody() {
        FakeDisk first = present();
        bench.pass(500, () -> hello(first.host, last(), 1));
        assertEquals(new Control.Done(), bench.ask(new VolumeMessage.DeregisterDisk(2, "F1")));
        assertEquals(new Message.Refusal(Refusals.DISK_DEREGISTERED), hello(first.host, last(), 1));
        bench.takeOver();
        bench.helloAll();
        assertEquals(new Message.Refusal(Refusals.DISK_DEREGISTERED), hello(first.host, last(), 1));
        bench.pass(5_000);
        assertEquals(List.of(), presenters());
    }

    /** What whoever presented it acknowledged last may not be in what the next one finds. */
    @Test
    void aForeignDiskThatIsAwayAtACommitDoesNotCountAsHoldingItsShare() {
        FakeDisk first = present();
        bench.pass(1_000, () -> hello(first.host, last(), 1));
        bench.ask(new VolumeMessage.Configure(0, "dss1", 5, 1, 128, "ann", true), VolumeMessage.Volume.class);
        VolumeMessage.WriteGrant grant = bench.prepare();
        int foreign = grant.volume().disks().stream()
                .map(seat -> seat.name())
                .toList()
                .indexOf("F1");
        bench.leave(first);
        bench.ask(bench.commit(0, "a.txt", grant), Control.Done.class);
        assertEquals(List.of(foreign), bench.file("a.txt").missing());
    }

    @Test
    void aDiskThatTakesLongToReadIsGivenMoreTimeEachTime() {
        bench.disks.forEach(disk -> disk.holdsOrders = true);
        bench.pass(100);
        List<Long> limits = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ManagerEffect.Order order = bench.held.stream()
                    .filter(each -> each.order() instanceof PresentDisk)
                    .findFirst()
                    .orElseThrow();
            bench.held.remove(order);
            limits.add(order.timeoutMs());
            bench.pass(order.timeoutMs());
            bench.carryOut(bench.manager.onDiskAnswer(order.token(), null, bench.nowMs));
            bench.pass(11_000);
        }
        assertEquals(List.of(15_000L, 30_000L, 60_000L), limits);
    }

    @Test
    void noPeerIsGivenASecondDiskOfAVolumeWhileThereIsAnother() {
        FakeDisk one = present();
        PresentDisk first = last();
        bench.ask(new VolumeMessage.RegisterDisk(2, "F2", new Address("10.9.9.9", 5_002)));
        bench.pass(500, () -> hello(one.host, first, 1));
        FakeDisk two = presenters().get(0);
        PresentDisk second = last();
        bench.pass(500, () -> {
            hello(one.host, first, 1);
            hello(two.host, second, 1);
        });
        bench.configure("own", 3, 1);
        bench.ask(new VolumeMessage.Configure(0, "mix", 3, 1, 128, "ann", true), VolumeMessage.Volume.class);
        FakeDisk own = bench.disks.stream()
                .filter(disk -> bench.volume("mix").disks().contains(disk.id))
                .findFirst()
                .orElseThrow();
        for (PresentDisk each : List.of(first, second)) {
            FakeDisk presenter = each == first ? one : two;
            bench.carryOut(bench.manager.onDiskAway(
                    1_000_000 + each.term(),
                    new DiskMessage.DiskAway(each.disk(), presenter.host, "gone"),
                    bench.nowMs));
        }
        bench.pass(500);
        List<FakeDisk> asked = presenters();
        assertEquals(2, asked.size());
        assertFalse(asked.contains(own));
        assertNotEquals(asked.get(0), asked.get(1));
    }
}
