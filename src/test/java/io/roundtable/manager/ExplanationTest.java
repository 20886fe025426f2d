package io.roundtable.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.event.EventKind;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.protocol.VolumeMessage.Explanation;
import io.roundtable.protocol.VolumeMessage.WriteGrant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said of a volume is what its worst file survives, as far as its disks have shown what they hold. */
class ExplanationTest {
    private static final long GRACE_MS = ManagerBench.OPTIONS.deadAfterMs();
    private final ManagerBench bench = ManagerBench.withVolume(5);

    private Explanation explain() {
        return explain(bench);
    }

    private static Explanation explain(ManagerBench of) {
        return of.ask(new VolumeMessage.Explain("dss1"), Explanation.class);
    }

    private String headline() {
        return explain().lines().get(0);
    }

    private String name(int position) {
        return String.valueOf(bench.log.disk(bench.at("dss1", position).id).name());
    }

    private VolumeMessage.FailDisk fail(int position) {
        return new VolumeMessage.FailDisk(0, "dss1", Optional.of(name(position)), ManagerBench.USER);
    }

    /** A file whose share at one position is yet to be computed. */
    private void writeWithout(String file, int position) {
        WriteGrant grant = bench.prepare();
        bench.seal(grant, position);
        bench.at("dss1", position).refusesRebuilds = true;
        bench.ask(bench.commit(0, file, grant, position), Control.Done.class);
    }

    @Test
    void aWholeVolumeSurvivesTheLossOfAnyDisk() {
        assertTrue(headline().startsWith("dss1: no files; one written now survives the loss of any one more disk"));
        bench.write("a.txt");
        bench.pass(GRACE_MS);
        assertEquals(1, explain().survives());
        assertTrue(headline()
                .matches("dss1: every file survives the loss of any one more disk \\(as of \\d+ s ago\\)\\."));
        assertEquals(1, explain().lines().size());
    }

    @Test
    void aShareThatIsBeingComputedIsNotThereYet() {
        bench.write("whole.txt");
        writeWithout("a.txt", 1);
        bench.pass(GRACE_MS);
        assertEquals(0, explain().survives());
        assertTrue(headline().startsWith("dss1: 1 file survives no further loss: a.txt (as of "), headline());
        assertTrue(explain().lines().contains("1 file lacks a share; being computed again: 0."), explain()::toString);

        bench.at("dss1", 1).refusesRebuilds = false;
        bench.pass(60_000);
        assertEquals(1, explain().survives());
    }

    @Test
    void anAwayDiskIsNothingToCountOn() {
        bench.write("a.txt");
        String away = name(1);
        bench.leave(bench.at("dss1", 1));
        assertTrue(headline().startsWith("dss1: no file survives a further loss (as of "), headline());
        assertEquals(List.of(away), explain().away());
        assertEquals(
                "Away: " + away + ". A Free disk takes its place in 60 s.",
                explain().lines().get(1));
    }

    @Test
    void whatIsMissingOnOneDiskAndAwayWithAnotherCannotBeRead() {
        bench.write("whole.txt");
        writeWithout("a.txt", 1);
        bench.leave(bench.at("dss1", 2));
        assertEquals(-1, explain().survives());
        assertTrue(headline().startsWith("dss1: 1 file cannot be read now: a.txt (as of "), headline());
        assertEquals("1 file survives no further loss.", explain().lines().get(1));
        bench.leave(bench.at("dss1", 0));
        assertTrue(headline().startsWith("dss1: no file can be read now (as of "), headline());
    }

    @Test
    void aDiskThatIsBeingWipedIsNothingToCountOn() {
        bench.write("a.txt");
        bench.holdsLog = true;
        bench.send(fail(1));
        // Nothing is lost as far as the log knows.
        assertEquals(0, explain().survives());
        assertTrue(explain().lines().contains("Being wiped by disk-failure: " + name(1) + "."), explain()::toString);
        bench.at("dss1", 1).holdsOrders = true;
        bench.releaseLog();
        assertEquals(0, explain().survives());
        bench.at("dss1", 1).holdsOrders = false;
        bench.holdsLog = false;
        bench.releaseOrders();
        bench.pass(2_000);
        assertEquals(1, explain().survives());
    }

    @Test
    void aBrokenShareCountsAsLostBeforeTheLogKnows() {
        long file = bench.write("a.txt");
        bench.at("dss1", 0).broken.add(new ShareKey(1, file, 0));
        bench.holdsLog = true;
        bench.send(new VolumeMessage.ReportDamage(new ShareKey(1, file, 0), bench.at("dss1", 0).id, "crc"));
        assertEquals(List.of(), bench.file("a.txt").missing());
        assertEquals(0, explain().survives());
    }

    @Test
    void aPlaceThatIsBeingFilledIsNotFull() {
        bench.write("a.txt");
        bench.write("b.txt");
        bench.pass(GRACE_MS);
        bench.disks.forEach(disk -> disk.holdsOrders = true);
        bench.leave(bench.at("dss1", 1));
        bench.pass(ManagerBench.OPTIONS.repairAfterMs() + 1_000);
        assertEquals(List.of(), explain().away());
        assertTrue(headline().startsWith("dss1: no file survives a further loss"), headline());
    }

    @Test
    void afterATakeoverNothingIsKnownBeforeTheListsAreIn() {
        long file = bench.write("a.txt");
        bench.pass(GRACE_MS);
        bench.takeOver();
        FakeDisk disk = bench.at("dss1", 1);
        disk.holdsOrders = true;
        // An older copy of its folder, say.
        disk.shares.remove(new ShareKey(1, file, 1));
        disk.refusesRebuilds = true;
        bench.helloAll();
        bench.pass(GRACE_MS + 1_000);
        assertFalse(explain().isKnown());
        assertEquals(List.of(name(1)), explain().awaited());
        assertEquals("dss1: not known yet: " + name(1) + " has not shown its list.", headline());

        disk.holdsOrders = false;
        bench.releaseOrders();
        bench.pass(1_000);
        assertTrue(explain().isKnown());
        assertEquals(0, explain().survives());
    }

    @Test
    void aDiskThatComesBackShowsItsListAnew() {
        bench.write("a.txt");
        bench.pass(GRACE_MS);
        FakeDisk disk = bench.at("dss1", 1);
        bench.leave(disk);
        disk.shares.clear();
        disk.holdsOrders = true;
        bench.comeBack(disk);
        bench.pass(1_000);
        assertEquals(List.of(name(1)), explain().awaited());
        disk.holdsOrders = false;
        disk.refusesRebuilds = true;
        bench.releaseOrders();
        assertEquals(0, explain().survives());
    }

    /** It slept, or its machine did: that it heard nothing of the disks is not their word. */
    @Test
    void aManagerThatSleptKnowsNothingOfDisksThatItHasNotHeardOfSince() {
        bench.write("a.txt");
        bench.pass(GRACE_MS);
        bench.nowMs += ManagerBench.OPTIONS.diskSilentMs() + 1;
        assertFalse(explain().isKnown());
        bench.helloAll();
        assertTrue(explain().isKnown());
    }

    @Test
    void theLookIsAsOldAsTheOldestList() {
        bench.write("a.txt");
        bench.pass(GRACE_MS);
        bench.pass(100_000);
        long lookedMs = explain().lookedMs();
        assertTrue(lookedMs >= 100_000, () -> "looked " + lookedMs + " ms ago");
        bench.pass(100_000);
        assertEquals(lookedMs + 100_000, explain().lookedMs());
        assertTrue(headline().endsWith("(as of 3 min ago)."), headline());
    }

    @Test
    void manyFilesAreCountedAndSomeNamed() {
        bench.at("dss1", 1).refusesRebuilds = true;
        for (int i = 0; i < 7; i++) {
            writeWithout("f" + i, 1);
        }
        bench.write("whole");
        String expected = "dss1: 7 files survive no further loss: f0, f1, f2, f3, f4 and 2 more (as of ";
        assertTrue(headline().startsWith(expected), headline());
    }

    /** More than are listed of a kind: those that are left in the end are still named. */
    @Test
    void theLastOfVeryManyIsNamed() {
        int files = 1_100;
        for (int i = 0; i < files; i++) {
            writeWithout("f" + (10_000 + i), 1);
        }
        for (int i = 0; i < files - 1; i++) {
            bench.ask(new VolumeMessage.Remove(0, "dss1", "f" + (10_000 + i), ManagerBench.USER), Control.Done.class);
        }
        bench.write("whole");
        assertTrue(headline().startsWith("dss1: 1 file survives no further loss: f11099 (as of "), headline());
    }

    @Test
    void aScrubThatIsUnderWayIsTold() {
        bench.write("a.txt");
        bench.at("dss1", 0).holdsOrders = true;
        bench.ask(new VolumeMessage.Scrub("dss1"), VolumeMessage.Job.class);
        assertTrue(
                explain().lines().stream()
                        .anyMatch(line -> line.matches("A scrub is under way: \\d+ % read, problems: 0\\.")),
                explain()::toString);
    }

    /** What could not be computed waits for another try, and is not there either. */
    @Test
    void aVolumeIsNotRepairedWhileAShareIsMissing() {
        writeWithout("a.txt", 1);
        writeWithout("b.txt", 2);
        bench.at("dss1", 2).refusesRebuilds = false;
        bench.at("dss1", 2).holdsOrders = false;
        bench.pass(5_000);
        assertEquals(List.of(), bench.file("b.txt").missing());
        assertNotEquals(List.of(), bench.file("a.txt").missing());
        assertFalse(bench.reports.contains(EventKind.VOLUME_REPAIRED));
        bench.at("dss1", 1).refusesRebuilds = false;
        bench.pass(60_000);
        assertTrue(bench.reports.contains(EventKind.VOLUME_REPAIRED));
    }

    /** A scrub reads what is there: that it found nothing wrong says nothing of what is not. */
    @Test
    void aScrubTellsWhatItCouldNotRead() {
        writeWithout("a.txt", 1);
        VolumeMessage.Job begun = bench.ask(new VolumeMessage.Scrub("dss1"), VolumeMessage.Job.class);
        VolumeMessage.Job over = bench.ask(new VolumeMessage.JobQuery(begun.jobId()), VolumeMessage.Job.class);
        assertTrue(over.isOver());
        assertEquals(List.of("1 file lacks a share; it is computed again"), over.problems());
        assertEquals(
                1, bench.at("dss1", 0).ordersOf(DiskMessage.CheckShares.class).size());
    }
}
