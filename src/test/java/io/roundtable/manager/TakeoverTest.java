package io.roundtable.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.catalog.FileEntry;
import io.roundtable.catalog.Outcome;
import io.roundtable.catalog.Refusals;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.protocol.VolumeMessage.ReadGrant;
import io.roundtable.protocol.VolumeMessage.WriteGrant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the next manager goes on with, and what it must not believe. */
class TakeoverTest {
    private static final String USER = ManagerBench.USER;
    private static final long DEAD_MS = ManagerBench.OPTIONS.deadAfterMs();
    private final ManagerBench bench = ManagerBench.withVolume(4);

    private void takeOver() {
        bench.takeOver();
        bench.helloAll();
    }

    @Test
    void requestsWaitForTheDisksAndAreAnsweredOnceTheyAreThere() {
        bench.write("a.txt");
        bench.takeOver();
        long prepare = bench.send(new VolumeMessage.PrepareWrite("dss1", USER, 1));
        long open = bench.send(new VolumeMessage.OpenRead("dss1", "a.txt", USER));
        long configure = bench.send(bench.configuration(1, "dss2", 3, 1));
        assertNull(bench.answers.get(prepare));
        bench.helloAll();
        WriteGrant grant = (WriteGrant) bench.answers.get(prepare);
        assertNotNull(grant);
        assertTrue(grant.volume().disks().stream().allMatch(seat -> seat.isThere()));
        assertNotNull(bench.answers.get(open));
        assertNull(bench.answers.get(configure), "one Free disk is too few, but others may come");
        bench.pass(ManagerBench.OPTIONS.settleMs());
        assertEquals(
                Refusals.NOT_ENOUGH_FREE,
                ((io.roundtable.protocol.Message.Refusal) bench.answers.get(configure)).reason());
    }

    @Test
    void theyDoNotWaitLongForADiskThatTheParityMakesUpFor() {
        bench.write("a.txt");
        bench.at("dss1", 1).isAway = true;
        bench.takeOver();
        bench.helloAll();
        long open = bench.send(new VolumeMessage.OpenRead("dss1", "a.txt", USER));
        bench.pass(200);
        assertNull(bench.answers.get(open));
        bench.pass(200);
        ReadGrant grant = (ReadGrant) bench.answers.get(open);
        assertEquals(Optional.empty(), grant.volume().disks().get(1).address());
    }

    @Test
    void aWriteGoesOnUnderTheNextManager() {
        WriteGrant grant = bench.prepare();
        bench.seal(grant);
        takeOver();
        WriteGrant kept = bench.ask(bench.keep(grant), WriteGrant.class);
        assertEquals(bench.manager.epoch(), kept.epoch());
        assertEquals(grant.firstFileId(), kept.firstFileId());
        bench.ask(bench.commit(5, "a.txt", kept), Control.Done.class);
        assertEquals(grant.firstFileId(), bench.file("a.txt").fileId());
    }

    @Test
    void oneThatLastsLongIsNotGivenUpForBeingOld() {
        WriteGrant grant = bench.prepare();
        takeOver();
        for (int i = 0; i < 10; i++) {
            bench.ask(bench.keep(grant), WriteGrant.class);
            bench.pass(4_000);
        }
        bench.seal(grant);
        bench.ask(bench.keep(grant), WriteGrant.class);
        bench.ask(bench.commit(5, "a.txt", grant), Control.Done.class);
    }

    @Test
    void aWriterWhoSaysNothingInTimeIsGivenUp() {
        WriteGrant grant = bench.prepare();
        bench.seal(grant);
        takeOver();
        bench.pass(DEAD_MS + 1_000);
        assertEquals(Refusals.WRITE_GIVEN_UP, bench.refusal(bench.keep(grant)));
        assertEquals(Refusals.WRITE_GIVEN_UP, bench.refusal(bench.commit(0, "a.txt", grant)));
        assertEquals(0, bench.sharesOf(grant.firstFileId()), "the inventory deletes what nobody goes on with");
    }

    @Test
    void ofAnOlderGrantTheDisksAreBelievedAndNotTheWriter() {
        WriteGrant grant = bench.prepare();
        bench.seal(grant, 0, 1);
        takeOver();
        bench.ask(bench.keep(grant), WriteGrant.class);
        assertEquals(Refusals.NOT_SEALED, bench.refusal(bench.commit(0, "a.txt", grant)));
    }

    @Test
    void aShareThatOneDiskLostSinceIsComputedAgain() {
        WriteGrant grant = bench.prepare();
        bench.seal(grant, 2);
        takeOver();
        bench.ask(bench.keep(grant), WriteGrant.class);
        bench.ask(bench.commit(0, "a.txt", grant), Control.Done.class);
        assertEquals(
                1, bench.at("dss1", 2).ordersOf(DiskMessage.RebuildShare.class).size());
        assertEquals(List.of(), bench.file("a.txt").missing());
    }

    @Test
    void aCommitWhoseAnswerWasLostIsAnsweredAlike() {
        WriteGrant grant = bench.prepare();
        bench.seal(grant);
        VolumeMessage.Commit commit = bench.commit(99, "a.txt", grant);
        bench.ask(commit, Control.Done.class);
        takeOver();
        bench.ask(bench.keep(grant), WriteGrant.class);
        bench.ask(commit, Control.Done.class);
        bench.pass(2 * DEAD_MS);
        assertEquals(3, bench.sharesOf(grant.firstFileId()));
    }

    @Test
    void aCommittedFileIsNotSweptAwayWithItsSilentWriter() {
        WriteGrant many = bench.ask(new VolumeMessage.PrepareWrite("dss1", USER, 2), WriteGrant.class);
        bench.seal(many);
        bench.ask(bench.commit(1, "a.txt", many), Control.Done.class);
        takeOver();
        bench.ask(bench.keep(many), WriteGrant.class);
        bench.pass(2 * DEAD_MS);
        assertEquals(3, bench.sharesOf(many.firstFileId()));
    }

    @Test
    void aContentThatWasReplacedStaysForReadersOfTheLastManager() {
        long old = bench.write("a.txt");
        ReadGrant reader = bench.ask(new VolumeMessage.OpenRead("dss1", "a.txt", USER), ReadGrant.class);
        takeOver();
        bench.write("a.txt");
        assertEquals(3, bench.sharesOf(old));
        VolumeMessage.KeepRead keep = new VolumeMessage.KeepRead(reader.readId(), 1, "a.txt", old);
        for (int i = 0; i < 8; i++) {
            bench.pass(4_000);
            bench.ask(keep, ReadGrant.class);
        }
        assertEquals(3, bench.sharesOf(old));
        bench.pass(2 * DEAD_MS);
        assertEquals(0, bench.sharesOf(old));
    }

    @Test
    void aDiskFailureThatIsAskedForAgainWipesNoOtherDisk() {
        bench.write("a.txt");
        VolumeMessage.FailDisk fail = new VolumeMessage.FailDisk(31, "dss1", Optional.empty(), USER);
        bench.ask(fail, VolumeMessage.Job.class);
        long wiped = wipes();
        for (int i = 0; i < 5; i++) {
            takeOver();
            bench.ask(fail, VolumeMessage.Job.class);
        }
        assertEquals(1, wiped);
        assertEquals(wiped, wipes());
    }

    private long wipes() {
        return bench.disks.stream()
                .mapToLong(disk -> disk.ordersOf(DiskMessage.Wipe.class).size())
                .sum();
    }

    @Test
    void aConfigurationThatIsAskedForAgainIsAnsweredAlike() {
        ManagerBench six = new ManagerBench(6);
        VolumeMessage.Configure configure = six.configuration(8, "dss1", 3, 1);
        VolumeMessage.Volume made = six.ask(configure, VolumeMessage.Volume.class);
        six.takeOver();
        six.helloAll();
        assertEquals(
                made.volume().id(),
                six.ask(configure, VolumeMessage.Volume.class).volume().id());
        assertEquals(1, six.log.volumes().size());
    }

    @Test
    void aRefusedConfigurationIsNotTakenForTheOneThatWon() {
        ManagerBench six = new ManagerBench(6);
        six.holdsLog = true;
        long first = six.send(six.configuration(1, "dss1", 3, 1));
        long second = six.send(six.configuration(2, "dss1", 3, 1));
        six.releaseLog();
        assertTrue(six.answers.get(first) instanceof VolumeMessage.Volume);
        assertEquals(Refusals.BAD_VOLUME, ((io.roundtable.protocol.Message.Refusal) six.answers.get(second)).reason());
        six.holdsLog = false;
        assertEquals(Refusals.BAD_VOLUME, six.refusal(six.configuration(2, "dss1", 3, 1)));
    }

    @Test
    void aDecommissionThatIsAskedForAgainIsAnsweredAlike() {
        bench.write("a.txt");
        VolumeMessage.Decommission decommission = new VolumeMessage.Decommission(44, "dss1", USER);
        bench.ask(decommission, VolumeMessage.Job.class);
        takeOver();
        assertTrue(bench.ask(decommission, VolumeMessage.Job.class).isOver());
    }

    @Test
    void aDecommissionThatTheLastManagerBeganIsEnded() {
        bench.write("a.txt");
        bench.at("dss1", 0).holdsOrders = true;
        bench.ask(new VolumeMessage.Decommission(44, "dss1", USER), VolumeMessage.Job.class);
        assertTrue(bench.volume("dss1").isDecommissioning());
        bench.at("dss1", 0).holdsOrders = false;
        takeOver();
        bench.pass(DEAD_MS + 2_000);
        assertNull(bench.log.volume("dss1"));
        assertTrue(bench.disks.stream().allMatch(disk -> disk.shares.isEmpty()));
    }

    @Test
    void aManagerWhoseCopyDisagreesWithTheLogStepsDown() {
        bench.holdsLog = true;
        bench.send(bench.configuration(0, "dss2", 3, 1));
        bench.send(new VolumeMessage.RegisterUser(0, "eve", Optional.empty(), Optional.empty()));
        ManagerEffect.Propose propose = bench.heldProposals.remove();
        bench.carryOut(bench.manager.onApplied(
                propose.token(),
                propose.requests().stream()
                        .map(each -> (Outcome.Result) new Outcome.Done(77, 77))
                        .toList(),
                bench.nowMs));
        assertEquals(1, bench.stepDowns.size());
    }

    @Test
    void copyAndLogAreEqualAfterAllThat() {
        bench.write("a.txt");
        bench.write("b.txt");
        takeOver();
        bench.write("a.txt");
        bench.ask(new VolumeMessage.Remove(3, "dss1", "b.txt", USER), Control.Done.class);
        VolumeMessage.Files files = bench.ask(new VolumeMessage.ListFiles("dss1", "", 10), VolumeMessage.Files.class);
        VolumeEntry inLog = bench.volume("dss1");
        assertEquals(
                inLog.files().stream().map(FileEntry::fileId).toList(),
                files.files().stream().map(file -> file.fileId()).toList());
        assertEquals(List.of(), bench.stepDowns);
    }

    @Test
    void whatWasGivenUpAndGoesOnNeverthelessIsNotSweptAway() {
        WriteGrant grant = bench.prepare();
        bench.seal(grant);
        takeOver();
        bench.ask(bench.keep(grant), WriteGrant.class);
        bench.ask(new VolumeMessage.Abort(grant.volume().id(), grant.firstFileId()), Control.Done.class);
        // Asked before the writer gave up, and late.
        bench.ask(bench.keep(grant), WriteGrant.class);
        for (int i = 0; i < 5; i++) {
            bench.pass(ManagerBench.OPTIONS.keepMs());
            bench.ask(bench.keep(grant), WriteGrant.class);
        }
        assertEquals(3, bench.sharesOf(grant.firstFileId()));
        bench.ask(bench.commit(5, "a.txt", grant), Control.Done.class);
        bench.pass(1_000);
        assertEquals(3, bench.sharesOf(grant.firstFileId()));
    }

    @Test
    void whatTheCopyRemembersTheLogIsNotAskedAgain() {
        WriteGrant grant = bench.prepare();
        bench.seal(grant);
        bench.ask(bench.commit(5, "a.txt", grant), Control.Done.class);
        bench.holdsLog = true;
        bench.ask(bench.commit(5, "a.txt", grant), Control.Done.class);
        assertEquals(0, bench.heldProposals.size());
    }
}
