package io.roundtable.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.catalog.Refusals;
import io.roundtable.event.EventKind;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.protocol.VolumeMessage.ReadGrant;
import io.roundtable.protocol.VolumeMessage.WriteGrant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes, reads and removals as users see them, and what becomes of the contents that nobody needs any more. */
class TransferTest {
    private static final String USER = ManagerBench.USER;
    private static final long DEAD_MS = ManagerBench.OPTIONS.deadAfterMs();
    private final ManagerBench bench = ManagerBench.withVolume(4);

    private ReadGrant open(String name) {
        return bench.ask(new VolumeMessage.OpenRead("dss1", name, USER), ReadGrant.class);
    }

    @Test
    void whatWasCommittedIsRead() {
        long fileId = bench.write("a.txt");
        ReadGrant grant = open("a.txt");
        assertEquals(fileId, grant.file().fileId());
        assertEquals(200, grant.file().sizeBytes());
        assertEquals(List.of(), grant.file().missing());
        assertEquals(bench.manager.epoch(), grant.epoch());
    }

    @Test
    void aCommitIsAnsweredOnlyOnceTheLogHasIt() {
        WriteGrant grant = bench.prepare();
        bench.seal(grant);
        bench.holdsLog = true;
        long request = bench.send(bench.commit(0, "a.txt", grant));
        assertNull(bench.answers.get(request));
        assertEquals(Refusals.NO_SUCH_FILE, bench.refusal(new VolumeMessage.OpenRead("dss1", "a.txt", USER)));
        bench.releaseLog();
        assertEquals(new Control.Done(), bench.answers.get(request));
    }

    @Test
    void aWriteMaySucceedWithOneDiskMissingAndItsShareIsComputedThen() {
        WriteGrant grant = bench.prepare();
        bench.seal(grant, 1);
        bench.ask(bench.commit(0, "a.txt", grant, 1), Control.Done.class);
        assertEquals(List.of(), bench.file("a.txt").missing());
        assertEquals(3, bench.sharesOf(grant.firstFileId()));
    }

    @Test
    void withTwoMissingItIsRefusedAndWhatLiesOnTheDisksGoes() {
        WriteGrant grant = bench.prepare();
        bench.seal(grant, 1, 2);
        assertEquals(Refusals.NOT_SEALED, bench.refusal(bench.commit(0, "a.txt", grant, 1, 2)));
        assertEquals(0, bench.sharesOf(grant.firstFileId()));
        assertNull(bench.volume("dss1").file("a.txt"));
    }

    @Test
    void nothingIsWrittenWhileTooManyDisksAreAway() {
        bench.leave(bench.at("dss1", 0));
        bench.prepare();
        bench.leave(bench.at("dss1", 2));
        assertEquals(Refusals.TOO_MANY_AWAY, bench.refusal(new VolumeMessage.PrepareWrite("dss1", USER, 1)));
    }

    @Test
    void theOldContentGoesAfterTheCommitOfTheNew() {
        long old = bench.write("a.txt");
        long present = bench.write("a.txt");
        assertEquals(0, bench.sharesOf(old));
        assertEquals(3, bench.sharesOf(present));
    }

    @Test
    void theOldContentStaysWhileItIsRead() {
        long old = bench.write("a.txt");
        ReadGrant reader = open("a.txt");
        long present = bench.write("a.txt");
        VolumeMessage.KeepRead keep =
                new VolumeMessage.KeepRead(reader.readId(), reader.volume().id(), "a.txt", old);
        for (int i = 0; i < 10; i++) {
            bench.pass(4_000);
            assertEquals(old, bench.ask(keep, ReadGrant.class).file().fileId());
            assertEquals(3, bench.sharesOf(old));
        }
        bench.ask(new VolumeMessage.CloseRead(reader.readId()), Control.Done.class);
        assertEquals(0, bench.sharesOf(old));
        assertEquals(3, bench.sharesOf(present));
    }

    @Test
    void aReaderWhoFellSilentKeepsNothing() {
        long old = bench.write("a.txt");
        ReadGrant reader = open("a.txt");
        bench.write("a.txt");
        bench.pass(DEAD_MS + 1_000);
        assertEquals(0, bench.sharesOf(old));
        assertEquals(
                Refusals.NO_SUCH_FILE,
                bench.refusal(new VolumeMessage.KeepRead(
                        reader.readId(), reader.volume().id(), "a.txt", old)));
    }

    @Test
    void aWriterWhoFellSilentIsGivenUpAndCannotCommit() {
        WriteGrant grant = bench.prepare();
        bench.seal(grant);
        bench.pass(DEAD_MS + 1_000);
        assertEquals(0, bench.sharesOf(grant.firstFileId()));
        bench.seal(grant);
        assertEquals(Refusals.WRITE_GIVEN_UP, bench.refusal(bench.keep(grant)));
        assertEquals(Refusals.WRITE_GIVEN_UP, bench.refusal(bench.commit(0, "a.txt", grant)));
    }

    @Test
    void aWriterWhoIsHeardOfMayTakeAsLongAsItWants() {
        WriteGrant grant = bench.prepare();
        for (int i = 0; i < 20; i++) {
            bench.pass(4_000);
            bench.ask(bench.keep(grant), WriteGrant.class);
        }
        bench.seal(grant);
        bench.ask(bench.commit(0, "a.txt", grant), Control.Done.class);
    }

    @Test
    void aWriteIsNotGivenUpWhileItsCommitWaitsForTheLog() {
        WriteGrant grant = bench.prepare();
        bench.seal(grant);
        bench.holdsLog = true;
        long request = bench.send(bench.commit(0, "a.txt", grant));
        bench.pass(DEAD_MS + 1_000);
        bench.send(new VolumeMessage.Abort(grant.volume().id(), grant.firstFileId()));
        bench.releaseLog();
        assertEquals(new Control.Done(), bench.answers.get(request));
        assertEquals(3, bench.sharesOf(grant.firstFileId()));
    }

    @Test
    void whatWasAbortedIsSweptAndCannotBeCommitted() {
        WriteGrant grant = bench.prepare();
        bench.seal(grant);
        bench.ask(new VolumeMessage.Abort(grant.volume().id(), grant.firstFileId()), Control.Done.class);
        assertEquals(0, bench.sharesOf(grant.firstFileId()));
        assertEquals(Refusals.WRITE_GIVEN_UP, bench.refusal(bench.commit(0, "a.txt", grant)));
    }

    @Test
    void aCommitThatIsSentTwiceIsCarriedOutOnceAndAnsweredTwice() {
        WriteGrant grant = bench.prepare();
        bench.seal(grant);
        bench.holdsLog = true;
        VolumeMessage.Commit commit = bench.commit(11, "a.txt", grant);
        long first = bench.send(commit);
        long second = bench.send(commit);
        bench.releaseLog();
        assertEquals(new Control.Done(), bench.answers.get(first));
        assertEquals(new Control.Done(), bench.answers.get(second));
        bench.holdsLog = false;
        long other = bench.write("a.txt");
        bench.ask(commit, Control.Done.class);
        assertEquals(other, bench.file("a.txt").fileId());
        assertEquals(3, bench.sharesOf(other));
    }

    @Test
    void oneContentCannotBecomeTwoFiles() {
        WriteGrant grant = bench.prepare();
        bench.seal(grant);
        bench.holdsLog = true;
        bench.send(bench.commit(1, "a.txt", grant));
        long second = bench.send(bench.commit(2, "b.txt", grant));
        bench.releaseLog();
        assertEquals(
                Refusals.busy("copy"), ((io.roundtable.protocol.Message.Refusal) bench.answers.get(second)).reason());
        bench.holdsLog = false;
        bench.ask(bench.keep(grant), WriteGrant.class);
        assertEquals(Refusals.WRITE_GIVEN_UP, bench.refusal(bench.commit(3, "b.txt", grant)));
        assertNull(bench.volume("dss1").file("b.txt"));
    }

    @Test
    void aRemovalThatIsSentAgainSparesWhatWasWrittenSince() {
        bench.write("a.txt");
        VolumeMessage.Remove remove = new VolumeMessage.Remove(7, "dss1", "a.txt", USER);
        bench.ask(remove, Control.Done.class);
        long present = bench.write("a.txt");
        bench.ask(remove, Control.Done.class);
        assertEquals(present, bench.file("a.txt").fileId());
        // Not even the inventory takes it for something that nobody knows.
        bench.pass(2 * ManagerBench.OPTIONS.inventoryEveryMs());
        assertEquals(3, bench.sharesOf(present));
    }

    @Test
    void aRemovalDuringACommitRemovesWhatWasCommitted() {
        bench.write("a.txt");
        WriteGrant grant = bench.prepare();
        bench.seal(grant);
        bench.holdsLog = true;
        long commit = bench.send(bench.commit(0, "a.txt", grant));
        long remove = bench.send(new VolumeMessage.Remove(9, "dss1", "a.txt", USER));
        bench.releaseLog();
        assertEquals(new Control.Done(), bench.answers.get(commit));
        assertEquals(new Control.Done(), bench.answers.get(remove));
        assertNull(bench.volume("dss1").file("a.txt"));
        assertEquals(0, bench.sharesOf(grant.firstFileId()));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 0xffff_ffffL, 0x1_ffff_ffffL})
    void numbersThatNobodyGrantedAreRefusedQuietly(long fileId) {
        WriteGrant grant = bench.prepare();
        bench.refusal(new VolumeMessage.KeepWrite(grant.volume().id(), fileId, 2));
        VolumeMessage.Commit honest = bench.commit(0, "a.txt", grant);
        bench.refusal(new VolumeMessage.Commit(
                0, honest.volumeId(), "a.txt", USER, fileId, 1, honest.sha256(), honest.sealed()));
        bench.ask(new VolumeMessage.Abort(grant.volume().id(), fileId), Control.Done.class);
        bench.refusal(new VolumeMessage.KeepRead(1, grant.volume().id(), "a.txt", fileId));
    }

    @Test
    void aGrantIsForOneVolume() {
        ManagerBench two = ManagerBench.withVolume(6);
        two.configure("dss2", 3, 1);
        WriteGrant grant = two.prepare();
        VolumeMessage.Commit commit = two.commit(0, "a.txt", grant);
        assertEquals(
                Refusals.WRITE_GIVEN_UP,
                two.refusal(new VolumeMessage.Commit(
                        0,
                        two.volume("dss2").id(),
                        "a.txt",
                        USER,
                        commit.fileId(),
                        1,
                        commit.sha256(),
                        commit.sealed())));
    }

    @Test
    void sharesThatNobodyKnowsAreFoundAndDeletedAndOthersAreNot() {
        bench.pass(DEAD_MS);
        long file = bench.write("a.txt");
        WriteGrant grant = bench.prepare();
        bench.seal(grant);
        FakeDisk disk = bench.at("dss1", 1);
        int volume = grant.volume().id();
        disk.shares.put(new ShareKey(volume, file, 0), true);
        disk.shares.put(new ShareKey(volume, 5, 1), false);
        disk.shares.put(new ShareKey(0, file, 1), true);
        bench.leave(disk);
        bench.comeBack(disk);
        bench.carryOut(bench.manager.onTick(bench.nowMs + 10));
        assertEquals(2, disk.shares.size());
        assertTrue(disk.shares.containsKey(new ShareKey(volume, file, 1)));
        assertTrue(disk.shares.containsKey(new ShareKey(volume, grant.firstFileId(), 1)));
    }

    @Test
    void sharesOfVolumesAndEpochsThatAreStillToComeAreLeftAlone() {
        bench.pass(DEAD_MS);
        long file = bench.write("a.txt");
        FakeDisk disk = bench.at("dss1", 1);
        // The log's folder is a copy of last week.
        ShareKey ofALaterVolume = new ShareKey(2, file, 1);
        ShareKey ofALaterEpoch = new ShareKey(1, bench.manager.epoch() + 1 << 32 | 1, 1);
        ShareKey gone = new ShareKey(1, 5, 1);
        List.of(ofALaterVolume, ofALaterEpoch, gone).forEach(key -> disk.shares.put(key, true));
        bench.leave(disk);
        bench.comeBack(disk);
        bench.carryOut(bench.manager.onTick(bench.nowMs + 10));
        assertEquals(
                List.of(new ShareKey(1, file, 1), ofALaterEpoch, ofALaterVolume), List.copyOf(disk.shares.keySet()));
        assertTrue(bench.reports.contains(EventKind.DISK_PROBLEM));
    }

    @Test
    void aShareThatShouldBeThereIsMissedWhenItsDiskComesBackAndComputedAgain() {
        bench.pass(DEAD_MS);
        long file = bench.write("a.txt");
        long other = bench.write("b.txt");
        FakeDisk disk = bench.at("dss1", 2);
        bench.leave(disk);
        disk.shares.remove(new ShareKey(1, file, 2));
        disk.shares.put(new ShareKey(1, other, 2), false);
        bench.comeBack(disk);
        bench.carryOut(bench.manager.onTick(bench.nowMs + 10));
        assertTrue(disk.shares.get(new ShareKey(1, file, 2)));
        assertTrue(disk.shares.get(new ShareKey(1, other, 2)));
        assertFalse(bench.reports.isEmpty());
    }

    @Test
    void aDiskThatComesBackInTheMiddleOfAWalkIsWalkedThroughAgain() {
        bench.pass(DEAD_MS);
        long file = bench.write("a.txt");
        FakeDisk disk = bench.at("dss1", 2);
        bench.leave(disk);
        disk.holdsOrders = true;
        bench.comeBack(disk);
        bench.carryOut(bench.manager.onTick(bench.nowMs + 10));
        bench.leave(disk);
        disk.holdsOrders = false;
        disk.shares.remove(new ShareKey(1, file, 2));
        bench.comeBack(disk);
        bench.pass(5_000);
        assertEquals(3, bench.sharesOf(file));
    }
}
