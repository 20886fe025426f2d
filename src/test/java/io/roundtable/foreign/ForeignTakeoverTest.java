package io.roundtable.foreign;

import static io.roundtable.foreign.ForeignRig.random;
import static io.roundtable.foreign.ForeignRig.read;
import static io.roundtable.foreign.ForeignRig.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.DiskId;
import java.io.IOException;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Two that present the same disk, one of which hung: what the later one acknowledged, and what the earlier one had, stays. */
class ForeignTakeoverTest {
    private final PublishedDisk disk = new PublishedDisk(1);

    /** Opened by a peer that hangs right before it sends the first datagram of a kind, while something else happens. */
    private ForeignMedium openHanging(long term, Predicate<String> when, ForeignRig.Act meanwhile) throws IOException {
        Question question =
                new Question(ForeignRig.hangingBefore(disk, when, meanwhile), "the foreign disk", disk::nowMs);
        return ForeignMedium.open(
                question, "the foreign disk", new DiskId(1, 2), term, disk::nowMs, new Random(9)::nextLong);
    }

    private static Predicate<String> writes(String file) {
        return text -> text.contains("write-block") && text.contains("-" + file + "\"");
    }

    @Test
    void oneThatHungWhileItOpenedDoesNotTakeTheDiskBack() throws IOException {
        disk.open(1);
        ForeignMedium[] later = new ForeignMedium[1];
        try {
            openHanging(2, writes("owner"), () -> {
                later[0] = disk.open(3);
                write(later[0], "acknowledged", random(50_000, 1));
                later[0].key("lock");
                disk.pass(60_000);
                later[0].key("lock");
            });
        } catch (IOException e) {
            // It may notice.
        }
        assertDoesNotThrow(() -> later[0].key("lock"));
        assertTrue(disk.open(4).exists("acknowledged"));
    }

    /** Its late claim stands, and whoever would have written over that has died. */
    @Test
    void norDoesItsClaimLeadToWhatWasBefore() throws IOException {
        disk.open(1);
        try {
            openHanging(2, writes("owner"), () -> {
                ForeignMedium later = disk.open(3);
                write(later, "acknowledged", random(50_000, 1));
                later.key("lock");
            });
        } catch (IOException e) {
            // It may notice.
        }
        assertTrue(disk.open(4).exists("acknowledged"));
    }

    @Test
    void whoeverStillWritesWhileItIsTakenOverLosesNothing() throws IOException {
        ForeignMedium before = disk.open(1);
        for (int i = 0; i < 5; i++) {
            write(before, "old" + i, random(50_000, i));
        }
        ForeignMedium next = openHanging(2, this::asksBehindTheEnd, () -> {
            write(before, "new1", random(10, 1));
            write(before, "new2", random(10, 2));
            assertThrows(IOException.class, () -> before.key("lock"), "it acknowledges");
        });
        assertFalse(next.isNew());
        assertArrayEquals(random(50_000, 0), read(next, "old0"));
    }

    private boolean asksBehindTheEnd(String text) {
        long count = disk.blocks.keySet().stream()
                .filter(key -> key.contains("-1-journal-0/"))
                .count();
        return text.contains("read-block")
                && text.contains("-1-journal-0\"")
                && text.contains("\"stripe_idx\":" + (count + 1) + ",");
    }

    @Test
    void twoThatOpenAtTheSameTime() throws IOException {
        disk.open(1);
        ForeignMedium later = openHanging(3, writes("3-journal-0"), () -> {
            ForeignMedium earlier;
            try {
                earlier = disk.open(2);
            } catch (IOException e) {
                return;
            }
            write(earlier, "acknowledged", random(50_000, 1));
            earlier.key("lock");
        });
        assertFalse(later.isNew());
        assertThrows(IOException.class, () -> disk.open(2));
    }

    /** The later one is ordered after the earlier one has claimed the disk, and is the first to be done. */
    @Test
    void theEarlierOfThemIsNotTheLastToWrite() throws IOException {
        write(disk.open(1), "old", random(10, 1));
        ForeignMedium[] later = new ForeignMedium[1];
        assertThrows(
                IOException.class,
                () -> openHanging(2, writes("2-journal-0"), () -> {
                    later[0] = disk.open(3);
                    write(later[0], "acknowledged", random(50_000, 1));
                    later[0].key("lock");
                }));
        later[0].key("lock");
        assertArrayEquals(random(50_000, 1), read(disk.open(4), "acknowledged"));
    }

    @Test
    void oneThatWakesUpClearsNothingOfTheLaterOne() throws IOException {
        ForeignMedium before = disk.open(1);
        write(before, "pack", random(50_000, 1));
        ForeignMedium next = openHanging(2, writes("2-journal-0"), () -> {
            before.delete("pack");
            before.forceFolder("");
        });
        disk.pass(7_000);
        assertThrows(IOException.class, before::space);
        assertArrayEquals(random(50_000, 1), read(next, "pack"));
    }

    @Test
    void aFlushThatGoesOnToTheNextJournalIsNotTakenForOneThatHangs() throws IOException {
        disk.lateMs = 40;
        ForeignMedium medium = disk.open(1);
        long most = 0;
        for (int i = 0; i < 600; i++) {
            long sinceMs = disk.nowMs();
            write(medium, "probe", random(8, i));
            most = Math.max(most, disk.nowMs() - sinceMs);
            medium.space();
        }
        assertTrue(most < 2_000, most + " ms");
        long journals = disk.blocks.entrySet().stream()
                .filter(each -> each.getKey().contains("-journal-0/"))
                .mapToInt(each -> each.getValue().length())
                .sum();
        assertTrue(journals < 300 * 20, "the first journal still takes " + journals);
        assertArrayEquals(random(8, 599), read(disk.open(2), "probe"));
    }
}
