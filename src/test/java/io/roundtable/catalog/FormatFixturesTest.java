package io.roundtable.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.codec.CodecException;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.DiskId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What programs of each format wrote is read for good. Each folder has the same story: in entries, one a line, in what they
 * came to, and in the snapshot of the catalog at its end.
 */
public class FormatFixturesTest {
    private static final DiskId FOREIGN = new DiskId(9, 99);
    private static final long FIRST = 2L << 32;

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = FormatFixturesTest.class.getResourceAsStream("/fixtures/formats/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    private static List<byte[]> lines(String name) throws IOException {
        return new String(bytes(name), StandardCharsets.UTF_8)
                .lines()
                .map(HexFormat.of()::parseHex)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 1700000000000"})
    void entriesAreRead(String format, long changedAtMs) throws IOException {
        Catalog catalog = new Catalog(Catalogs.LEASE_MS);
        List<byte[]> outcomes = lines(format + "/outcomes.hex");
        List<byte[]> entries = lines(format + "/entries.hex");
        for (int i = 0; i < entries.size(); i++) {
            Outcome outcome = catalog.apply(CatalogCodec.decodeEntry(entries.get(i)));
            assertEquals(CatalogCodec.decodeOutcome(outcomes.get(i)), outcome);
        }
        requireStory(catalog, changedAtMs);
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 1700000000000"})
    void aSnapshotIsRead(String format, long changedAtMs) throws IOException {
        Catalog catalog = CatalogCodec.readSnapshot(new ByteArrayInputStream(bytes(format + "/snapshot.bin")));
        requireStory(catalog, changedAtMs);
        assertEquals(2_040, catalog.lease().untilMs());
        assertEquals(80, catalog.clockMs());
    }

    @ParameterizedTest
    @ValueSource(strings = "1")
    void everyFlippedBitOfASnapshotIsADamagedSnapshot(String format) throws IOException {
        byte[] snapshot = bytes(format + "/snapshot.bin");
        for (int bit = 0; bit < snapshot.length * 8; bit++) {
            byte[] flipped = snapshot.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(
                    CodecException.class,
                    () -> CatalogCodec.readSnapshot(new ByteArrayInputStream(flipped)),
                    "bit " + bit);
        }
    }

    /** Also of a log that has it. */
    public static void requireStory(Catalog catalog, long changedAtMs) {
        assertEquals(List.of(Catalogs.LOW), List.copyOf(catalog.members()));
        assertEquals(Optional.of(Catalogs.LOW), catalog.manager());
        assertEquals(2, catalog.epoch());
        assertEquals(
                List.of(
                        new Catalog.UserEntry(
                                "ann",
                                Optional.of(new Address("10.0.0.1", 5000)),
                                Optional.of(new Address("::1", 5001))),
                        new Catalog.UserEntry("bob", Optional.empty(), Optional.empty())),
                List.copyOf(catalog.users()));
        assertEquals(8, catalog.disks().size());
        assertEquals(new Catalog.DiskEntry(Catalogs.disk(6), "D6", 0, Optional.empty()), catalog.disk("D6"));
        assertEquals(
                new Catalog.DiskEntry(FOREIGN, "py1", 3, Optional.of(new Address("10.0.0.2", 7000))),
                catalog.disk("py1"));
        assertEquals(3, catalog.lastVolumeId());
        VolumeEntry volume = Objects.requireNonNull(catalog.volume("v"));
        assertEquals(List.of(Catalogs.disk(1), Catalogs.disk(2), Catalogs.disk(7)), volume.disks());
        assertEquals("ann 1 1024 false", of(volume));
        assertEquals(" 1 1048576 true", of(Objects.requireNonNull(catalog.volume("w"))));
        assertEquals(
                List.of(
                        file("a", "ann", Catalogs.SHA, new Extent(FIRST + 1, 4096, 0, 0, List.of(0, 2)), changedAtMs),
                        file("b/größe", "bob", "", new Extent(FIRST + 2, 0, 0, 0, List.of(0, 1, 2)), changedAtMs),
                        file("c", "", "ABCdef", new Extent(FIRST + 3, 1L << 40, 0, 0, List.of()), changedAtMs)),
                List.copyOf(volume.files()));
        assertEquals(new Outcome.Done(3, 0), catalog.outcome(25));
        assertEquals(new Outcome.Done(0, FIRST + 4), catalog.outcome(35));
        assertTrue(catalog.outcome(15) instanceof Outcome.Refused, "a refusal is remembered, too");
    }

    private static String of(VolumeEntry volume) {
        return volume.owner() + " " + volume.parity() + " " + volume.unitBytes() + " " + volume.isDecommissioning();
    }

    private static FileEntry file(String name, String owner, String sha256, Extent extent, long changedAtMs) {
        boolean hasAttributes = changedAtMs != 0 && name.equals("a");
        return new FileEntry(
                name, owner, sha256, extent, changedAtMs, hasAttributes ? Map.of("type", "text/plain") : Map.of());
    }
}
