package io.roundtable.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.event.EventKind;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.VolumeMessage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A peer is there and its disk has lost its medium: the disk counts as away, and everybody who asks is told why. */
class LostMediumTest {
    private static final long REPAIR_MS = ManagerBench.OPTIONS.repairAfterMs();
    private static final String REASON = "its data folder /data/d2 is gone";
    private final ManagerBench bench = ManagerBench.withVolume(4);
    private long requests = 1_000_000;

    private void sayAway(FakeDisk disk, Member host) {
        long request = ++requests;
        disk.isAway |= disk.host.equals(host);
        bench.carryOut(bench.manager.onDiskAway(request, new DiskMessage.DiskAway(disk.id, host, REASON), bench.nowMs));
        assertEquals(new Control.Done(), bench.answers.get(request));
    }

    private void sayAway(FakeDisk disk) {
        sayAway(disk, disk.host);
    }

    private List<String> explained() {
        return bench.ask(new VolumeMessage.Explain("dss1"), VolumeMessage.Explanation.class)
                .lines();
    }

    private Optional<String> trouble(FakeDisk disk) {
        return bench.ask(new VolumeMessage.ListVolumes(), VolumeMessage.Listing.class).disks().stream()
                .filter(line -> line.disk().equals(disk.id))
                .findFirst()
                .orElseThrow()
                .trouble();
    }

    @Test
    void itIsAwayAtOnceAndReplacedLikeADeadOne() {
        bench.write("a.txt");
        FakeDisk lost = bench.at("dss1", 1);
        sayAway(lost);
        assertTrue(bench.reports.contains(EventKind.DISK_LEFT));
        assertTrue(explained().stream().anyMatch(line -> line.contains("(" + REASON + ")")), explained()::toString);
        assertEquals(Optional.of(REASON), trouble(lost));
        bench.pass(REPAIR_MS - 1_000);
        sayAway(lost);
        assertEquals(lost, bench.at("dss1", 1));
        bench.pass(2_000);
        assertNotEquals(lost, bench.at("dss1", 1));
        assertEquals(List.of(), bench.file("a.txt").missing());
    }

    @Test
    void whenItIsBackInTimeItIsAskedForAllThatItHolds() {
        bench.write("a.txt");
        FakeDisk disk = bench.at("dss1", 1);
        sayAway(disk);
        disk.orders.clear();
        disk.shares.clear();
        bench.comeBack(disk);
        bench.pass(1_000);
        assertFalse(disk.ordersOf(DiskMessage.ListShares.class).isEmpty());
        assertEquals(1, disk.shares.size());
        assertEquals(Optional.empty(), trouble(disk));
        assertFalse(explained().toString().contains(REASON));
    }

    @Test
    void anOrderThatItMayNeverAnswerIsNotWaitedFor() {
        bench.write("a.txt");
        FakeDisk disk = bench.at("dss1", 1);
        disk.holdsOrders = true;
        VolumeMessage.Job job = bench.ask(new VolumeMessage.Scrub("dss1"), VolumeMessage.Job.class);
        bench.pass(500);
        sayAway(disk);
        disk.holdsOrders = false;
        bench.comeBack(disk);
        bench.pass(2_000);
        assertTrue(bench.ask(new VolumeMessage.JobQuery(job.jobId()), VolumeMessage.Job.class)
                .isOver());
    }

    @Test
    void theNextManagerIsToldToo() {
        FakeDisk disk = bench.at("dss1", 1);
        sayAway(disk);
        bench.takeOver();
        sayAway(disk);
        bench.pass(ManagerBench.OPTIONS.settleMs());
        assertEquals(Optional.of(REASON), trouble(disk));
    }

    /** Somebody with a copy of the folder does not speak for the disk. */
    @Test
    void onlyItsOwnPeerSpeaksForIt() {
        FakeDisk disk = bench.at("dss1", 1);
        sayAway(disk, bench.at("dss1", 0).host);
        assertEquals(Optional.empty(), trouble(disk));
        assertFalse(bench.reports.contains(EventKind.DISK_LEFT));
    }
}
