package io.roundtable.foreign;

import static io.roundtable.foreign.ForeignRig.random;
import static io.roundtable.foreign.ForeignRig.read;
import static io.roundtable.foreign.ForeignRig.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.disk.MediumFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a medium promises, on a disk that knows only blocks and forgets them when it ends. */
class ForeignMediumTest {
    private final PublishedDisk disk = new PublishedDisk(1);

    @Test
    void whatWasForcedIsThereForTheNextWhoTakesOver() throws IOException {
        ForeignMedium medium = disk.open(1);
        assertTrue(medium.isNew());
        medium.makeFolder("a/b");
        write(medium, "a/b/long", random(200_000, 1));
        write(medium, "a/short", random(10, 2));
        medium.rename("a/short", "a/b/other");
        medium.forceFolder("a/b");

        ForeignMedium next = disk.open(2);
        assertFalse(next.isNew());
        assertEquals(List.of("long", "other"), next.list("a/b"));
        assertEquals(List.of("b"), next.list("a"));
        assertArrayEquals(random(200_000, 1), read(next, "a/b/long"));
        assertArrayEquals(random(10, 2), read(next, "a/b/other"));
    }

    @Test
    void whoeverWasBeforeFindsThatAnotherHasTakenOverAndTouchesNothingOfIts() throws IOException {
        ForeignMedium before = disk.open(1);
        write(before, "a", random(50_000, 1));
        ForeignMedium next = disk.open(2);
        write(next, "a", random(50_000, 2));
        // It hung, and finishes what it had begun.
        write(before, "a", random(50_000, 3));
        write(before, "b", random(50_000, 4));

        assertThrows(IOException.class, () -> before.key("lock"));
        next.key("lock");
        assertArrayEquals(random(50_000, 2), read(next, "a"));
        assertArrayEquals(random(50_000, 2), read(disk.open(3), "a"));
        assertThrows(IOException.class, () -> disk.open(3), "a term is given once");
    }

    @Test
    void aDiskThatForgotIsFoundOutBeforeAnythingIsAcknowledged() throws IOException {
        ForeignMedium medium = disk.open(1);
        medium.key("");
        disk.restart();
        assertThrows(IOException.class, () -> medium.key(""));
        assertThrows(IOException.class, () -> medium.key("lock"));
        // Something lies there again, but not what was.
        ForeignMedium next = disk.open(2);
        assertTrue(next.isNew());
        assertThrows(IOException.class, () -> medium.key("lock"));
    }

    @Test
    void aDiskThatFailsOrEndsIsNotTakenForAnEmptyOne() throws IOException {
        write(disk.open(1), "a", random(10, 1));
        disk.isFailed = true;
        assertTrue(
                assertThrows(IOException.class, () -> disk.open(2)).getMessage().contains("simulated failure"));
        disk.isFailed = false;
        disk.isRunning = false;
        assertThrows(IOException.class, () -> disk.open(2));
        disk.isRunning = true;
        assertArrayEquals(random(10, 1), read(disk.open(2), "a"));
    }

    @Test
    void aDiskThatAcknowledgesAndKeepsNothingIsNotBelieved() throws IOException {
        ForeignMedium medium = disk.open(1);
        disk.keepsNothing = true;
        assertThrows(IOException.class, () -> write(medium, "a", random(10, 1)));
    }

    @Test
    void aBlockThatWasOverwrittenByOthersReadsAsGarbageAndTheRestAsItWas() throws IOException {
        ForeignMedium medium = disk.open(1);
        byte[] content = random(3 * ForeignMedium.CHUNK_BYTES, 1);
        write(medium, "a", content);
        String second = disk.blocks.keySet().stream()
                .filter(key -> key.endsWith("-1/1/0"))
                .findFirst()
                .orElseThrow();
        disk.blocks.put(second, "AAAA");
        byte[] found = read(medium, "a");
        int chunk = ForeignMedium.CHUNK_BYTES;
        assertArrayEquals(Arrays.copyOf(content, chunk), Arrays.copyOf(found, chunk));
        assertEquals(-91, found[chunk]);
        assertArrayEquals(
                Arrays.copyOfRange(content, 2 * chunk, 3 * chunk), Arrays.copyOfRange(found, 2 * chunk, 3 * chunk));
    }

    @Test
    void whatIsNotNeededAnyMoreTakesNoMemoryThereForLong() throws IOException {
        ForeignMedium medium = disk.open(1);
        for (int i = 0; i < 1_000; i++) {
            write(medium, "a", random(ForeignMedium.CHUNK_BYTES, i));
            disk.pass(100);
            if (i % 10 == 0) {
                medium.space();
            }
        }
        long bytes = disk.blocks.values().stream().mapToLong(String::length).sum();
        assertTrue(bytes < 100L * ForeignMedium.CHUNK_BYTES, "it holds " + bytes);
        assertArrayEquals(random(ForeignMedium.CHUNK_BYTES, 999), read(disk.open(2), "a"));
    }

    @Test
    void aFileThatIsOpenCanBeReadAfterItIsDeletedOrReplaced() throws IOException {
        ForeignMedium medium = disk.open(1);
        write(medium, "a", random(100_000, 1));
        try (MediumFile open = medium.open("a")) {
            write(medium, "b", random(100_000, 2));
            medium.rename("b", "a");
            medium.forceFolder("");
            disk.pass(60_000);
            medium.space();
            ByteBuffer bytes = ByteBuffer.allocate(100_000);
            open.read(bytes, 0);
            assertArrayEquals(random(100_000, 1), bytes.array());
        }
        assertArrayEquals(random(100_000, 2), read(medium, "a"));
        assertThrows(NoSuchFileException.class, () -> medium.open("b"));
    }

    /** Against a plain map of bytes, with takeovers in between, over a network that loses, repeats, delays and garbles. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyNetworkOnlyMakesItSlow(long seed) throws IOException {
        PublishedDisk far = new PublishedDisk(seed);
        far.loss = 10;
        far.twice = 10;
        far.garbage = 3;
        far.lateMs = 300;
        Random random = new Random(seed);
        TreeMap<String, byte[]> model = new TreeMap<>();
        long term = 1;
        ForeignMedium medium = far.open(term);
        for (int step = 0; step < 120; step++) {
            String path = "f" + random.nextInt(5);
            int what = random.nextInt(10);
            if (what < 4) {
                byte[] content = random(random.nextInt(80_000), random.nextLong());
                write(medium, path, content);
                model.put(path, content);
            } else if (what < 6 && model.containsKey(path)) {
                byte[] content = model.get(path);
                int at = random.nextInt(content.length + 1);
                byte[] more = random(random.nextInt(40_000), random.nextLong());
                byte[] changed = Arrays.copyOf(content, Math.max(content.length, at + more.length));
                System.arraycopy(more, 0, changed, at, more.length);
                try (MediumFile file = medium.open(path)) {
                    file.write(ByteBuffer.wrap(more), at);
                    file.force();
                }
                model.put(path, changed);
            } else if (what < 7) {
                medium.delete(path);
                medium.forceFolder("");
                model.remove(path);
            } else if (what < 8 && model.containsKey(path)) {
                medium.rename(path, "f9");
                medium.forceFolder("");
                model.put("f9", model.remove(path));
            } else if (what < 9) {
                far.pass(random.nextInt(20_000));
                medium.space();
            } else {
                medium = far.open(++term);
            }
            for (String each : model.keySet()) {
                if (random.nextInt(4) == 0) {
                    assertArrayEquals(model.get(each), read(medium, each), each + " after step " + step);
                }
            }
        }
        medium = far.open(++term);
        assertEquals(List.copyOf(model.keySet()), medium.list(""));
        for (String each : model.keySet()) {
            assertArrayEquals(model.get(each), read(medium, each), each);
        }
    }
}
