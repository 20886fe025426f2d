package io.roundtable.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParityTest {

    /** A stripe in arrays of random length and offset, with its right content beside it. */
    private static final class Stripe {
        final int data;
        final int rows;
        final int length;
        final byte[][] right;
        final byte[][] columns;
        final int[] offsets;

        Stripe(Random random, int data, int rows, int length) {
            this.data = data;
            this.rows = rows;
            this.length = length;
            right = new byte[data + rows][length];
            for (int j = 0; j < data; j++) {
                random.nextBytes(right[j]);
            }
            byte[][] parity = NaiveParity.encode(Arrays.copyOf(right, data), rows);
            System.arraycopy(parity, 0, right, data, rows);
            columns = new byte[data + rows][];
            offsets = new int[data + rows];
            for (int column = 0; column < data + rows; column++) {
                offsets[column] = random.nextInt(70);
                columns[column] = new byte[offsets[column] + length + random.nextInt(20)];
                random.nextBytes(columns[column]);
                if (column < data) {
                    System.arraycopy(right[column], 0, columns[column], offsets[column], length);
                }
            }
        }

        byte[] content(int column) {
            return Arrays.copyOfRange(columns[column], offsets[column], offsets[column] + length);
        }

        /** Overwrites a block with other bytes, and only the block. */
        void spoil(Random random, int column) {
            byte[] junk = new byte[length];
            random.nextBytes(junk);
            System.arraycopy(junk, 0, columns[column], offsets[column], length);
        }

        void assertRight(int column, String message) {
            assertArrayEquals(right[column], content(column), message + " column " + column);
        }
    }

    private static int someLength(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(18);
            case 1 -> 128 << random.nextInt(5);
            case 2 -> Lanes.PIECE_BYTES - 9 + random.nextInt(18);
            default -> random.nextInt(20_000);
        };
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void encodingIsTheDefinitionForAnyLengthAndOffset(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 25; round++) {
            int rows = 1 + random.nextInt(4);
            Stripe stripe = new Stripe(random, 1 + random.nextInt(21), rows, someLength(random));
            byte[][] before = stripe.columns.clone();
            for (int column = 0; column < before.length; column++) {
                before[column] = before[column].clone();
            }
            Parity parity = new Parity(stripe.data, rows);
            parity.encode(stripe.columns, stripe.offsets, stripe.length);
            for (int column = 0; column < before.length; column++) {
                System.arraycopy(stripe.right[column], 0, before[column], stripe.offsets[column], stripe.length);
                assertArrayEquals(before[column], stripe.columns[column], "seed " + seed + ", nothing else is written");
            }
            assertTrue(parity.verify(stripe.columns, stripe.offsets, stripe.length));
        }
    }

    @Test
    void aStripeMayLieInOneArray() {
        Random random = new Random(7);
        byte[] file = new byte[6 * 512];
        random.nextBytes(file);
        byte[][] columns = {file, file, file, file, new byte[512], new byte[512]};
        new Parity(4, 2).encode(columns, new int[] {512, 1024, 1536, 2048, 0, 0}, 512);

        byte[][] data = new byte[4][];
        for (int j = 0; j < 4; j++) {
            data[j] = Arrays.copyOfRange(file, 512 * (j + 1), 512 * (j + 2));
        }
        assertArrayEquals(NaiveParity.encode(data, 2), new byte[][] {columns[4], columns[5]});
    }

    /** Every loss of up to p blocks, data and parity, with random bytes. */
    @ParameterizedTest
    @CsvSource({"2,1", "9,1", "3,2", "4,2", "12,2", "4,3", "8,3", "5,4", "10,4"})
    void everyLossOfUpToAllRowsIsRebuilt(int data, int rows) {
        Random random = new Random(31L * data + rows);
        Parity parity = new Parity(data, rows);
        Stripe stripe = new Stripe(random, data, rows, 45);
        parity.encode(stripe.columns, stripe.offsets, stripe.length);
        for (int mask = 0; mask < 1 << (data + rows); mask++) {
            if (Integer.bitCount(mask) <= rows) {
                loseAndRebuild(random, parity, stripe, mask, "lost " + Integer.toBinaryString(mask));
            } else {
                assertFalse(parity.isRecoverable(present(stripe, mask)), "lost " + Integer.toBinaryString(mask));
            }
        }
    }

    private static boolean[] present(Stripe stripe, long mask) {
        boolean[] present = new boolean[stripe.data + stripe.rows];
        for (int column = 0; column < present.length; column++) {
            present[column] = (mask >>> column & 1) == 0;
        }
        return present;
    }

    private static void loseAndRebuild(Random random, Parity parity, Stripe stripe, int mask, String message) {
        boolean[] present = present(stripe, mask);
        boolean[] wanted = new boolean[present.length];
        for (int column = 0; column < present.length; column++) {
            wanted[column] = !present[column];
            if (!present[column]) {
                stripe.spoil(random, column);
            }
        }
        assertTrue(parity.isRecoverable(present), message);
        parity.reconstruct(stripe.columns, stripe.offsets, stripe.length, present, wanted);
        for (int column = 0; column < present.length; column++) {
            stripe.assertRight(column, message);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void randomLossesOfWideStripesAreRebuilt(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 12; round++) {
            int rows = 1 + random.nextInt(4);
            int data = 1 + random.nextInt(Parity.dataMax(rows));
            Stripe stripe = new Stripe(random, data, rows, someLength(random) / 4);
            Parity parity = new Parity(data, rows);
            parity.encode(stripe.columns, stripe.offsets, stripe.length);
            boolean[] present = present(stripe, 0);
            boolean[] wanted = new boolean[data + rows];
            for (int i = 0; i < rows; i++) {
                present[random.nextInt(data + rows)] = false;
            }
            for (int column = 0; column < present.length; column++) {
                wanted[column] = !present[column];
                if (!present[column]) {
                    stripe.spoil(random, column);
                }
            }
            parity.reconstruct(stripe.columns, stripe.offsets, stripe.length, present, wanted);
            for (int column = 0; column < present.length; column++) {
                stripe.assertRight(column, "seed " + seed + " round " + round + " " + data + "+" + rows);
            }
        }
    }

    @Test
    void blocksNeitherPresentNorWantedAreLeftAlone() {
        Random random = new Random(17);
        Parity parity = new Parity(4, 2);
        Stripe stripe = new Stripe(random, 4, 2, 300);
        parity.encode(stripe.columns, stripe.offsets, stripe.length);
        stripe.columns[0] = new byte[0];
        stripe.columns[4] = new byte[0];
        stripe.spoil(random, 2);
        boolean[] present = {true, true, false, true, false, true};
        assertThrows(
                IndexOutOfBoundsException.class,
                () -> parity.reconstruct(stripe.columns, stripe.offsets, stripe.length, present, new boolean[] {
                    false, false, true, false, false, false
                }));

        Stripe other = new Stripe(random, 4, 2, 300);
        parity.encode(other.columns, other.offsets, other.length);
        other.columns[1] = new byte[0];
        other.spoil(random, 2);
        parity.reconstruct(
                other.columns,
                other.offsets,
                other.length,
                new boolean[] {true, false, false, true, true, true},
                new boolean[] {false, false, true, false, false, false});
        other.assertRight(2, "the other lost block has no array");
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void updatingByTheDifferenceIsEncodingAnew(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            int rows = 1 + random.nextInt(4);
            int data = 1 + random.nextInt(Parity.dataMax(rows));
            Stripe stripe = new Stripe(random, data, rows, 1 + someLength(random) / 4);
            Parity parity = new Parity(data, rows);
            parity.encode(stripe.columns, stripe.offsets, stripe.length);
            int index = random.nextInt(data);
            int from = random.nextInt(stripe.length);
            byte[] after = new byte[random.nextInt(stripe.length - from + 1)];
            random.nextBytes(after);
            int[] parityOffsets = new int[rows];
            for (int row = 0; row < rows; row++) {
                parityOffsets[row] = stripe.offsets[data + row] + from;
            }
            parity.update(
                    index,
                    stripe.columns[index],
                    stripe.offsets[index] + from,
                    after,
                    0,
                    Arrays.copyOfRange(stripe.columns, data, data + rows),
                    parityOffsets,
                    after.length);
            System.arraycopy(after, 0, stripe.columns[index], stripe.offsets[index] + from, after.length);
            assertTrue(parity.verify(stripe.columns, stripe.offsets, stripe.length), "seed " + seed);
        }
    }

    @Test
    void verifyFindsAnyFlippedBit() {
        Random random = new Random(3);
        Parity parity = new Parity(3, 2);
        Stripe stripe = new Stripe(random, 3, 2, 29);
        parity.encode(stripe.columns, stripe.offsets, stripe.length);
        for (int column = 0; column < 5; column++) {
            for (int bit = 0; bit < 29 * 8; bit++) {
                stripe.columns[column][stripe.offsets[column] + bit / 8] ^= (byte) (1 << bit % 8);
                assertFalse(parity.verify(stripe.columns, stripe.offsets, stripe.length));
                stripe.columns[column][stripe.offsets[column] + bit / 8] ^= (byte) (1 << bit % 8);
            }
        }
        assertTrue(parity.verify(stripe.columns, stripe.offsets, stripe.length));
    }

    @Test
    void whatCannotBeComputedIsRefusedAndNothingIsWritten() {
        Parity parity = new Parity(3, 2);
        byte[][] columns = new byte[5][10];
        boolean[] wanted = {true, true, true, false, false};
        boolean[] present = {false, false, false, true, true};
        assertFalse(parity.isRecoverable(present));
        assertThrows(
                IllegalArgumentException.class, () -> parity.reconstruct(columns, new int[5], 10, present, wanted));
        assertThrows(IllegalArgumentException.class, () -> parity.reconstruct(columns, new int[5], 10, wanted, wanted));
        assertThrows(IndexOutOfBoundsException.class, () -> parity.encode(columns, 1, 10));
        assertThrows(IndexOutOfBoundsException.class, () -> parity.encode(columns, 0, -1));
        assertThrows(IllegalArgumentException.class, () -> parity.encode(new byte[4][10], 0, 10));
        assertThrows(IllegalArgumentException.class, () -> new Parity(65, 3));
        assertThrows(IllegalArgumentException.class, () -> new Parity(22, 4));
        assertThrows(IllegalArgumentException.class, () -> new Parity(3, 5));
        assertThrows(IllegalArgumentException.class, () -> new Parity(0, 1));
    }

    @Test
    void encodingIntoTheSameBuffersAllocatesNothing() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Parity parity = new Parity(4, 2);
        byte[][] columns = new byte[6][16_384];
        parity.encode(columns, 0, 16_384);
        long before = threads.getCurrentThreadAllocatedBytes();
        int rounds = 2_000;
        for (int i = 0; i < rounds; i++) {
            parity.encode(columns, 0, 16_384);
        }
        long perRound = (threads.getCurrentThreadAllocatedBytes() - before) / rounds;
        assertEquals(0, perRound, "bytes an encode");
    }
}
