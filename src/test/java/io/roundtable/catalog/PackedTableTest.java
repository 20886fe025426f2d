package io.roundtable.catalog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedTableTest {
    private static final int STEPS = 6_000;

    private static byte[] bytes(SplittableRandom random, int max) {
        byte[] bytes = new byte[random.nextInt(max)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void assertSame(NavigableMap<byte[], byte[]> model, PackedTable.Cursor cursor) {
        for (Map.Entry<byte[], byte[]> each : model.entrySet()) {
            assertTrue(cursor.isThere());
            assertArrayEquals(each.getKey(), cursor.key());
            assertArrayEquals(each.getValue(), cursor.value());
            cursor.next();
        }
        assertFalse(cursor.isThere());
    }

    /** What was kept aside stays as it was, whatever changes later. */
    @ParameterizedTest
    @ValueSource(ints = {8, 60, 3_000})
    void isWhatAMapIsAndWhoeverHoldsAnOlderOneSeesNoChange(int valueMax) {
        SplittableRandom random = new SplittableRandom(valueMax);
        NavigableMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
        PackedTable table = PackedTable.EMPTY;
        List<PackedTable> older = new ArrayList<>();
        List<NavigableMap<byte[], byte[]>> olderModels = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            byte[] key = bytes(random, random.nextInt(10) == 0 ? 300 : 3);
            // It grows, and shrinks at last.
            if (random.nextInt(STEPS) > step) {
                byte[] value = bytes(random, valueMax);
                table = table.with(key, PackedTable.record(key, value));
                model.put(key, value);
            } else {
                byte[] gone = random.nextBoolean() || model.isEmpty() ? key : model.ceilingKey(key);
                table = table.without(gone == null ? key : gone);
                model.remove(gone == null ? key : gone);
            }
            assertEquals(model.size(), table.size());
            PackedTable.Cursor found = table.find(key);
            assertEquals(model.containsKey(key), found != null);
            if (found != null) {
                assertArrayEquals(model.get(key), found.value());
            }
            if (step % 400 == 0) {
                assertSame(model.tailMap(key, false), table.cursorBehind(key));
                older.add(table);
                olderModels.add(new TreeMap<>(model));
            }
        }
        for (int i = 0; i < older.size(); i++) {
            assertEquals(olderModels.get(i).size(), older.get(i).size());
            assertSame(olderModels.get(i), older.get(i).cursor());
        }
    }

    @Test
    void whatIsAppendedInOrderFillsItsBlocks() {
        PackedTable table = PackedTable.EMPTY;
        int bytes = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] key = new byte[] {(byte) (i >> 16), (byte) (i >> 8), (byte) i};
            byte[] record = PackedTable.record(key, new byte[60]);
            table = table.with(key, record);
            bytes += record.length;
        }
        int blocks = 0;
        for (PackedTable.Cursor cursor = table.cursor(); cursor.isThere(); cursor.nextBlock()) {
            blocks++;
        }
        assertTrue(blocks < 1.1 * bytes / PackedTable.BLOCK_BYTES, blocks + " blocks");
    }

    @Test
    void isBuiltOfRecordsInTheirOrderOnly() {
        PackedTable.Builder builder = new PackedTable.Builder();
        NavigableMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 30_000; i++) {
            model.put(bytes(random, 40), bytes(random, 100));
        }
        model.forEach((key, value) -> builder.add(PackedTable.record(key, value)));
        PackedTable table = builder.build();
        assertEquals(model.size(), table.size());
        assertSame(model, table.cursor());
        assertEquals(0, new PackedTable.Builder().build().size());

        PackedTable.Builder wrong = new PackedTable.Builder();
        wrong.add(PackedTable.record(new byte[] {1}, new byte[0]));
        byte[] same = PackedTable.record(new byte[] {1}, new byte[9]);
        assertThrows(IllegalArgumentException.class, () -> wrong.add(same));
    }

    /** Whatever bytes a snapshot holds, nothing beyond them is looked at. */
    @Test
    void bytesThatAreNoRecordsAreRefused() {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = bytes(random, 12);
            PackedTable.Builder builder = new PackedTable.Builder();
            try {
                for (int at = 0; at < bytes.length; ) {
                    int end = builder.add(bytes, at);
                    assertTrue(end > at && end <= bytes.length);
                    at = end;
                }
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                continue;
            }
            builder.build();
        }
    }
}
