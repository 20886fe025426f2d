package io.roundtable.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.catalog.Refusals;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.FileName;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.protocol.VolumeMessage.PrepareWrite;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is refused, in the words of the DSS protocol and in the order in which it is looked at. */
class RefusalTest {
    private static final String USER = ManagerBench.USER;

    private static Arguments refused(String reason, VolumeMessage message) {
        return Arguments.of(reason, message);
    }

    static Stream<Arguments> withOneVolume() {
        return Stream.of(
                // Six disks, three of them in dss1, which has the file a.txt of ann.
                refused(Refusals.BAD_VOLUME, new VolumeMessage.Configure(0, "dss1", 2, 1, 100, USER)),
                refused(Refusals.BAD_VOLUME, new VolumeMessage.Configure(0, "", 3, 1, 128, USER)),
                refused(Refusals.BAD_VOLUME, new VolumeMessage.Configure(0, "sixteen-letters-", 3, 1, 128, USER)),
                refused(Refusals.TOO_FEW_DISKS, new VolumeMessage.Configure(0, "dss2", 2, 1, 100, USER)),
                refused(Refusals.BAD_UNIT, new VolumeMessage.Configure(0, "dss2", 9, 1, 100, USER)),
                refused(Refusals.BAD_UNIT, new VolumeMessage.Configure(0, "dss2", 3, 1, 64, USER)),
                refused(Refusals.BAD_UNIT, new VolumeMessage.Configure(0, "dss2", 3, 1, 2 << 20, USER)),
                refused(Refusals.NOT_ENOUGH_FREE, new VolumeMessage.Configure(0, "dss2", 4, 1, 128, USER)),
                refused("parity 2 needs n >= 5, not 4", new VolumeMessage.Configure(0, "dss2", 4, 2, 128, USER)),
                refused(Refusals.NO_SUCH_VOLUME, new PrepareWrite("dss2", USER, 1)),
                refused(Refusals.NOT_OWNER, new PrepareWrite("dss1", "bob", 1, Optional.of("a.txt"))),
                refused(FileName.refusal("a//b"), new PrepareWrite("dss1", USER, 1, Optional.of("a//b"))),
                refused(Refusals.NO_SUCH_VOLUME, new VolumeMessage.KeepWrite(9, 1L << 32 | 1, 1)),
                refused(Refusals.NO_SUCH_VOLUME, new VolumeMessage.OpenRead("dss2", "a.txt", "bob")),
                refused(Refusals.NO_SUCH_FILE, new VolumeMessage.OpenRead("dss1", "b.txt", "bob")),
                refused(Refusals.NOT_OWNER, new VolumeMessage.OpenRead("dss1", "a.txt", "bob")),
                refused(Refusals.NO_SUCH_FILE, new VolumeMessage.KeepRead(77, 1, "b.txt", 5)),
                refused(Refusals.NO_SUCH_VOLUME, new VolumeMessage.Remove(0, "dss2", "a.txt", "bob")),
                refused(Refusals.NO_SUCH_FILE, new VolumeMessage.Remove(0, "dss1", "b.txt", "bob")),
                refused(Refusals.NOT_OWNER, new VolumeMessage.Remove(0, "dss1", "a.txt", "bob")),
                refused(Refusals.NO_SUCH_VOLUME, new VolumeMessage.FailDisk(0, "dss2", Optional.of("D9"), USER)),
                refused(Refusals.NO_SUCH_DISK, new VolumeMessage.FailDisk(0, "dss1", Optional.of("D99"), USER)),
                refused(Refusals.NO_SUCH_VOLUME, new VolumeMessage.Decommission(0, "dss2", USER)),
                refused(Refusals.NO_SUCH_VOLUME, new VolumeMessage.Scrub("dss2")),
                refused(Refusals.NO_SUCH_VOLUME, new VolumeMessage.Explain("dss2")),
                refused(Refusals.NO_SUCH_VOLUME, new VolumeMessage.ListFiles("dss2", "", 10)),
                refused(Refusals.NO_SUCH_JOB, new VolumeMessage.JobQuery(12)),
                refused(Refusals.NO_SUCH_DISK, new VolumeMessage.DeregisterDisk(0, "D99")),
                refused(Refusals.NO_SUCH_USER, new VolumeMessage.DeregisterUser(0, "bob")),
                refused(Refusals.BAD_USER, new VolumeMessage.RegisterUser(0, USER, Optional.empty(), Optional.empty())),
                refused(
                        Refusals.BAD_USER,
                        new VolumeMessage.RegisterUser(0, "sixteen-letters-", Optional.empty(), Optional.empty())));
    }

    @ParameterizedTest
    @MethodSource("withOneVolume")
    void isSaidInTheWordsAndTheOrderOfTheProtocol(String reason, VolumeMessage message) {
        ManagerBench bench = ManagerBench.withVolume(6);
        bench.write("a.txt");
        assertEquals(reason, bench.refusal(message));
        assertEquals(0, bench.stepDowns.size());
    }

    static Stream<VolumeMessage> ofAVolume() {
        return Stream.of(
                new PrepareWrite("dss1", USER, 1),
                new VolumeMessage.OpenRead("dss1", "a.txt", USER),
                new VolumeMessage.Remove(0, "dss1", "a.txt", USER),
                new VolumeMessage.FailDisk(0, "dss1", Optional.empty(), USER),
                new VolumeMessage.Decommission(0, "dss1", USER),
                new VolumeMessage.Scrub("dss1"),
                new VolumeMessage.Explain("dss1"),
                new VolumeMessage.ListFiles("dss1", "", 10));
    }

    @ParameterizedTest
    @MethodSource("ofAVolume")
    void aGroupWithoutAnyVolumeSaysSo(VolumeMessage message) {
        assertEquals(Refusals.NO_SUCH_VOLUME, new ManagerBench(3).refusal(message));
    }

    @Test
    void aDiskOfAVolumeCannotBeDeregistered() {
        ManagerBench bench = ManagerBench.withVolume(4);
        for (int i = 0; i < 3; i++) {
            String name = String.valueOf(bench.log.disk(bench.at("dss1", i).id).name());
            assertEquals(Refusals.DISK_IN_USE, bench.refusal(new VolumeMessage.DeregisterDisk(0, name)));
        }
        String free = bench.log.disks().stream()
                .filter(disk -> disk.volumeId() == 0)
                .findFirst()
                .orElseThrow()
                .name();
        bench.ask(new VolumeMessage.DeregisterDisk(0, free), Control.Done.class);
        assertEquals(3, bench.log.disks().size());
    }

    @Test
    void aDeregisteredDiskIsRegisteredAnewOnceItsPeerWasStartedAgain() {
        ManagerBench bench = new ManagerBench(1);
        FakeDisk disk = bench.disks.get(0);
        bench.ask(new VolumeMessage.DeregisterDisk(0, bench.log.disk(disk.id).name()), Control.Done.class);
        bench.hello(disk);
        assertEquals(0, bench.log.disks().size());
        bench.leave(disk);
        bench.comeBack(disk);
        assertEquals(1, bench.log.disks().size());
    }

    @Test
    void aVolumeThatIsReadOrWrittenIsNotDecommissioned() {
        ManagerBench bench = ManagerBench.withVolume(3);
        bench.write("a.txt");
        VolumeMessage.ReadGrant read =
                bench.ask(new VolumeMessage.OpenRead("dss1", "a.txt", USER), VolumeMessage.ReadGrant.class);
        VolumeMessage.WriteGrant write = bench.prepare();
        VolumeMessage.Decommission decommission = new VolumeMessage.Decommission(0, "dss1", USER);
        assertEquals(Refusals.READS_IN_PROGRESS, bench.refusal(decommission));
        bench.ask(new VolumeMessage.CloseRead(read.readId()), Control.Done.class);
        assertEquals(Refusals.busy("copy"), bench.refusal(decommission));
        bench.ask(new VolumeMessage.Abort(write.volume().id(), write.firstFileId()), Control.Done.class);
        bench.ask(decommission, VolumeMessage.Job.class);
    }

    @Test
    void aUserWhoDiedReadingOrWritingBlocksNothingForGood() {
        ManagerBench bench = ManagerBench.withVolume(3);
        bench.write("a.txt");
        bench.ask(new VolumeMessage.OpenRead("dss1", "a.txt", USER), VolumeMessage.ReadGrant.class);
        bench.prepare();
        bench.pass(ManagerBench.OPTIONS.deadAfterMs() + 1_000);
        bench.ask(new VolumeMessage.Decommission(0, "dss1", USER), VolumeMessage.Job.class);
    }

    @Test
    void whatIsBeingDecommissionedIsBusy() {
        ManagerBench bench = ManagerBench.withVolume(3);
        bench.write("a.txt");
        bench.at("dss1", 0).holdsOrders = true;
        bench.ask(new VolumeMessage.Decommission(0, "dss1", USER), VolumeMessage.Job.class);
        String busy = Refusals.busy("decommission-dss");
        assertEquals(busy, bench.refusal(new PrepareWrite("dss1", USER, 1)));
        assertEquals(busy, bench.refusal(new VolumeMessage.OpenRead("dss1", "a.txt", USER)));
        assertEquals(busy, bench.refusal(new VolumeMessage.FailDisk(0, "dss1", Optional.empty(), USER)));
        assertEquals(busy, bench.refusal(new VolumeMessage.Decommission(0, "dss1", USER)));
    }

    @Test
    void aDiskThatHoldsSharesAndThatNobodyKnowsIsNeitherTakenNorEmptied() {
        ManagerBench bench = ManagerBench.withVolume(3);
        FakeDisk foreign = new FakeDisk(9);
        ShareKey share = new ShareKey(1, 5L << 32 | 1, 0);
        foreign.shares.put(share, true);
        bench.disks.add(foreign);
        bench.pass(2 * ManagerBench.OPTIONS.deadAfterMs());
        assertNull(bench.log.disk(foreign.id));
        assertEquals(Set.of(share), foreign.shares.keySet());
        assertEquals(0, foreign.orders.size());
        assertTrue(bench.answers.values().stream()
                .anyMatch(answer -> answer instanceof Message.Refusal refusal
                        && refusal.reason().contains("holds shares (1)")
                        && refusal.reason().contains("empty its data folder")));

        foreign.shares.clear();
        bench.hello(foreign);
        assertEquals("D4", bench.log.disk(foreign.id).name(), "emptied by people");
    }

    @Test
    void aDiskOfAGroupThatIsFurtherOnIsNotTaken() {
        ManagerBench bench = ManagerBench.withVolume(3);
        FakeDisk foreign = new FakeDisk(9);
        foreign.epoch = bench.manager.epoch() + 1;
        bench.disks.add(foreign);
        bench.hello(foreign);
        assertNull(bench.log.disk(foreign.id));
    }

    @Test
    void aDiskThatIsAwayHasNoRoom() {
        ManagerBench bench = ManagerBench.withVolume(3);
        bench.leave(bench.at("dss1", 1));

        for (VolumeMessage.DiskLine line : bench.ask(new VolumeMessage.ListVolumes(), VolumeMessage.Listing.class)
                .disks()) {
            boolean isAway = line.disk().equals(bench.at("dss1", 1).id);
            assertEquals(!isAway, line.room().isPresent(), line::toString);
            assertEquals(!isAway, line.address().isPresent(), line::toString);
        }
    }
}
