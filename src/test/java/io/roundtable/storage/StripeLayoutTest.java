package io.roundtable.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StripeLayoutTest {
    private static final long SIZE_MAX = StripeLayout.FILE_BYTES_MAX;

    /** Written by hand from the sheet: a line is a stripe, a word a disk, numbers are data blocks of the file. */
    private static final List<String> SHEET_3 = List.of("0 1 P", "2 P 3", "P 4 5", "6 7 P", "8 P 9");

    private static final List<String> SHEET_4 = List.of("0 1 2 P", "3 4 P 5", "6 P 7 8", "P 9 10 11", "12 13 14 P");
    private static final List<String> SHEET_5 =
            List.of("0 1 2 3 P", "4 5 6 P 7", "8 9 P 10 11", "12 P 13 14 15", "P 16 17 18 19", "20 21 22 23 P");
    private static final List<String> TWO_ROWS_5 =
            List.of("Q 0 1 2 P", "3 4 5 P Q", "6 7 P Q 8", "9 P Q 10 11", "P Q 12 13 14", "Q 15 16 17 P");
    private static final List<String> THREE_ROWS_7 = List.of(
            "Q R 0 1 2 3 P",
            "R 4 5 6 7 P Q",
            "8 9 10 11 P Q R",
            "12 13 14 P Q R 15",
            "16 17 P Q R 18 19",
            "20 P Q R 21 22 23",
            "P Q R 24 25 26 27");

    @Test
    void oneParityLiesWhereTheSheetSays() {
        assertTable(SHEET_3, new StripeLayout(3, 1, 1024));
        assertTable(SHEET_4, new StripeLayout(4, 1, 1024));
        assertTable(SHEET_5, new StripeLayout(5, 1, 1024));
    }

    @Test
    void moreParityFollowsOnTheNextDisks() {
        assertTable(TWO_ROWS_5, new StripeLayout(5, 2, 128));
        assertTable(THREE_ROWS_7, new StripeLayout(7, 3, 128));
    }

    private static void assertTable(List<String> lines, StripeLayout layout) {
        for (int stripe = 0; stripe < lines.size(); stripe++) {
            String[] words = lines.get(stripe).split(" ");
            assertEquals(layout.disks(), words.length);
            for (int disk = 0; disk < words.length; disk++) {
                StripeLayout.Role role = layout.role(stripe, disk);
                int row = "PQR".indexOf(words[disk]);
                if (row >= 0) {
                    assertEquals(new StripeLayout.Role(StripeLayout.Role.Kind.PARITY, row), role);
                    assertEquals(disk, layout.parityDisk(stripe, row));
                } else {
                    int block = Integer.parseInt(words[disk]);
                    assertEquals(new StripeLayout.Role(StripeLayout.Role.Kind.DATA, block % layout.dataDisks()), role);
                    assertEquals(new StripeLayout.Place(stripe, disk), layout.locate(block));
                }
            }
        }
    }

    /** The sheet's own words, evaluated without cleverness, for every shape and far stripes. */
    @ParameterizedTest
    @CsvSource({"3,1", "4,1", "17,1", "65,1", "5,2", "6,2", "66,2", "7,3", "12,3", "67,3", "9,4", "14,4", "25,4"})
    void everyDiskHoldsOneColumnAndDataAscend(int disks, int parity) {
        StripeLayout layout = new StripeLayout(disks, parity, 4096);
        int[][] held = new int[disks][parity];
        for (long base : new long[] {0, SIZE_MAX / disks / 2 * disks}) {
            for (long stripe = base; stripe < base + disks; stripe++) {
                boolean[] isParity = new boolean[disks];
                for (int row = 0; row < parity; row++) {
                    int disk = (int) ((disks - (stripe % disks + 1) + row) % disks);
                    assertEquals(disk, layout.parityDisk(stripe, row));
                    isParity[disk] = true;
                    held[disk][row]++;
                }
                int index = 0;
                for (int disk = 0; disk < disks; disk++) {
                    if (!isParity[disk]) {
                        assertEquals(disk, layout.dataDisk(stripe, index));
                        assertEquals(index, layout.column(stripe, disk));
                        index++;
                    }
                    assertEquals(disk, layout.disk(stripe, layout.column(stripe, disk)));
                }
            }
        }
        for (int[] rows : held) {
            for (int count : rows) {
                assertEquals(2, count, "each row once a round on every disk");
            }
        }
    }

    @Test
    void stripesRoundUpAndAnEmptyFileHasNone() {
        StripeLayout layout = new StripeLayout(3, 1, 1024);
        assertEquals(0, layout.stripes(0));
        assertEquals(0, layout.shareBytes(0));
        assertEquals(0, layout.usedShareBytes(0, 2));
        assertEquals(1, layout.stripes(1));
        assertEquals(1, layout.stripes(2048));
        assertEquals(2, layout.stripes(2049));
        assertEquals(2 * 1024, layout.shareBytes(3600));
    }

    @Test
    void sizesUpToTwoToThe53DoNotOverflow() {
        StripeLayout small = new StripeLayout(3, 1, 128);
        assertEquals(SIZE_MAX / 256, small.stripes(SIZE_MAX));
        assertEquals(SIZE_MAX / 2, small.shareBytes(SIZE_MAX));
        StripeLayout wide = new StripeLayout(65, 1, 1 << 20);
        assertEquals(SIZE_MAX >> 26, wide.stripes(SIZE_MAX));
        assertEquals(SIZE_MAX >> 20, wide.blocks(SIZE_MAX));
        assertEquals((SIZE_MAX >> 26) + 0, wide.range(SIZE_MAX - 1, 1).endStripe());
        assertThrows(IllegalArgumentException.class, () -> small.stripes(SIZE_MAX + 1));
        assertThrows(IllegalArgumentException.class, () -> small.stripes(-1));
        assertThrows(IllegalArgumentException.class, () -> small.range(SIZE_MAX, 1));
        assertThrows(IllegalArgumentException.class, () -> small.range(1, Long.MAX_VALUE));
    }

    @Test
    void rangesNameTheBlocksAndStripesTheyTouch() {
        StripeLayout layout = new StripeLayout(4, 1, 128);
        assertEquals(new StripeLayout.Range(0, 1, 0, 1), layout.range(0, 128));
        assertEquals(new StripeLayout.Range(0, 2, 0, 1), layout.range(127, 2));
        assertEquals(new StripeLayout.Range(2, 4, 0, 2), layout.range(383, 2));
        assertEquals(new StripeLayout.Range(3, 3, 1, 1), layout.range(384, 0));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void whatIsUsedOfTheSharesIsTheFileAndItsParity(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            int parity = 1 + random.nextInt(4);
            StripeLayout layout =
                    new StripeLayout(2 * parity + 1 + random.nextInt(6), parity, 128 << random.nextInt(4));
            long size = random.nextInt(5 * layout.stripeDataBytes()) + 1;
            long lastStripe = layout.stripes(size) - 1;
            long used = 0;
            for (int disk = 0; disk < layout.disks(); disk++) {
                used += layout.usedShareBytes(size, disk);
                assertTrue(layout.usedShareBytes(size, disk) <= layout.shareBytes(size));
            }
            long last = size - lastStripe * layout.stripeDataBytes();
            long expected = size + parity * (lastStripe * layout.unitBytes() + Math.min(last, layout.unitBytes()));
            assertEquals(expected, used, "seed " + seed + " " + layout + " size " + size);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2  | 1 | 1024    | n must be >= 3",
                "4  | 2 | 1024    | parity 2 needs n >= 5, not 4",
                "6  | 3 | 1024    | parity 3 needs n >= 7, not 6",
                "8  | 4 | 1024    | parity 4 needs n >= 9, not 8",
                "5  | 0 | 1024    | parity must be 1 to 4, not 0",
                "11 | 5 | 1024    | parity must be 1 to 4, not 5",
                "66 | 1 | 1024    | parity 1 protects at most 64 data disks: n must be <= 65, not 66",
                "26 | 4 | 1024    | parity 4 protects at most 21 data disks: n must be <= 25, not 26",
                "3  | 1 | 1000    | striping_unit must be a power of two in [128, 1048576]",
                "3  | 1 | 64      | striping_unit must be a power of two in [128, 1048576]",
                "3  | 1 | 2097152 | striping_unit must be a power of two in [128, 1048576]",
                "3  | 1 | 0       | striping_unit must be a power of two in [128, 1048576]",
            })
    void badShapesAreRefusedWithAReason(int disks, int parity, int unitBytes, String message) {
        Exception refusal =
                assertThrows(IllegalArgumentException.class, () -> new StripeLayout(disks, parity, unitBytes));
        assertEquals(message, refusal.getMessage());
    }
}
