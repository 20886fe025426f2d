package io.roundtable.catalog;

import static io.roundtable.catalog.Catalogs.SHA;
import static io.roundtable.catalog.Catalogs.apply;
import static io.roundtable.catalog.Catalogs.commit;
import static io.roundtable.catalog.Catalogs.disk;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.roundtable.catalog.Change.AddDisk;
import io.roundtable.catalog.Change.AddForeignDisk;
import io.roundtable.catalog.Change.AddUser;
import io.roundtable.catalog.Change.BeginDecommission;
import io.roundtable.catalog.Change.CommitFile;
import io.roundtable.catalog.Change.CreateVolume;
import io.roundtable.catalog.Change.EndVolume;
import io.roundtable.catalog.Change.LoseShare;
import io.roundtable.catalog.Change.LoseShares;
import io.roundtable.catalog.Change.RemoveDisk;
import io.roundtable.catalog.Change.RemoveFile;
import io.roundtable.catalog.Change.RemoveUser;
import io.roundtable.catalog.Change.ReplaceDisk;
import io.roundtable.catalog.Change.RestoreShare;
import io.roundtable.catalog.Entry.Request;
import io.roundtable.catalog.Outcome.Done;
import io.roundtable.catalog.Outcome.Refused;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.DiskId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How each change is judged: of a catalog with D1 to D5, and volume 1, "v", of the first three with the file "a". */
class CatalogTest {
    private final Catalog catalog = Catalogs.withVolume();

    CatalogTest() {
        apply(catalog, new AddUser("ann", Optional.empty(), Optional.empty()));
        apply(catalog, commit("a", 5));
    }

    private static CreateVolume create(String name, int parity, int unit, int... disks) {
        return new CreateVolume(
                name, parity, unit, IntStream.of(disks).mapToObj(Catalogs::disk).toList(), "ann");
    }

    private static CommitFile content(long size, String sha) {
        List<Optional<DiskId>> sealed = List.of(Optional.of(disk(1)), Optional.of(disk(2)), Optional.of(disk(3)));
        return new CommitFile(1, "new", "ann", 9, size, sha, sealed);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(new AddUser("ann", Optional.empty(), Optional.empty()), Refusals.BAD_USER),
                Arguments.of(new AddUser("", Optional.empty(), Optional.empty()), Refusals.BAD_USER),
                Arguments.of(new AddUser("sixteen-letters-", Optional.empty(), Optional.empty()), Refusals.BAD_USER),
                Arguments.of(new AddUser("a b", Optional.empty(), Optional.empty()), Refusals.BAD_USER),
                Arguments.of(new RemoveUser("bob"), Refusals.NO_SUCH_USER),
                Arguments.of(new AddDisk(disk(1), "D9"), Refusals.BAD_DISK),
                Arguments.of(new AddDisk(disk(9), "D1"), Refusals.BAD_DISK),
                Arguments.of(new AddDisk(disk(9), "D\n"), Refusals.BAD_DISK),
                Arguments.of(new AddForeignDisk(disk(9), "D1", new Address("h", 1)), Refusals.BAD_DISK),
                Arguments.of(new AddForeignDisk(disk(1), "F1", new Address("h", 1)), Refusals.BAD_DISK),
                Arguments.of(new RemoveDisk(disk(9)), Refusals.NO_SUCH_DISK),
                Arguments.of(new RemoveDisk(disk(1)), Refusals.DISK_IN_USE),
                Arguments.of(create("v", 1, 1024, 4, 5), Refusals.BAD_VOLUME),
                Arguments.of(create("", 1, 1024, 4, 5), Refusals.BAD_VOLUME),
                Arguments.of(create("w", 1, 1024, 4, 5), Refusals.TOO_FEW_DISKS),
                Arguments.of(create("w", 1, 64, 4, 5, 6), Refusals.BAD_UNIT),
                Arguments.of(create("w", 1, 1000, 4, 5, 6), Refusals.BAD_UNIT),
                Arguments.of(create("w", 1, 2 << 20, 4, 5, 6), Refusals.BAD_UNIT),
                Arguments.of(create("w", 0, 1024, 4, 5, 6), Refusals.BAD_PARITY),
                Arguments.of(create("w", 2, 1024, 4, 5, 6), Refusals.BAD_PARITY),
                Arguments.of(create("w", 1, 1024, 4, 5, 1), Refusals.NOT_ENOUGH_FREE),
                Arguments.of(create("w", 1, 1024, 4, 5, 9), Refusals.NOT_ENOUGH_FREE),
                Arguments.of(create("w", 1, 1024, 4, 5, 5), Refusals.NOT_ENOUGH_FREE),
                Arguments.of(new BeginDecommission(2), Refusals.NO_SUCH_VOLUME),
                Arguments.of(new EndVolume(2), Refusals.NO_SUCH_VOLUME),
                Arguments.of(commit("bad\nname", 9), Refusals.BAD_FILE),
                Arguments.of(commit("", 9), Refusals.BAD_FILE),
                Arguments.of(commit("x".repeat(1025), 9), Refusals.BAD_FILE),
                Arguments.of(commit("ä".repeat(513), 9), Refusals.BAD_FILE),
                Arguments.of(commit("half a pair: \uD83D", 9), Refusals.BAD_FILE),
                Arguments.of(commit("b", "x".repeat(256), 9, disk(1), disk(2), disk(3)), Refusals.BAD_USER),
                Arguments.of(commit("a", "bob", 9, disk(1), disk(2), disk(3)), Refusals.NOT_OWNER),
                Arguments.of(commit("b", "ann", 9, disk(1), disk(4), disk(5)), Refusals.NOT_SEALED),
                Arguments.of(commit("b", "ann", 9, disk(2), disk(1), disk(3)), Refusals.NOT_SEALED),
                Arguments.of(commit("b", "ann", 9, disk(1)), Refusals.NOT_SEALED),
                Arguments.of(commit("b", "ann", 0, disk(1), disk(2), disk(3)), Refusals.BAD_CONTENT),
                Arguments.of(content(-1, SHA), Refusals.BAD_CONTENT),
                Arguments.of(content(1, SHA + "0"), Refusals.BAD_CONTENT),
                Arguments.of(content(1, "no digest"), Refusals.BAD_CONTENT),
                Arguments.of(new CommitFile(2, "b", "ann", 9, 1, SHA, List.of()), Refusals.NO_SUCH_VOLUME),
                Arguments.of(new RemoveFile(1, "b", 5), Refusals.NO_SUCH_FILE),
                Arguments.of(new RemoveFile(1, "a", 4), Refusals.NO_SUCH_FILE),
                Arguments.of(new ReplaceDisk(1, 0, disk(2), disk(4)), Refusals.NO_SUCH_DISK),
                Arguments.of(new ReplaceDisk(1, -1, disk(1), disk(4)), Refusals.NO_SUCH_DISK),
                Arguments.of(new ReplaceDisk(1, 0, disk(1), disk(2)), Refusals.NOT_ENOUGH_FREE),
                Arguments.of(new ReplaceDisk(1, 0, disk(1), disk(9)), Refusals.NOT_ENOUGH_FREE),
                Arguments.of(new ReplaceDisk(2, 0, disk(1), disk(4)), Refusals.NO_SUCH_VOLUME),
                Arguments.of(new LoseShares(1, 1, disk(1)), Refusals.NO_SUCH_DISK),
                Arguments.of(new LoseShares(1, 3, disk(1)), Refusals.NO_SUCH_DISK),
                Arguments.of(new LoseShare(1, "a", 4, 0), Refusals.NO_SUCH_FILE),
                Arguments.of(new LoseShare(1, "a", 5, 3), Refusals.NO_SUCH_DISK),
                Arguments.of(new LoseShare(1, "a", 5, -1), Refusals.NO_SUCH_DISK),
                Arguments.of(new RestoreShare(1, "a", 5, 0, disk(2)), Refusals.NO_SUCH_DISK),
                Arguments.of(new RestoreShare(1, "a", 4, 0, disk(1)), Refusals.NO_SUCH_FILE));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatCannotBeIsRefusedAndChangesNothing(Change change, String reason) {
        byte[] before = Catalogs.snapshot(catalog);

        assertEquals(new Refused(reason), apply(catalog, change));
        org.junit.jupiter.api.Assertions.assertArrayEquals(before, Catalogs.snapshot(catalog));
    }

    @Test
    void aVolumeTakesItsDisksAndGivesThemBackAtItsEnd() {
        assertEquals(1, catalog.disk("D1").volumeId());
        assertEquals(new Done(1, 0), apply(catalog, new BeginDecommission(1)));
        assertEquals(new Refused("busy: decommission-dss in progress"), apply(catalog, commit("b", 6)));
        assertEquals(new Done(0, 0), apply(catalog, new EndVolume(1)));
        assertEquals(0, catalog.disk("D1").volumeId());
        assertEquals(new Done(2, 0), apply(catalog, create("v", 1, 1024, 1, 2, 3)), "numbers are not used again");
        assertEquals(0, catalog.volume("v").files().size());
    }

    @Test
    void aCommitReplacesTheContentOfThatNameAndSaysWhichItWas() {
        assertEquals(new Done(0, 5), apply(catalog, commit("a", 6)));
        assertEquals(6, catalog.volume(1).file("a").fileId());
        assertEquals(new Done(0, 0), apply(catalog, commit("a", 6)), "once more the same");
    }

    @Test
    void asManySharesAsThereIsParityMayBeMissing() {
        assertEquals(new Done(0, 0), apply(catalog, commit("b", "ann", 6, disk(1), disk(4), disk(3))));
        assertEquals(List.of(1), catalog.volume(1).file("b").missing());
        apply(catalog, new RestoreShare(1, "b", 6, 1, disk(2)));
        assertEquals(List.of(), catalog.volume(1).file("b").missing());
        apply(catalog, new LoseShare(1, "b", 6, 2));
        assertEquals(List.of(2), catalog.volume(1).file("b").missing());
    }

    @Test
    void aDiskThatIsReplacedIsFreeAndTheNewOneHoldsNothingYet() {
        assertEquals(new Done(0, 0), apply(catalog, new ReplaceDisk(1, 1, disk(2), disk(4))));
        assertEquals(0, catalog.disk("D2").volumeId());
        assertEquals(1, catalog.disk("D4").volumeId());
        assertEquals(List.of(1), catalog.volume(1).file("a").missing());
        assertEquals(new Refused(Refusals.NO_SUCH_DISK), apply(catalog, new RestoreShare(1, "a", 5, 1, disk(2))));
        assertEquals(new Done(0, 0), apply(catalog, new RestoreShare(1, "a", 5, 1, disk(4))));
        assertEquals(new Done(0, 0), apply(catalog, new LoseShares(1, 0, disk(1))));
        assertEquals(List.of(0), catalog.volume(1).file("a").missing());
    }

    @Test
    void aRequestIsCarriedOutOnceAndAnsweredAlike() {
        Request first = new Request(77, new RemoveFile(1, "a", 5));
        assertEquals(new Done(0, 5), catalog.applyOnce(first));
        apply(catalog, commit("a", 5));
        assertEquals(new Done(0, 5), catalog.applyOnce(first), "told again");
        assertEquals(5, catalog.volume(1).file("a").fileId(), "and not carried out again");

        Request refused = new Request(78, new RemoveUser("bob"));
        assertEquals(new Refused(Refusals.NO_SUCH_USER), catalog.applyOnce(refused));
        apply(catalog, new AddUser("bob", Optional.empty(), Optional.empty()));
        assertEquals(new Refused(Refusals.NO_SUCH_USER), catalog.applyOnce(refused));
    }

    @Test
    void requestsWithoutANumberAreNotRemembered() {
        Request request = new Request(0, new RemoveFile(1, "a", 5));
        assertEquals(new Done(0, 5), catalog.applyOnce(request));
        assertEquals(new Refused(Refusals.NO_SUCH_FILE), catalog.applyOnce(request));
    }

    @Test
    void eachChangeOfABatchIsJudgedByItselfAndInOrder() {
        catalog.apply(new Entry.ClaimLease(Catalogs.LOW, 0));
        Outcome outcome = catalog.apply(new Entry.Changes(
                1,
                List.of(
                        new Request(0, new RemoveFile(1, "a", 5)),
                        new Request(0, new RemoveFile(1, "a", 5)),
                        new Request(0, commit("a", 6))),
                1));
        assertEquals(
                new Outcome.Changed(List.of(new Done(0, 5), new Refused(Refusals.NO_SUCH_FILE), new Done(0, 0))),
                outcome);
    }

    @Test
    void filesAreListedByNameFromAnyPlace() {
        for (String name : List.of("c", "b/x", "d")) {
            apply(catalog, commit(name, name.hashCode()));
        }
        List<String> names = new ArrayList<>();
        catalog.volume(1).filesAfter("b/x").forEach(file -> names.add(file.name()));
        assertEquals(List.of("c", "d"), names);
    }

    @Test
    void membersOfAllGcdsReplaceEachOtherAsInADirectory() {
        catalog.apply(new Entry.SeatMember(Catalogs.LOW, 1));
        var moved = new io.roundtable.protocol.Member(
                new io.roundtable.protocol.Identity(99, Catalogs.LOW.identity().id()),
                Catalogs.HIGH.address(),
                Catalogs.LOW.dialect());
        catalog.apply(new Entry.SeatMember(Catalogs.HIGH, 1));
        catalog.apply(new Entry.SeatMember(moved, 1));
        assertEquals(List.of(moved), List.copyOf(catalog.members()), "same id, and the other's listener");

        catalog.apply(new Entry.UnseatMember(moved.identity()));
        assertEquals(Collections.emptyList(), List.copyOf(catalog.members()));
    }

    @Test
    void aForeignDiskStaysSoInAVolumeAndBackAndOneProgramIsOneDisk() throws IOException {
        Catalog catalog = Catalogs.withDisks();
        Address address = new Address("10.0.0.1", 5_001);
        assertInstanceOf(Outcome.Done.class, Catalogs.apply(catalog, new AddForeignDisk(disk(9), "F1", address)));
        assertEquals(
                new Outcome.Refused(Refusals.BAD_DISK),
                Catalogs.apply(catalog, new AddForeignDisk(disk(10), "F2", address)));
        Change.CreateVolume create = new Change.CreateVolume("v", 1, 1024, List.of(disk(1), disk(9), disk(2)), "ann");
        Outcome.Done made = assertInstanceOf(Outcome.Done.class, Catalogs.apply(catalog, create));
        byte[] snapshot = Catalogs.snapshot(catalog);
        Catalog copy = CatalogCodec.readSnapshot(new ByteArrayInputStream(snapshot));
        assertEquals(Optional.of(address), copy.disk("F1").foreign());
        assertEquals((int) made.number(), copy.disk("F1").volumeId());
        assertArrayEquals(snapshot, Catalogs.snapshot(copy));
        Catalogs.apply(copy, new Change.BeginDecommission((int) made.number()));
        Catalogs.apply(copy, new Change.EndVolume((int) made.number()));
        assertEquals(new Catalog.DiskEntry(disk(9), "F1", 0, Optional.of(address)), copy.disk("F1"));
    }
}
