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
import io.roundtable.protocol.VolumeMessage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who presents a foreign disk, and that the terms in which that is so only rise. */
class PresentersTest {
    private static final Address AT = new Address("10.9.9.9", 5_001);

    private final ForeignBench foreign = new ForeignBench(4);
    private final ManagerBench bench = foreign.bench;

    @BeforeEach
    void register() {
        assertEquals(new Control.Done(), bench.ask(new VolumeMessage.RegisterDisk(1, "F1", AT)));
    }

    @Test
    void onePeerPresentsItAndWhenThatIsGoneAnotherInALaterTerm() {
        FakeDisk first = foreign.present();
        assertEquals(Optional.of(first.host.address()), foreign.line("F1").address());
        assertEquals(Optional.of(AT), foreign.line("F1").foreign());
        PresentDisk before = foreign.last();

        bench.leave(first);
        assertEquals(Optional.empty(), foreign.line("F1").address());
        bench.pass(3_000);
        List<FakeDisk> next = foreign.presenters();
        assertEquals(1, next.size());
        assertNotEquals(first, next.get(0));
        assertTrue(foreign.last().term() > before.term());
        assertTrue(foreign.hello(next.get(0).host, foreign.last(), 2) instanceof DiskMessage.Welcome);
        // It hung only, and knows of nothing.
        assertEquals(Refusals.refusal(Refusals.PRESENTED_ELSEWHERE), foreign.hello(first.host, before, 1));
        assertEquals(Optional.of(next.get(0).host.address()), foreign.line("F1").address());
    }

    @Test
    void afterATakeoverWhoPresentsItSaysSoAndTheLaterTermCounts() {
        FakeDisk first = foreign.present();
        PresentDisk before = foreign.last();
        bench.takeOver();
        bench.helloAll();
        foreign.hello(first.host, before, 1);
        bench.pass(5_000, () -> foreign.hello(first.host, before, 1));
        assertEquals(List.of(), foreign.presenters());

        bench.takeOver();
        bench.helloAll();
        FakeDisk other = bench.disks.get(bench.disks.indexOf(first) == 0 ? 1 : 0);
        PresentDisk later = new PresentDisk(before.disk(), 9, before.term() + 1, "F1", AT);
        foreign.hello(first.host, before, 1);
        assertTrue(foreign.hello(other.host, later, 2) instanceof DiskMessage.Welcome);
        assertEquals(Optional.of(other.host.address()), foreign.line("F1").address());
    }

    @Test
    void aVolumeOfTheGroupsOwnTakesNoneUnlessToldTo() {
        foreign.present();
        bench.pass(1_000, () -> foreign.hello(presentingHost(), foreign.last(), 1));
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
        Address at = foreign.line("F1").address().orElseThrow();
        return bench.disks.stream()
                .map(disk -> disk.host)
                .filter(host -> host.address().equals(at))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aForeignDiskTakesNoPlaceInAVolumeThatHasNone() {
        foreign.present();
        bench.configure("dss1", 4, 1);
        Member host = presentingHost();
        bench.leave(bench.disks.get(bench.disks.get(0).host.equals(host) ? 1 : 0));
        bench.pass(120_000, () -> foreign.hello(host, foreign.last(), 1));
        assertFalse(((VolumeMessage.Listing) bench.ask(new VolumeMessage.ListVolumes()))
                .volumes().get(0).disks().stream().anyMatch(seat -> seat.name().equals("F1")));
    }

    @Test
    void oneThatWasDeregisteredIsPresentedByNobody() {
        FakeDisk first = foreign.present();
        bench.pass(500, () -> foreign.hello(first.host, foreign.last(), 1));
        assertEquals(new Control.Done(), bench.ask(new VolumeMessage.DeregisterDisk(2, "F1")));
        assertEquals(Refusals.refusal(Refusals.DISK_DEREGISTERED), foreign.hello(first.host, foreign.last(), 1));
        bench.takeOver();
        bench.helloAll();
        assertEquals(Refusals.refusal(Refusals.DISK_DEREGISTERED), foreign.hello(first.host, foreign.last(), 1));
        bench.pass(5_000);
        assertEquals(List.of(), foreign.presenters());
    }

    /** What whoever presented it acknowledged last may not be in what the next one finds. */
    @Test
    void aForeignDiskThatIsAwayAtACommitDoesNotCountAsHoldingItsShare() {
        FakeDisk first = foreign.present();
        bench.pass(1_000, () -> foreign.hello(first.host, foreign.last(), 1));
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
    void noPeerIsGivenASecondDiskOfAVolumeWhileThereIsAnother() {
        FakeDisk one = foreign.present();
        PresentDisk first = foreign.last();
        bench.ask(new VolumeMessage.RegisterDisk(2, "F2", new Address("10.9.9.9", 5_002)));
        bench.pass(500, () -> foreign.hello(one.host, first, 1));
        FakeDisk two = foreign.presenters().get(0);
        PresentDisk second = foreign.last();
        bench.pass(500, () -> {
            foreign.hello(one.host, first, 1);
            foreign.hello(two.host, second, 1);
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
        List<FakeDisk> asked = foreign.presenters();
        assertEquals(2, asked.size());
        assertFalse(asked.contains(own));
        assertNotEquals(asked.get(0), asked.get(1));
    }
}
