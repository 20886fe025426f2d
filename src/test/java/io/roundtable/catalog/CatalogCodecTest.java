package io.roundtable.catalog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.catalog.Entry.Request;
import io.roundtable.codec.CodecException;
import io.roundtable.codec.Packer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
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
        catalog = read(Catalogs.picture(catalog));
        catalog.apply(adding(catalog, 100_000, 1, 1_000 + RememberedRequests.AGE_MS - 1));
        assertTrue(catalog.isRemembered(1), "younger than 90 s");

        Catalog copy = read(Catalogs.picture(catalog));
        for (Catalog each : List.of(catalog, copy)) {
            each.apply(adding(each, 100_001, 1, 1_000 + RememberedRequests.AGE_MS));
            assertFalse(each.isRemembered(10));
            assertTrue(each.isRemembered(11), "carried out a second later");
            each.apply(adding(each, 100_002, 1, 10 * RememberedRequests.AGE_MS));
            assertEquals(RememberedRequests.COUNT_MIN, each.remembered().all().size());
        }
        assertArrayEquals(Catalogs.picture(catalog), Catalogs.picture(copy));
    }

    @Test
    void neverMoreRequestsAreRememberedThanThereIsRoomFor() {
        RememberedRequests requests = new RememberedRequests();
        for (int i = 1; i <= RememberedRequests.COUNT_MAX + 5; i++) {
            requests.add(i, new Outcome.Done(0, 0), 1_000);
        }
        assertEquals(RememberedRequests.COUNT_MAX, requests.all().size());
        assertFalse(requests.contains(5));
        assertTrue(requests.contains(6));
    }

    @Test
    void aPictureOfAnOlderProgramIsRead() throws IOException {
        // Its requests carry no time.
        List<PicturePart> parts = List.of(
                new PicturePart.Head(2_000, 3, Optional.empty(), 0, Optional.empty(), 700, 0),
                new PicturePart.Remembered(77, new Outcome.Done(5, 6)),
                new PicturePart.End(2));
        Packer out = new Packer();
        out.writeByte(CatalogCodec.FORMAT);
        parts.forEach(part -> out.writeBytes(CatalogCodec.RECORDS.encode((Record) part)));
        CRC32C sum = new CRC32C();
        sum.update(out.toBytes());
        byte[] all = out.toBytes();
        Packer last = new Packer();
        last.writeFixedLong(sum.getValue());
        byte[] whole = Arrays.copyOf(all, all.length + Long.BYTES);
        System.arraycopy(last.toBytes(), 0, whole, all.length, Long.BYTES);

        Catalog catalog = read(whole);
        assertEquals(new Outcome.Done(5, 6), catalog.outcome(77));
        assertEquals(700, catalog.remembered().all().get(77L).atMs());
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
    void theOwnerOfAVolumeIsReadFromOldLogsAndPictures() throws IOException {
        HexFormat hex = HexFormat.of();
        Change.CreateVolume create = new Change.CreateVolume(
                "v", 1, 1024, List.of(Catalogs.disk(1), Catalogs.disk(2), Catalogs.disk(3)), "ann");
        byte[] entry = hex.parseHex("0104020112180176028010030e020e040e0603616e6e00");
        assertArrayEquals(entry, CatalogCodec.encode(new Entry.Changes(1, List.of(new Request(9, create)), 0)));
        assertEquals(new Entry.Changes(1, List.of(new Request(9, create)), 0), CatalogCodec.decodeEntry(entry));

        VolumeEntry volume = read(hex.parseHex(
                        "010950a01f00000000000207530e020244310207530e040244320207530e060244330207530e08024434000753"
                                + "0e0a024435001354020176028010030e020e040e0603616e6e004c55016603616e6e0a80404030313233343536"
                                + "373839616263646566303132333435363738396162636465663031323334353637383961626364656630313233"
                                + "34353637383961626364656600025710000000000b57603f"))
                .volume(1);
        assertEquals("ann", volume.owner());
        assertEquals(1, volume.files().size());
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
