package io.roundtable.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.catalog.Refusals;
import io.roundtable.event.EventKind;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.protocol.VolumeMessage.ReadGrant;
import io.roundtable.protocol.VolumeMessage.WriteGrant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Lost disks, wiped disks, broken shares: what is repaired, when, and how it ends. */
class RepairTest {
    private static final String USER = ManagerBench.USER;
    private static final long REPAIR_MS = ManagerBench.OPTIONS.repairAfterMs();
    private final ManagerBench bench = ManagerBench.withVolume(5);

    private VolumeMessage.FailDisk fail(int position) {
        return new VolumeMessage.FailDisk(0, "dss1", Optional.of(name(position)), USER);
    }

    private String name(int position) {
        return String.valueOf(bench.log.disk(bench.at("dss1", position).id).name());
    }

    private VolumeMessage.Job ask(VolumeMessage.Job job) {
        return bench.ask(new VolumeMessage.JobQuery(job.jobId()), VolumeMessage.Job.class);
    }

    @Test
    void aLostDiskIsReplacedAfterTheGraceTimeAndFilled() {
        bench.write("a.txt");
        bench.write("b.txt");
        DiskId lost = bench.at("dss1", 1).id;
        bench.leave(bench.at("dss1", 1));
        bench.pass(REPAIR_MS - 1_000);
        assertEquals(lost, bench.volume("dss1").disks().get(1));
        bench.pass(2_000);
        assertNotEquals(lost, bench.volume("dss1").disks().get(1));
        assertEquals(2, bench.at("dss1", 1).shares.size());
        assertEquals(List.of(), bench.file("a.txt").missing());
        assertTrue(bench.reports.contains(EventKind.DISK_REPLACED));
        assertTrue(bench.reports.contains(EventKind.VOLUME_REPAIRED));
    }

    @Test
    void oneThatComesBackInTimeKeepsItsPlace() {
        bench.write("a.txt");
        FakeDisk disk = bench.at("dss1", 1);
        bench.leave(disk);
        bench.pass(REPAIR_MS - 1_000);
        bench.comeBack(disk);
        bench.pass(2 * REPAIR_MS);
        assertEquals(disk.id, bench.volume("dss1").disks().get(1));
        assertFalse(bench.reports.contains(EventKind.DISK_REPLACED));
    }

    @Test
    void whenMoreAreAwayThanTheParityMakesUpForNoneLosesItsPlace() {
        bench.write("a.txt");
        FakeDisk one = bench.at("dss1", 0);
        FakeDisk two = bench.at("dss1", 1);
        bench.leave(one);
        bench.leave(two);
        bench.pass(3 * REPAIR_MS);
        assertEquals(List.of(one.id, two.id), bench.volume("dss1").disks().subList(0, 2));
        bench.comeBack(two);
        bench.pass(2_000);
        assertNotEquals(one.id, bench.volume("dss1").disks().get(0));
        assertEquals(List.of(), bench.file("a.txt").missing());
    }

    @Test
    void aDiskWhoseSharesTheFilesNeedKeepsItsPlaceThoughItIsAway() {
        WriteGrant grant = bench.prepare();
        bench.seal(grant, 2);
        bench.at("dss1", 2).refusesRebuilds = true;
        bench.ask(bench.commit(0, "a.txt", grant, 2), Control.Done.class);
        FakeDisk needed = bench.at("dss1", 0);
        bench.leave(needed);
        bench.pass(3 * REPAIR_MS);
        assertEquals(needed.id, bench.volume("dss1").disks().get(0));
        List<String> lines = bench.ask(new VolumeMessage.Explain("dss1"), VolumeMessage.Explanation.class)
                .lines();
        assertTrue(lines.stream().anyMatch(line -> line.contains("keeps its place")), lines::toString);
    }

    @Test
    void aDiskFailureWipesTheDiskAndEndsWhenItIsWholeAgain() {
        long file = bench.write("a.txt");
        FakeDisk disk = bench.at("dss1", 1);
        VolumeMessage.Job job = bench.ask(fail(1), VolumeMessage.Job.class);
        assertEquals(1, disk.ordersOf(DiskMessage.Wipe.class).size());
        assertTrue(ask(job).isOver());
        assertEquals(List.of(), ask(job).problems());
        assertTrue(disk.shares.containsKey(new ShareKey(1, file, 1)));
        assertEquals(List.of(), bench.file("a.txt").missing());
    }

    @Test
    void nothingIsComputedForADiskThatIsStillBeingWiped() {
        bench.write("a.txt");
        FakeDisk disk = bench.at("dss1", 1);
        disk.holdsOrders = true;
        bench.ask(fail(1), VolumeMessage.Job.class);
        bench.pass(5_000);
        assertEquals(1, bench.held.size());
        assertEquals(List.of(1), bench.file("a.txt").missing());
        disk.holdsOrders = false;
        bench.releaseOrders();
        assertEquals(1, disk.shares.size());
    }

    @Test
    void aShareThatWasSealedBeforeTheWipeIsNotBelievedIn() {
        WriteGrant grant = bench.prepare();
        bench.seal(grant);
        bench.ask(fail(1), VolumeMessage.Job.class);
        bench.ask(bench.commit(0, "a.txt", grant), Control.Done.class);
        assertEquals(3, bench.sharesOf(grant.firstFileId()));
        assertEquals(
                1, bench.at("dss1", 1).ordersOf(DiskMessage.RebuildShare.class).size());
    }

    @Test
    void aDiskThatACommitUnderWayNeedsIsNotWiped() {
        WriteGrant grant = bench.prepare();
        bench.seal(grant, 2);
        bench.holdsLog = true;
        bench.send(bench.commit(0, "a.txt", grant, 2));
        assertEquals(Refusals.busy("copy"), bench.refusal(fail(1)));
    }

    /** Its shares would not be computed again: one wiped disk after the other would take it from under its reader. */
    @Test
    void noDiskIsWipedWhileAContentThatWasReplacedIsStillRead() {
        bench.write("a.txt");
        ReadGrant reader = bench.ask(new VolumeMessage.OpenRead("dss1", "a.txt", ManagerBench.USER), ReadGrant.class);
        bench.write("a.txt");
        assertEquals(Refusals.busy("read of a file that was removed or replaced"), bench.refusal(fail(1)));
        bench.ask(new VolumeMessage.CloseRead(reader.readId()), Control.Done.class);
        bench.ask(fail(1), VolumeMessage.Job.class);
    }

    @Test
    void twoDisksOfAVolumeAreNotFailedAtTheSameTime() {
        bench.write("a.txt");
        bench.holdsLog = true;
        bench.send(fail(1));
        assertEquals(Refusals.busy("disk-failure"), bench.refusal(fail(2)));
        bench.releaseLog();
        bench.holdsLog = false;
        bench.ask(fail(2), VolumeMessage.Job.class);
    }

    @Test
    void noDiskIsWipedWhileAnotherIsAwayOrLacksShares() {
        bench.pass(ManagerBench.OPTIONS.deadAfterMs());
        long file = bench.write("a.txt");
        FakeDisk other = bench.at("dss1", 0);
        bench.leave(other);
        assertEquals(Refusals.TOO_MANY_AWAY, bench.refusal(fail(1)));
        other.shares.remove(new ShareKey(1, file, 0));
        other.refusesRebuilds = true;
        bench.comeBack(other);
        bench.carryOut(bench.manager.onTick(bench.nowMs + 10));
        assertEquals(List.of(0), bench.file("a.txt").missing());
        assertEquals(Refusals.busy("repair"), bench.refusal(fail(1)));
    }

    /** At position 1, where a.txt was not sealed; the order is held. */
    private FakeDisk diskWithARebuildOnItsWay() {
        WriteGrant grant = bench.prepare();
        bench.seal(grant, 1);
        FakeDisk disk = bench.at("dss1", 1);
        disk.holdsOrders = true;
        bench.ask(bench.commit(0, "a.txt", grant, 1), Control.Done.class);
        return disk;
    }

    @Test
    void aRebuildFromBeforeTheWipeCountsForNothing() {
        FakeDisk disk = diskWithARebuildOnItsWay();
        bench.ask(fail(1), VolumeMessage.Job.class);
        // The rebuild, then the wipe.
        assertEquals(2, bench.held.size());
        bench.deliver(bench.held.remove());
        assertEquals(List.of(1), bench.file("a.txt").missing());
        disk.holdsOrders = false;
        bench.releaseOrders();
        assertEquals(List.of(), bench.file("a.txt").missing());
        assertEquals(1, disk.shares.size());
    }

    @Test
    void aRebuildThatEndsWhileTheDiskIsBeingFailedCountsForNothing() {
        FakeDisk disk = diskWithARebuildOnItsWay();
        bench.holdsLog = true;
        bench.send(fail(1));
        // The log has not yet lost the shares when the disk has computed one.
        bench.deliver(bench.held.remove());
        bench.holdsLog = false;
        bench.releaseLog();
        assertEquals(List.of(1), bench.file("a.txt").missing());
        disk.holdsOrders = false;
        bench.releaseOrders();
        bench.pass(2_000);
        assertEquals(List.of(), bench.file("a.txt").missing());
        assertEquals(1, disk.shares.size());
    }

    @Test
    void aWipeWhoseAnswerGotLostIsOrderedAgain() {
        bench.write("a.txt");
        FakeDisk disk = bench.at("dss1", 1);
        disk.holdsOrders = true;
        VolumeMessage.Job job = bench.ask(fail(1), VolumeMessage.Job.class);
        ManagerEffect.Order wipe = bench.held.remove();
        bench.carryOut(bench.manager.onDiskAnswer(wipe.token(), null, bench.nowMs));
        // It may still come: whatever is computed before it would go with it.
        assertEquals(0, bench.held.size());
        bench.pass(2_000);
        assertEquals(DiskMessage.Wipe.class, bench.held.element().order().getClass());
        disk.holdsOrders = false;
        bench.releaseOrders();
        assertTrue(ask(job).isOver());
        assertEquals(1, disk.shares.size());
        assertEquals(List.of(), bench.file("a.txt").missing());
    }

    @Test
    void aDiskThatCannotBeWipedIsTold() {
        bench.write("a.txt");
        FakeDisk disk = bench.at("dss1", 1);
        disk.refusesWipes = true;
        VolumeMessage.Job job = bench.ask(fail(1), VolumeMessage.Job.class);
        bench.pass(2_000);
        assertTrue(ask(job).isOver());
        assertEquals(1, ask(job).problems().size());
        assertTrue(
                ask(job).problems().get(0).contains("read-only"),
                () -> ask(job).problems().get(0));
        assertEquals(1, disk.ordersOf(DiskMessage.Wipe.class).size());
        assertEquals(List.of(), bench.file("a.txt").missing());
    }

    @Test
    void aRepairEndsWithAListOfWhatItCouldNotMend() {
        bench.write("a.txt");
        bench.write("b.txt");
        bench.at("dss1", 1).refusesRebuilds = true;
        VolumeMessage.Job job = bench.ask(fail(1), VolumeMessage.Job.class);
        assertFalse(ask(job).isOver());
        bench.pass(30_000);
        assertTrue(ask(job).isOver());
        assertEquals(List.of("a.txt: too few sources", "b.txt: too few sources"), ask(job).problems());
    }

    @Test
    void whatWasGivenUpIsTriedAgainNowAndThen() {
        bench.write("a.txt");
        FakeDisk disk = bench.at("dss1", 1);
        disk.refusesRebuilds = true;
        bench.ask(fail(1), VolumeMessage.Job.class);
        bench.pass(120_000);
        disk.refusesRebuilds = false;
        bench.pass(60_000);
        assertEquals(List.of(), bench.file("a.txt").missing());
    }

    @Test
    void aJobDoesNotWaitForeverForADiskThatStaysAway() {
        ManagerBench three = ManagerBench.withVolume(3);
        three.write("a.txt");
        FakeDisk disk = three.at("dss1", 1);
        disk.holdsOrders = true;
        VolumeMessage.Job job = three.ask(
                new VolumeMessage.FailDisk(0, "dss1", Optional.of(nameIn(three, disk)), USER), VolumeMessage.Job.class);
        three.leave(disk);
        three.pass(3 * REPAIR_MS);
        VolumeMessage.Job ended = three.ask(new VolumeMessage.JobQuery(job.jobId()), VolumeMessage.Job.class);
        assertTrue(ended.isOver());
        assertEquals(1, ended.problems().size());
    }

    private static String nameIn(ManagerBench group, FakeDisk disk) {
        return String.valueOf(group.log.disk(disk.id).name());
    }

    @Test
    void aReplacedDisksSlowRebuildsDoNotHoldUpItsSuccessor() {
        FakeDisk slow = diskWithARebuildOnItsWay();
        // Silent, but its connection stands.
        slow.isAway = true;
        bench.pass(REPAIR_MS + 10_000);
        assertNotEquals(slow.id, bench.volume("dss1").disks().get(1));
        assertEquals(List.of(), bench.file("a.txt").missing());
    }

    @Test
    void aScrubFindsABrokenShareAndHasItComputedAgain() {
        long file = bench.write("a.txt");
        bench.write("b.txt");
        FakeDisk disk = bench.at("dss1", 2);
        disk.broken.add(new ShareKey(1, file, 2));
        VolumeMessage.Job job = bench.ask(new VolumeMessage.Scrub("dss1"), VolumeMessage.Job.class);
        VolumeMessage.Job over = ask(job);
        assertTrue(over.isOver());
        assertEquals(1, over.problems().size());
        assertTrue(over.problems().get(0).contains("a.txt"), over.problems()::toString);
        assertEquals(1, disk.ordersOf(DiskMessage.RebuildShare.class).size());
        assertEquals(List.of(), bench.file("a.txt").missing());
        assertTrue(disk.broken.isEmpty());
    }

    @Test
    void oneScrubOfAVolumeIsUnderWayAtATime() {
        bench.write("a.txt");
        bench.at("dss1", 0).holdsOrders = true;
        VolumeMessage.Job one = bench.ask(new VolumeMessage.Scrub("dss1"), VolumeMessage.Job.class);
        assertEquals(
                one.jobId(),
                bench.ask(new VolumeMessage.Scrub("dss1"), VolumeMessage.Job.class)
                        .jobId());
    }

    @Test
    void theSlowScrubGoesThroughAllByItself() {
        ManagerBench scrubbed = new ManagerBench(3, new ManagerOptions(60_000, 5_000, 1_500, 3_500, 600_000, 1_000));
        scrubbed.configure("dss1", 3, 1);
        long file = scrubbed.write("a.txt");
        FakeDisk disk = scrubbed.at("dss1", 0);
        disk.broken.add(new ShareKey(1, file, 0));
        scrubbed.pass(3_000);
        assertTrue(disk.broken.isEmpty());
    }

    @Test
    void aReadersReportIsLookedIntoByTheDiskItself() {
        long file = bench.write("a.txt");
        FakeDisk disk = bench.at("dss1", 0);
        ShareKey share = new ShareKey(1, file, 0);
        bench.send(new VolumeMessage.ReportDamage(share, disk.id, "crc"));
        assertEquals(0, disk.ordersOf(DiskMessage.RebuildShare.class).size());
        disk.broken.add(share);
        bench.send(new VolumeMessage.ReportDamage(share, disk.id, "crc"));
        assertEquals(1, disk.ordersOf(DiskMessage.RebuildShare.class).size());
    }

    /** Behind the repair of the first, a second loss of the same share would take what is right. */
    @Test
    void aShareIsLostOnlyOnce() {
        long file = bench.write("a.txt");
        FakeDisk disk = bench.at("dss1", 0);
        ShareKey share = new ShareKey(1, file, 0);
        disk.broken.add(share);
        bench.holdsLog = true;
        bench.send(new VolumeMessage.ReportDamage(share, disk.id, "crc"));
        bench.send(new VolumeMessage.ReportDamage(share, disk.id, "crc"));
        assertEquals(2, disk.ordersOf(DiskMessage.CheckShares.class).size());
        bench.holdsLog = false;
        bench.releaseLog();
        bench.pass(2_000);
        assertEquals(
                1, bench.reports.stream().filter(EventKind.SHARE_LOST::equals).count());
        assertEquals(List.of(), bench.file("a.txt").missing());
        assertEquals(1, disk.ordersOf(DiskMessage.RebuildShare.class).size());
    }

    @Test
    void aDiskThatSaysHelloTwiceWhileTheLogIsSlowGetsOneName() {
        ManagerBench slow = new ManagerBench(3);
        FakeDisk fresh = new FakeDisk(9);
        slow.disks.add(fresh);
        slow.holdsLog = true;
        slow.hello(fresh);
        slow.hello(fresh);
        slow.releaseLog();
        assertEquals("D4", slow.log.disk(fresh.id).name());
        assertEquals(4, slow.log.disks().size());
    }

    @Test
    void twoPeersCannotHostOneDisk() {
        FakeDisk copy = new FakeDisk(77);
        DiskMessage.DiskHello hello = bench.disks.get(0).hello();
        bench.carryOut(bench.manager.onDiskHello(
                9_999,
                new DiskMessage.DiskHello(hello.disk(), copy.host, Optional.empty(), 0, 1, 0, 0, 0),
                bench.nowMs));
        assertTrue(bench.answers.get(9_999L) instanceof io.roundtable.protocol.Message.Refusal);
    }

    @Test
    void theListingTellsVolumesDisksAndUsers() {
        VolumeMessage.Listing listing = bench.ask(new VolumeMessage.ListVolumes(), VolumeMessage.Listing.class);
        assertEquals(1, listing.volumes().size());
        assertEquals(5, listing.disks().size());
        assertEquals(
                2,
                listing.disks().stream().filter(disk -> disk.volume().isEmpty()).count());
        assertEquals(List.of(USER), listing.users());
        for (int i = 0; i < 5; i++) {
            bench.write("f" + i);
        }
        VolumeMessage.Files page = bench.ask(new VolumeMessage.ListFiles("dss1", "f1", 2), VolumeMessage.Files.class);
        assertEquals(
                List.of("f2", "f3"),
                page.files().stream().map(file -> file.name()).toList());
        assertTrue(page.more());
    }

    @Test
    void aDiskThatIsStillBeingEmptiedDoesNotGetItsOldPlaceBack() {
        ManagerBench group = ManagerBench.withVolume(4);
        group.write("a.txt");
        FakeDisk first = group.at("dss1", 1);
        group.leave(first);
        group.pass(REPAIR_MS + 2_000);
        FakeDisk second = group.at("dss1", 1);
        assertNotEquals(first.id, second.id);

        // The second holds all that the first has.
        first.holdsOrders = true;
        group.comeBack(first);
        ManagerEffect.Order list = group.nextOrder(DiskMessage.ListShares.class);
        group.deliver(list);
        ManagerEffect.Order delete = group.nextOrder(DiskMessage.DeleteShares.class);
        group.leave(second);
        group.pass(REPAIR_MS + 3_000);
        assertEquals(second.id, group.volume("dss1").disks().get(1), "the only Free one may still delete");

        first.holdsOrders = false;
        group.deliver(delete);
        group.pass(2_000);
        assertEquals(first.id, group.volume("dss1").disks().get(1));
        assertEquals(1, first.shares.size());
        assertEquals(List.of(), group.file("a.txt").missing());
    }

    @Test
    void aPageThatADiskToldBeforeItWasPromisedAPlaceDeletesNothing() {
        ManagerBench group = ManagerBench.withVolume(4);
        group.write("a.txt");
        FakeDisk first = group.at("dss1", 1);
        group.leave(first);
        group.pass(REPAIR_MS + 2_000);
        group.leave(group.at("dss1", 1));
        group.pass(REPAIR_MS + 2_000);

        first.holdsOrders = true;
        group.comeBack(first);
        ManagerEffect.Order list = group.nextOrder(DiskMessage.ListShares.class);
        group.holdsLog = true;
        group.pass(1_000);
        group.deliver(list);
        assertTrue(group.held.stream().noneMatch(each -> each.order() instanceof DiskMessage.DeleteShares));
        group.holdsLog = false;
        first.holdsOrders = false;
        group.releaseLog();
        group.pass(5_000);
        assertEquals(first.id, group.volume("dss1").disks().get(1));
        assertEquals(1, first.shares.size());
    }

    @Test
    void anOrderThatMovesMuchHasTheTimeForIt() {
        long bytes = 100L << 30;
        WriteGrant grant = bench.prepare();
        bench.seal(grant, 1);
        VolumeMessage.Commit small = bench.commit(0, "big", grant, 1);
        for (int position = 0; position < 3; position++) {
            bench.at("dss1", position).holdsOrders = true;
        }
        bench.ask(
                new VolumeMessage.Commit(0, 1, "big", USER, small.fileId(), 2 * bytes, small.sha256(), small.sealed()),
                Control.Done.class);
        assertTrue(timeoutMs(DiskMessage.RebuildShare.class) > 2 * bytes / (10 << 20) * 1_000);
        // Each of them is checked after those that were ordered before.
        bench.ask(new VolumeMessage.Scrub("dss1"), VolumeMessage.Job.class);
        long once = timeoutMs(DiskMessage.CheckShares.class);
        assertTrue(once > bytes / (10 << 20) * 1_000);
        FakeDisk disk = bench.at("dss1", 0);
        bench.held.clear();
        bench.send(new VolumeMessage.ReportDamage(new ShareKey(1, small.fileId(), 0), disk.id, "crc"));
        assertTrue(timeoutMs(DiskMessage.CheckShares.class) > once + bytes / (10 << 20) * 1_000);
    }

    private long timeoutMs(Class<? extends DiskMessage> order) {
        return bench.held.stream()
                .filter(each -> order.isInstance(each.order()))
                .mapToLong(ManagerEffect.Order::timeoutMs)
                .findFirst()
                .orElseThrow();
    }
}
