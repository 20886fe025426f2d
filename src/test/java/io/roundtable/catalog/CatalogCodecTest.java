package io.roundtable.catalog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.catalog.Entry.Request;
import io.roundtable.codec.CodecException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogCodecTest {
    private static Catalog grown(long seed, int entries) {
        SplittableRandom random = new SplittableRandom(seed);
        Catalog catalog = Catalogs.withVolume();
        for (int i = 0; i < entries; i++) {
            catalog.apply(Catalogs.random(random, catalog, i * 37L));
        }
        return catalog;
    }

    private static Catalog read(byte[] snapshot) throws IOException {
        return CatalogCodec.readSnapshot(new ByteArrayInputStream(snapshot));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatTheLogHoldsIsReadAsItWasWritten(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Catalog catalog = Catalogs.withVolume();
        for (int i = 0; i < 2_000; i++) {
            Entry entry = Catalogs.random(random, catalog, i * 37L);
            assertEquals(entry, CatalogCodec.decodeEntry(CatalogCodec.encode(entry)));
            Outcome outcome = catalog.apply(entry);
            assertEquals(outcome, CatalogCodec.decodeOutcome(CatalogCodec.encode(outcome)));
            if (entry instanceof Entry.Changes changes && outcome instanceof Outcome.Changed changed) {
                assertEquals(
                        changes.requests(),
                        CatalogCodec.decodeRequests(CatalogCodec.encodeRequests(changes.requests())));
                assertEquals(
                        changed.outcomes(), CatalogCodec.decodeResults(CatalogCodec.encodeResults(changed.outcomes())));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aCatalogFromItsSnapshotGoesOnExactlyAsTheOneItWasTakenFrom(long seed) throws IOException {
        Catalog catalog = grown(seed, 800);
        Catalog copy = read(Catalogs.snapshot(catalog));
        SplittableRandom random = new SplittableRandom(seed + 100);
        for (int i = 0; i < 800; i++) {
            Entry entry = Catalogs.random(random, catalog, 40_000 + i * 37L);
            assertEquals(catalog.apply(entry), copy.apply(entry), () -> entry + " with seed " + seed);
        }
        assertArrayEquals(Catalogs.snapshot(catalog), Catalogs.snapshot(copy));
    }

    @Test
    void theSameStateGivesTheSameBytesWhateverTheWayToIt() {
        Catalog one = Catalogs.withDisks();
        Catalog other = new Catalog(Catalogs.LEASE_MS);
        for (int i = 5; i >= 1; i--) {
            Catalogs.apply(other, new Change.AddDisk(Catalogs.disk(i), "D" + i));
        }
        assertArrayEquals(Catalogs.snapshot(one), Catalogs.snapshot(other));
    }

    @Test
    void theNumberOfAVolumeThatIsGoneIsNotUsedAgainAfterTheSnapshot() throws IOException {
        Catalog catalog = Catalogs.withVolume();
        Catalogs.apply(catalog, new Change.EndVolume(1));
        Catalog copy = read(Catalogs.snapshot(catalog));

        assertEquals(
                new Outcome.Done(2, 0),
                Catalogs.apply(
                        copy,
                        new Change.CreateVolume(
                                "w", 1, 1024, List.of(Catalogs.disk(1), Catalogs.disk(2), Catalogs.disk(3)), "ann")));
    }

    private static Entry adding(Catalog catalog, long first, int count, long nowMs) {
        List<Request> requests = new ArrayList<>();
        for (long i = first; i < first + count; i++) {
            requests.add(new Request(i, new Change.RemoveUser("nobody")));
        }
        return new Entry.Changes(catalog.epoch(), requests, nowMs);
    }

    @Test
    void requestsAreRememberedForTheirTimeHoweverManyComeAndNoLongerAreWhenManyCameSince() throws IOException {
        Catalog catalog = Catalogs.withVolume();
        catalog.apply(new Entry.ClaimLease(Catalogs.LOW, 0));
        catalog.apply(adding(catalog, 1, 10, 1_000));
        catalog.apply(adding(catalog, 11, 3 * RememberedRequests.COUNT_MIN, 2_000));
        catalog = read(Catalogs.snapshot(catalog));
        catalog.apply(adding(catalog, 100_000, 1, 1_000 + RememberedRequests.AGE_MS - 1));
        assertTrue(catalog.isRemembered(1), "younger than 90 s");

        Catalog copy = read(Catalogs.snapshot(catalog));
        for (Catalog each : List.of(catalog, copy)) {
            each.apply(adding(each, 100_001, 1, 1_000 + RememberedRequests.AGE_MS));
            assertFalse(each.isRemembered(10));
            assertTrue(each.isRemembered(11), "carried out a second later");
            each.apply(adding(each, 100_002, 1, 10 * RememberedRequests.AGE_MS));
            assertEquals(RememberedRequests.COUNT_MIN, each.remembered().size());
        }
        assertArrayEquals(Catalogs.snapshot(catalog), Catalogs.snapshot(copy));
    }

    @Test
    void neverMoreRequestsAreRememberedThanThereIsRoomFor() {
        RememberedRequests requests = new RememberedRequests();
        for (int i = 1; i <= RememberedRequests.COUNT_MAX + 5; i++) {
            requests.add(i, new Outcome.Done(0, 0), 1_000);
        }
        assertEquals(RememberedRequests.COUNT_MAX, requests.size());
        assertFalse(requests.contains(5));
        assertTrue(requests.contains(6));
    }

    @Test
    void everyTruncationAndEveryFlippedBitOfASnapshotIsNoticed() {
        byte[] snapshot = Catalogs.snapshot(grown(1, 60));
        for (int length = 0; length < snapshot.length; length++) {
            byte[] cut = Arrays.copyOf(snapshot, length);
            assertThrows(CodecException.class, () -> read(cut));
        }
        for (int bit = 0; bit < snapshot.length * 8; bit++) {
            byte[] flipped = snapshot.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(CodecException.class, () -> read(flipped), "bit " + bit);
        }
        byte[] longer = Arrays.copyOf(snapshot, snapshot.length + 1);
        assertThrows(CodecException.class, () -> read(longer));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void hostileBytesAreRefusedAndNothingElse(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Catalog catalog = grown(seed, 50);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = CatalogCodec.encode(Catalogs.random(random, catalog, i));
            for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            byte[] mutant = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            onlyRefused(() -> CatalogCodec.decodeEntry(mutant));
            onlyRefused(() -> CatalogCodec.decodeOutcome(mutant));
            onlyRefused(() -> CatalogCodec.decodeRequests(mutant));
            onlyRefused(() -> CatalogCodec.decodeResults(mutant));
        }
    }

    private static void onlyRefused(Runnable decoding) {
        try {
            decoding.run();
        } catch (CodecException e) {
            assertTrue(e.getMessage() != null && !e.getMessage().isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(bytes = {0, 3, -1})
    void bytesOfAnotherFormatAreRefusedByName(byte format) {
        byte[] bytes = CatalogCodec.encode(new Entry.EndLease(1));
        bytes[0] = format;
        assertTrue(assertThrows(CodecException.class, () -> CatalogCodec.decodeEntry(bytes))
                .getMessage()
                .contains("format " + format));
    }

    @Test
    void theBytesOfAnEntryAreTheseForEver() {
        // A log that an older program wrote must stay readable: if this fails, the format has changed.
        assertArrayEquals(new byte[] {2, 3, 1, 10}, CatalogCodec.encode(new Entry.EndLease(5)));
        assertArrayEquals(new byte[] {2, 2, 2, 10, 14}, CatalogCodec.encode(new Entry.RenewLease(5, 7)));
        assertArrayEquals(
                new byte[] {2, 4, 9, 2, 1, 5, 18, 21, 2, 1, 'u', 0},
                CatalogCodec.encode(new Entry.Changes(1, List.of(new Request(9, new Change.RemoveUser("u"))), 0)));
    }

    @Test
    void aSnapshotOfAHigherLevelIsNoDamagedOne() throws IOException {
        Catalog catalog = grown(1, 60);
        catalog.apply(new Entry.RaiseLevel(Levels.KNOWN));
        byte[] snapshot = Catalogs.snapshot(catalog);
        assertEquals(Levels.KNOWN, read(snapshot).levels().level());
        assertThrows(
                LaterLevelException.class,
                () -> CatalogCodec.readSnapshot(new ByteArrayInputStream(snapshot), Levels.KNOWN - 1));
        snapshot[snapshot.length / 2] ^= 1;
        assertThrows(
                CodecException.class,
                () -> CatalogCodec.readSnapshot(new ByteArrayInputStream(snapshot), Levels.KNOWN - 1));
    }

    @Test
    void anEntryForProgramsOfALowerLevelHasOnlyWhatTheyKnow() {
        Change.CommitFile commit = new Change.CommitFile(
                1, "a", "ann", 9, 1, "", List.of(Optional.of(Catalogs.disk(1))), 77, Map.of("k", "v"));
        Entry entry = new Entry.Changes(1, List.of(new Request(9, commit)), 0);

        Entry read = CatalogCodec.decodeEntry(CatalogCodec.encode(entry, Levels.FIRST));
        Change.CommitFile without =
                (Change.CommitFile) ((Entry.Changes) read).requests().get(0).change();
        assertEquals(77, without.changedAtMs());
        assertEquals(Map.of(), without.attributes());
        assertEquals(read, CatalogCodec.decodeEntry(CatalogCodec.encode(entry), Levels.FIRST), "as an older one reads");
        assertEquals(entry, CatalogCodec.decodeEntry(CatalogCodec.encode(entry, Levels.KNOWN)));
        assertThrows(IllegalArgumentException.class, () -> CatalogCodec.encode(new Entry.RaiseLevel(2), 0));
    }

    @Test
    void aSnapshotOfManyFilesIsWrittenInSmallParts() throws IOException {
        Catalog catalog = Catalogs.withVolume();
        for (int i = 0; i < 20_000; i++) {
            Catalogs.apply(catalog, Catalogs.commit("file" + i, i + 1));
        }
        int[] longest = new int[1];
        ByteArrayOutputStream whole = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int offset, int length) {
                longest[0] = Math.max(longest[0], length);
                super.write(bytes, offset, length);
            }
        };
        CatalogCodec.writeSnapshot(catalog, whole);

        assertTrue(longest[0] <= 2 * SnapshotReader.PART_BYTES_MAX, longest[0] + " bytes in one piece");
        assertEquals(20_000, read(whole.toByteArray()).volume(1).files().size());
    }
}
