package io.roundtable.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.invoke.MethodHandles;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Records that grow, as the programs before and after that see them. */
class RecordCodecTest {
    record Point(int x) {}

    record PointOfNow(int x, int y, String name, List<PointOfNow> more, Map<String, Long> facts) {}

    enum Colour {
        RED,
        GREEN,
        OTHER
    }

    enum ColourOfNow {
        RED,
        GREEN,
        OTHER,
        ULTRAVIOLET
    }

    record Line(List<Point> points, Optional<Point> middle, Colour colour, long end) {}

    record LineOfNow(List<PointOfNow> points, Optional<PointOfNow> middle, ColourOfNow colour, long end) {}

    private static final MethodHandles.Lookup HERE = MethodHandles.lookup();
    private static final RecordCodec BEFORE = new RecordCodec(HERE).unknownAs(Colour.OTHER);
    private static final RecordCodec NOW = new RecordCodec(HERE)
            .unknownAs(ColourOfNow.OTHER)
            .added(1, PointOfNow.class, "y", "name", "more")
            .added(2, PointOfNow.class, "facts");

    private static final PointOfNow FULL = new PointOfNow(
            1, 2, "n".repeat(300), List.of(new PointOfNow(9, 9, "", List.of(), Map.of())), Map.of("b", 2L, "a", 1L));

    @Test
    void aProgramThatDoesNotKnowNewComponentsReadsWhatItKnowsWhereverTheyStand() {
        LineOfNow line = new LineOfNow(List.of(FULL, FULL), Optional.of(FULL), ColourOfNow.ULTRAVIOLET, Long.MIN_VALUE);
        Line read = BEFORE.decodeFields(NOW.encodeFields(line), Line.class);
        assertEquals(
                new Line(List.of(new Point(1), new Point(1)), Optional.of(new Point(1)), Colour.OTHER, Long.MIN_VALUE),
                read);
        assertEquals(new Point(1), BEFORE.decodeFields(NOW.encodeFields(FULL), Point.class), "at the top, too");
    }

    @Test
    void whatAnOlderProgramDidNotWriteIsNothing() {
        Line line = new Line(List.of(new Point(-7)), Optional.empty(), Colour.GREEN, 5);
        assertEquals(
                new LineOfNow(
                        List.of(new PointOfNow(-7, 0, "", List.of(), Map.of())),
                        Optional.empty(),
                        ColourOfNow.GREEN,
                        5),
                NOW.decodeFields(BEFORE.encodeFields(line), LineOfNow.class));
    }

    @Test
    void whatEveryProgramWritesMustBeThere() {
        byte[] line = BEFORE.encodeFields(new Line(List.of(), Optional.empty(), Colour.RED, 5));
        for (int length = 0; length < line.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(line, length);
            assertThrows(CodecException.class, () -> NOW.decodeFields(cut, LineOfNow.class), "cut to " + length);
        }
    }

    @Test
    void aComponentThatIsCutOffIsNotTakenForOneThatIsMissing() {
        byte[] whole = NOW.encodeFields(FULL);
        int read = 0;
        for (int length = 0; length < whole.length; length++) {
            try {
                NOW.decodeFields(java.util.Arrays.copyOf(whole, length), PointOfNow.class);
                read++;
            } catch (CodecException e) {
                assertTrue(!String.valueOf(e.getMessage()).isEmpty());
            }
        }
        // Behind x, y, name and more.
        assertEquals(4, read);
    }

    @Test
    void theCodecOfALowerLevelWritesAndReadsAsAProgramOfItDoes() {
        RecordCodec one = NOW.upTo(1);
        RecordCodec zero = NOW.upTo(0);
        PointOfNow inOne = new PointOfNow(1, 2, FULL.name(), FULL.more(), Map.of());
        PointOfNow inZero = new PointOfNow(1, 0, "", List.of(), Map.of());

        assertEquals(inOne, NOW.decodeFields(one.encodeFields(FULL), PointOfNow.class));
        assertEquals(inOne, one.decodeFields(NOW.encodeFields(FULL), PointOfNow.class));
        assertEquals(inZero, one.decodeFields(zero.encodeFields(FULL), PointOfNow.class));
        assertArrayEquals(BEFORE.encodeFields(new Point(1)), zero.encodeFields(FULL));

        RecordCodec listed = new RecordCodec(HERE).register(3, Point.class).register(4, PointOfNow.class, 1);
        byte[] bytes = listed.encode(FULL);
        assertThrows(CodecException.class, () -> listed.upTo(0).decode(bytes, Record.class));
        assertThrows(IllegalArgumentException.class, () -> listed.upTo(0).encode(FULL));
        assertEquals(new Point(3), listed.upTo(0).decode(listed.encode(new Point(3)), Record.class));
    }

    @Test
    void aLengthOfAnySizeStandsBeforeItsRecord() {
        for (int size : new int[] {0, 1, 127, 128, 16_000, 17_000, 3_000_000}) {
            PointOfNow inner = new PointOfNow(1, 2, "x".repeat(size), List.of(), Map.of());
            PointOfNow outer = new PointOfNow(3, 4, "", List.of(inner, inner), Map.of());
            assertEquals(outer, NOW.decodeFields(NOW.encodeFields(outer), PointOfNow.class));
        }
    }

    @Test
    void aNewComponentBeforeAnOldOneIsAMistakeThatShowsAtOnce() {
        RecordCodec wrong = new RecordCodec(HERE).added(1, PointOfNow.class, "x");
        assertThrows(IllegalArgumentException.class, () -> wrong.encodeFields(FULL));
        assertThrows(IllegalArgumentException.class, () -> new RecordCodec(HERE).added(1, Point.class, "y"));
    }

    @Test
    void recordsWithoutLengthsAsFormat1HasThemAreRead() {
        byte[] bytes = HexFormat.of().parseHex("020204" + "01" + "06" + "01" + "0a");
        Unpacker in = Unpacker.ofBareRecords(bytes);
        assertEquals(
                new Line(List.of(new Point(1), new Point(2)), Optional.of(new Point(3)), Colour.GREEN, 5),
                BEFORE.read(in, Line.class));
        assertEquals(0, in.left());
    }

    @Test
    void aMapIsInOrderAndHasEachKeyOnce() {
        assertThrows(
                CodecException.class,
                () -> NOW.decodeFields(HexFormat.of().parseHex("0200000002" + "016202" + "016102"), PointOfNow.class));
        assertThrows(
                CodecException.class,
                () -> NOW.decodeFields(HexFormat.of().parseHex("0200000002" + "016102" + "016102"), PointOfNow.class));
        assertEquals(
                Map.of("a", 1L, "b", 1L),
                NOW.decodeFields(HexFormat.of().parseHex("0200000002" + "016102" + "016202"), PointOfNow.class)
                        .facts());
    }
}
