package io.roundtable.catalog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.catalog.Entry.Request;
import io.roundtable.codec.CodecException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
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

    private static Catalog read(byte[] picture) throws IOException {
        return CatalogCodec.readPicture(new ByteArrayInputStream(picture));
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
    void aCatalogFromItsPictureGoesOnExactlyAsTheOneItWasTakenFrom(long seed) throws IOException {
        Catalog catalog = grown(seed, 800);
        Catalog copy = read(Catalogs.picture(catalog));
        SplittableRandom random = new SplittableRandom(seed + 100);
        for (int i = 0; i < 800; i++) {
            Entry entry = Catalogs.random(random, catalog, 40_000 + i * 37L);
            assertEquals(catalog.apply(entry), copy.apply(entry), () -> entry + " with seed " + seed);
        }
        assertArrayEquals(Catalogs.picture(catalog), Catalogs.picture(copy));
    }

    @Test
    void theSameStateGivesTheSameBytesWhateverTheWayToIt() {
        Catalog one = Catalogs.withDisks();
        Catalog other = new Catalog(Catalogs.LEASE_MS);
        for (int i = 5; i >= 1; i--) {
            Catalogs.apply(other, new Change.AddDisk(Catalogs.disk(i), "D" + i));
        }
        assertArrayEquals(Catalogs.picture(one), Catalogs.picture(other));
    }

    @Test
    void theNumberOfAVolumeThatIsGoneIsNotUsedAgainAfterThePicture() throws IOException {
        Catalog catalog = Catalogs.withVolume();
        Catalogs.apply(catalog, new Change.EndVolume(1));
        Catalog copy = read(Catalogs.picture(catalog));

        assertEquals(
                new Outcome.Done(2, 0),
                Catalogs.apply(
                        copy,
                        new Change.CreateVolume(
                                "w", 1, 1024, List.of(Catalogs.disk(1), Catalogs.disk(2), Catalogs.disk(3)), "ann")));
    }

    @Test
    void rememberedRequestsSurviveInThePictureUpToTheirBound() throws IOException {
        Catalog catalog = Catalogs.withVolume();
        for (int i = 1; i <= Catalog.REMEMBERED_MAX + 10; i++) {
            catalog.applyOnce(new Request(i, new Change.AddUser("u" + i, Optional.empty(), Optional.empty())));
        }
        Catalog copy = read(Catalogs.picture(catalog));

        assertEquals(Catalog.REMEMBERED_MAX, copy.remembered().size());
        assertEquals(
                new Outcome.Done(0, 0),
                copy.applyOnce(new Request(11, new Change.AddUser("u11", Optional.empty(), Optional.empty()))));
        assertEquals(
                new Outcome.Refused(Refusals.BAD_USER),
                copy.applyOnce(new Request(10, new Change.AddUser("u10", Optional.empty(), Optional.empty()))),
                "the oldest are forgotten first");
    }

    @Test
    void everyTruncationAndEveryFlippedBitOfAPictureIsNoticed() {
        byte[] picture = Catalogs.picture(grown(1, 60));
        for (int length = 0; length < picture.length; length++) {
            byte[] cut = Arrays.copyOf(picture, length);
            assertThrows(CodecException.class, () -> read(cut));
        }
        for (int bit = 0; bit < picture.length * 8; bit++) {
            byte[] flipped = picture.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(CodecException.class, () -> read(flipped), "bit " + bit);
        }
        byte[] longer = Arrays.copyOf(picture, picture.length + 1);
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

    @Test
    void bytesOfAnotherFormatAreRefusedByName() {
        byte[] bytes = CatalogCodec.encode(new Entry.EndLease(1));
        bytes[0] = 2;
        assertTrue(assertThrows(CodecException.class, () -> CatalogCodec.decodeEntry(bytes))
                .getMessage()
                .contains("format 2"));
    }

    @Test
    void theBytesOfAnEntryAreTheseForEver() {
        // A log that an older program wrote must stay readable: if this fails, the format has changed.
        assertArrayEquals(new byte[] {1, 3, 10}, CatalogCodec.encode(new Entry.EndLease(5)));
        assertArrayEquals(new byte[] {1, 2, 10, 14}, CatalogCodec.encode(new Entry.RenewLease(5, 7)));
        assertArrayEquals(
                new byte[] {1, 4, 2, 1, 18, 21, 1, 'u', 0},
                CatalogCodec.encode(new Entry.Changes(1, List.of(new Request(9, new Change.RemoveUser("u"))), 0)));
    }

    @Test
    void aPictureOfManyFilesIsWrittenInSmallParts() throws IOException {
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
        CatalogCodec.writePicture(catalog, whole);

        assertTrue(longest[0] <= 2 * PictureReader.PART_BYTES_MAX, longest[0] + " bytes in one piece");
        assertEquals(20_000, read(whole.toByteArray()).volume(1).files().size());
    }
}
