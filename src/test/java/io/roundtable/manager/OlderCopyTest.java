package io.roundtable.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.catalog.Refusals;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.protocol.VolumeMessage.WriteGrant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A disk that starts on an older copy of its folder (a snapshot of its machine, a restored backup) lacks shares that the
 * catalog believes in; nothing that they could be computed from is given away or deleted.
 */
class OlderCopyTest {
    private static final long REPAIR_MS = 5_000;
    private static final ManagerOptions OPTIONS = ManagerBench.OPTIONS.withRepairAfterMs(REPAIR_MS);
    private final ManagerBench bench = new ManagerBench(4, OPTIONS);

    private OlderCopyTest() {
        bench.configure("dss1", 3, 1);
    }

    private void takeOver() {
        bench.takeOver();
        bench.helloAll();
    }

    @Test
    void noPlaceIsGivenAwayBeforeTheOthersHaveShownWhatTheyHold() {
        long file = bench.write("a.txt");
        FakeDisk behind = bench.at("dss1", 1);
        FakeDisk absent = bench.at("dss1", 2);
        behind.shares.clear();
        absent.isAway = true;
        takeOver();
        bench.pass(2 * REPAIR_MS);
        assertEquals(absent.id, bench.volume("dss1").disks().get(2));
        bench.comeBack(absent);
        bench.pass(2 * REPAIR_MS);
        assertEquals(List.of(), bench.file("a.txt").missing());
        assertEquals(3, bench.sharesOf(file));
    }

    @Test
    void whatAReplacedDiskHoldsIsKeptAndUsedIfItCannotBeComputedWithoutIt() {
        long file = bench.write("a.txt");
        FakeDisk absent = bench.at("dss1", 2);
        FakeDisk spare = bench.disks.stream()
                .filter(disk -> bench.volume("dss1").positionOf(disk.id) < 0)
                .findFirst()
                .orElseThrow();
        spare.refusesRebuilds = true;
        bench.leave(absent);
        bench.pass(REPAIR_MS + 1_000);
        assertEquals(spare.id, bench.volume("dss1").disks().get(2));

        FakeDisk behind = bench.at("dss1", 1);
        bench.leave(behind);
        behind.shares.clear();
        takeOver();
        bench.comeBack(behind);
        bench.comeBack(absent);
        bench.pass(2 * OPTIONS.deadAfterMs());
        assertTrue(absent.shares.containsKey(new ShareKey(1, file, 2)), "the only copy");
        spare.refusesRebuilds = false;
        bench.pass(40_000);
        assertEquals(List.of(), bench.file("a.txt").missing());
        assertEquals(3, bench.sharesOf(file));
    }

    @Test
    void aDiskThatComesBackGetsItsOldPlaceAndNothingIsComputedThatItHolds() {
        bench.write("a.txt");
        bench.write("b.txt");
        FakeDisk first = bench.at("dss1", 2);
        bench.leave(first);
        bench.pass(REPAIR_MS + 1_000);
        FakeDisk second = bench.at("dss1", 2);
        bench.leave(second);
        bench.comeBack(first);
        first.broken.add(new ShareKey(1, bench.file("b.txt").fileId(), 2));
        bench.pass(REPAIR_MS + 5_000);
        assertEquals(first.id, bench.volume("dss1").disks().get(2));
        assertEquals(List.of(), bench.file("a.txt").missing());
        assertEquals(List.of(), bench.file("b.txt").missing());
        assertEquals(1, first.ordersOf(DiskMessage.RebuildShare.class).size(), "only the broken one");
        bench.comeBack(second);
        bench.pass(2 * OPTIONS.deadAfterMs());
        assertEquals(0, second.shares.size());
    }

    @Test
    void aShareThatWasSealedThoughNobodyHeardOfItIsUsed() {
        WriteGrant grant = bench.prepare();
        bench.seal(grant);
        bench.at("dss1", 1).refusesRebuilds = true;
        bench.ask(bench.commit(0, "a.txt", grant, 1), Control.Done.class);
        bench.leave(bench.at("dss1", 0));
        bench.leave(bench.at("dss1", 1));
        bench.comeBack(bench.at("dss1", 1));
        bench.pass(2_000);
        assertEquals(List.of(), bench.file("a.txt").missing());
    }

    @Test
    void aCommitDoesNotCountOnADiskThatCameBackWithoutTheShare() {
        WriteGrant grant = bench.prepare();
        bench.seal(grant);
        FakeDisk behind = bench.at("dss1", 1);
        bench.leave(behind);
        behind.shares.clear();
        bench.comeBack(behind);
        bench.ask(bench.commit(0, "a.txt", grant), Control.Done.class);
        assertEquals(3, bench.sharesOf(grant.firstFileId()));
        assertEquals(1, behind.ordersOf(DiskMessage.RebuildShare.class).size());
    }

    @Test
    void whatIsMissingIsFoundThoughTheShareOfAnotherDiskIsRestoredMeanwhile() {
        long file = bench.write("a.txt");
        FakeDisk emptied = bench.at("dss1", 2);
        bench.leave(emptied);
        emptied.shares.clear();
        emptied.holdsOrders = true;
        bench.comeBack(emptied);
        bench.deliver(bench.nextOrder(DiskMessage.ListShares.class));
        ManagerEffect.Order rebuild = bench.nextOrder(DiskMessage.RebuildShare.class);
        bench.holdsLog = true;
        bench.deliver(rebuild);

        FakeDisk behind = bench.at("dss1", 1);
        bench.leave(behind);
        behind.shares.clear();
        behind.holdsOrders = true;
        bench.comeBack(behind);
        ManagerEffect.Order list = bench.nextOrder(DiskMessage.ListShares.class);
        bench.releaseLog();
        bench.holdsLog = false;
        behind.holdsOrders = false;
        bench.deliver(list);
        assertTrue(behind.shares.containsKey(new ShareKey(1, file, 1)), "computed again at once");
        assertEquals(3, bench.sharesOf(file));
    }

    @Test
    void norOnOneThatCameBackWithoutItWhileTheLogHadNotAnswered() {
        WriteGrant grant = bench.prepare();
        bench.seal(grant);
        FakeDisk behind = bench.at("dss1", 1);
        bench.holdsLog = true;
        bench.send(bench.commit(0, "a.txt", grant));
        bench.leave(behind);
        behind.shares.clear();
        bench.comeBack(behind);
        bench.releaseLog();
        bench.holdsLog = false;
        bench.pass(2_000);
        assertEquals(3, bench.sharesOf(grant.firstFileId()));
        assertEquals(1, behind.ordersOf(DiskMessage.RebuildShare.class).size());
    }

    @Test
    void aWalkThatADiskDidNotFinishCountsForNothing() {
        bench.write("a.txt");
        FakeDisk behind = bench.at("dss1", 1);
        FakeDisk absent = bench.at("dss1", 2);
        behind.shares.clear();
        absent.isAway = true;
        behind.holdsOrders = true;
        takeOver();
        bench.pass(2 * REPAIR_MS);
        assertEquals(absent.id, bench.volume("dss1").disks().get(2));
        // Asked before it went and came back with still less.
        ManagerEffect.Order list = bench.nextOrder(DiskMessage.ListShares.class);
        bench.held.clear();
        bench.hello(behind);
        bench.carryOut(bench.manager.onPeerGone(behind.host.identity(), bench.nowMs));
        bench.hello(behind);
        bench.carryOut(bench.manager.onDiskAnswer(list.token(), new DiskMessage.Shares(List.of(), false), bench.nowMs));
        bench.pass(2 * REPAIR_MS);
        assertEquals(absent.id, bench.volume("dss1").disks().get(2));
    }

    /** A machine that is put back to a snapshot ends no connection that anybody would see. */
    @Test
    void aDiskThatStartsAnewUnseenIsLookedAtAnew() {
        bench.write("a.txt");
        FakeDisk behind = bench.at("dss1", 1);
        behind.shares.clear();
        behind.start++;
        bench.pass(1_000);
        assertEquals(1, behind.ordersOf(DiskMessage.RebuildShare.class).size());
        behind.shares.clear();
        behind.epoch = 0;
        bench.pass(1_000);
        assertEquals(2, behind.ordersOf(DiskMessage.RebuildShare.class).size());
        assertEquals(List.of(), bench.file("a.txt").missing());
    }

    @Test
    void noDiskIsWipedBeforeTheOthersHaveShownWhatTheyHold() {
        bench.write("a.txt");
        bench.at("dss1", 1).holdsOrders = true;
        takeOver();
        VolumeMessage.FailDisk fail = new VolumeMessage.FailDisk(9, "dss1", Optional.of(name(0)), ManagerBench.USER);
        long request = bench.send(fail);
        assertNull(bench.answers.get(request), "they have just come");
        bench.pass(2 * OPTIONS.settleMs());
        assertEquals(Refusals.busy("inventory"), ((Message.Refusal) bench.answers.get(request)).reason());
        bench.at("dss1", 1).holdsOrders = false;
        bench.releaseOrders();
        bench.ask(fail, VolumeMessage.Job.class);
    }

    @Test
    void aDiskIsNotWipedIfAnotherCameWithLessMeanwhile() {
        long file = bench.write("a.txt");
        FakeDisk wiped = bench.at("dss1", 0);
        FakeDisk behind = bench.at("dss1", 1);
        wiped.holdsOrders = true;
        VolumeMessage.FailDisk fail = new VolumeMessage.FailDisk(9, "dss1", Optional.of(name(0)), ManagerBench.USER);
        VolumeMessage.Job job = bench.ask(fail, VolumeMessage.Job.class);
        // The order gets lost with the connection.
        bench.held.clear();
        bench.leave(wiped);
        wiped.holdsOrders = false;
        bench.leave(behind);
        behind.shares.clear();
        bench.comeBack(behind);
        bench.comeBack(wiped);
        bench.pass(10_000);
        assertTrue(wiped.shares.containsKey(new ShareKey(1, file, 0)));
        assertEquals(List.of(), bench.file("a.txt").missing());
        VolumeMessage.Job over = bench.ask(new VolumeMessage.JobQuery(job.jobId()), VolumeMessage.Job.class);
        assertTrue(over.isOver());
        assertTrue(over.problems().get(0).contains("was not wiped"), over.problems()::toString);
    }

    @Test
    void aFreeDiskThatHoldsTheLastCopyIsNotForgottenNorGivenToAnotherVolume() {
        bench.write("a.txt");
        FakeDisk absent = bench.at("dss1", 2);
        bench.leave(absent);
        bench.pass(REPAIR_MS + 1_000);
        bench.at("dss1", 2).shares.clear();
        bench.at("dss1", 2).refusesRebuilds = true;
        bench.leave(bench.at("dss1", 1));
        bench.at("dss1", 1).shares.clear();
        takeOver();
        String free = String.valueOf(bench.log.disk(absent.id).name());
        bench.pass(4_000);
        String away = bench.refusal(new VolumeMessage.DeregisterDisk(5, free));
        assertTrue(away.contains("is away and may hold what is needed: files of dss1"), away);
        bench.comeBack(absent);
        bench.pass(4_000);
        String there = bench.refusal(new VolumeMessage.DeregisterDisk(6, free));
        assertTrue(there.contains("holds shares"), there);
        assertEquals(Refusals.NOT_ENOUGH_FREE, bench.refusal(bench.configuration(7, "dss2", 3, 1)));
    }

    private String name(int position) {
        return String.valueOf(bench.log.disk(bench.at("dss1", position).id).name());
    }

    @Test
    void listsAreAskedForAtOnceAfterATakeover() {
        bench.write("a.txt");
        long before = lists();
        takeOver();
        bench.carryOut(bench.manager.onTick(bench.nowMs));
        assertEquals(before + 4, lists());
    }

    private long lists() {
        return bench.disks.stream()
                .mapToLong(disk -> disk.ordersOf(DiskMessage.ListShares.class).size())
                .sum();
    }
}
