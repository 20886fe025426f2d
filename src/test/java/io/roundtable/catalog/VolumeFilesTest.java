package io.roundtable.catalog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class VolumeFilesTest {
    private static final int DISKS = 200;

    private static FileEntry file(SplittableRandom random, String name) {
        TreeSet<Integer> missing = new TreeSet<>();
        while (random.nextInt(3) == 0) {
            missing.add(random.nextInt(DISKS));
        }
        String sha256 = List.of(
                        Catalogs.SHA, Catalogs.SHA.toUpperCase(java.util.Locale.ROOT), "", "abc", "F".repeat(64))
                .get(random.nextInt(5));
        long size = random.nextInt(4) == 0 ? random.nextLong(Long.MAX_VALUE) : random.nextInt(5_000);
        boolean isPlain = random.nextBoolean();
        Extent all = new Extent(
                random.nextLong(1, Long.MAX_VALUE),
                size,
                isPlain ? 0 : random.nextInt(3),
                isPlain ? 0 : random.nextInt(3),
                List.copyOf(missing));
        Map<String, String> attributes = isPlain ? Map.of() : Map.of("é", "x".repeat(random.nextInt(300)), "b", "");
        return new FileEntry(name, "u" + random.nextInt(3), sha256, all, random.nextLong(1L << 42), attributes);
    }

    private static FileEntry without(FileEntry file, int position) {
        TreeSet<Integer> missing = new TreeSet<>(file.missing());
        missing.add(position);
        return file.withMissing(missing);
    }

    private static String name(SplittableRandom random) {
        // In UTF-16 the last but one comes behind the last.
        return List.of("a", "é", "名", "\uFF5E", "\uD83D\uDE00").get(random.nextInt(5)) + random.nextInt(400);
    }

    private static void assertSame(TreeMap<String, FileEntry> model, VolumeFiles files) {
        assertEquals(new ArrayList<>(model.values()), new ArrayList<>(files.all()));
        FileCursor cursor = files.cursor();
        for (FileEntry each : model.values()) {
            assertEquals(each.fileId(), cursor.fileId());
            assertEquals(each.sizeBytes(), cursor.sizeBytes());
            assertEquals(each.missing(), cursor.missing());
            cursor.next();
        }
    }

    /** A loss of all shares of a position is noted once; each file shows it all the same, and its share can come back. */
    @Test
    void isWhatAMapOfFilesIsThatAreMarkedOneByOne() {
        SplittableRandom random = new SplittableRandom(3);
        TreeMap<String, FileEntry> model =
                new TreeMap<>((a, b) -> java.util.Arrays.compareUnsigned(FileRecord.key(a), FileRecord.key(b)));
        VolumeFiles files = new VolumeFiles();
        for (int step = 0; step < 20_000; step++) {
            String name = name(random);
            switch (random.nextInt(20)) {
                case 0 -> {
                    int position = random.nextInt(DISKS);
                    files.loseAll(position);
                    model.replaceAll((each, file) -> without(file, position));
                }
                case 1, 2, 3, 4 -> {
                    files.remove(name);
                    model.remove(name);
                }
                default -> {
                    FileEntry file = file(random, name);
                    files.put(file);
                    model.put(name, file);
                }
            }
            assertEquals(model.get(name), files.get(name));
            assertEquals(model.size(), files.size());
            if (step % 500 == 0) {
                assertSame(model, files);
                VolumeFiles copy = files.copy();
                files.loseAll(0);
                files.remove(name);
                assertSame(model, copy);
                files = copy;
            }
        }
    }

    @Test
    void aCopyOfTheCatalogIsAlikeAndNoneOfItsChangesAreTheOthers() {
        for (int seed = 0; seed < 5; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Catalog catalog = Catalogs.withVolume();
            for (int step = 0; step < 300; step++) {
                catalog.apply(Catalogs.random(random, catalog, step * 100L));
                if (step % 20 == 0) {
                    byte[] before = Catalogs.snapshot(catalog);
                    Catalog copy = catalog.copy();
                    assertArrayEquals(before, Catalogs.snapshot(copy));
                    SplittableRandom same = random.split();
                    SplittableRandom again = new SplittableRandom(step);
                    copy.apply(Catalogs.random(again, copy, step * 100L + 50));
                    assertArrayEquals(before, Catalogs.snapshot(catalog), "the copy has changed");
                    Entry next = Catalogs.random(same, catalog, step * 100L + 60);
                    Catalog second = catalog.copy();
                    assertEquals(catalog.apply(next), second.apply(next));
                    assertArrayEquals(Catalogs.snapshot(catalog), Catalogs.snapshot(second));
                }
            }
        }
    }

    /** The bytes say nothing of how the files came to be there: two GCDs that agree have the same snapshot. */
    @Test
    void aSnapshotIsTheSameWhateverWayTheFilesCame() throws IOException {
        Catalog catalog = Catalogs.withVolume();
        Catalog other = Catalogs.withVolume();
        for (int i = 0; i < 3_000; i++) {
            Catalogs.apply(catalog, Catalogs.commit("f" + i, i + 1));
            Catalogs.apply(other, Catalogs.commit("f" + (2_999 - i), 3_000 - i));
        }
        for (Catalog each : List.of(catalog, other)) {
            Catalogs.apply(each, new Change.LoseShares(1, 1, Catalogs.disk(2)));
        }
        Catalogs.apply(other, new Change.RemoveFile(1, "f77", 78));
        Catalogs.apply(other, Catalogs.commit("f77", "ann", 78, Catalogs.disk(1), Catalogs.disk(9), Catalogs.disk(3)));
        byte[] snapshot = Catalogs.snapshot(catalog);
        assertArrayEquals(snapshot, Catalogs.snapshot(other));
        Catalog read = CatalogCodec.readSnapshot(new ByteArrayInputStream(snapshot));
        assertArrayEquals(snapshot, Catalogs.snapshot(read));
        assertEquals(
                new ArrayList<>(catalog.volume(1).files()),
                new ArrayList<>(read.volume(1).files()));
        assertNull(read.volume(1).file("f3000"));
    }
}
