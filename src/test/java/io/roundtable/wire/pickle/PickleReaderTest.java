package io.roundtable.wire.pickle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.roundtable.wire.pickle.Fixtures.Fixture;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PickleReaderTest {
    static List<Fixture> fixtures() {
        return Fixtures.good();
    }

    @Test
    void everyMessageIsThereInEveryProtocol() {
        assertEquals(20 * 6, fixtures().size());
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void whatCPythonWroteIsReadAsItWasMeant(Fixture fixture) throws PickleException {
        assertEquals(Values.show(fixture.value()), Values.show(PickleReader.read(fixture.bytes())));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void everyTruncationIsRefusedWithAPickleException(Fixture fixture) {
        for (int length = 0; length < fixture.bytes().length; length++) {
            byte[] prefix = Arrays.copyOf(fixture.bytes(), length);
            assertThrows(PickleException.class, () -> PickleReader.read(prefix), () -> "prefix of " + prefix.length);
        }
    }

    /** Forms that no fixture has; each as Python 3.11 reads it, which PicklePythonTest checks. */
    static Stream<Arguments> forms() {
        return Stream.of(
                arguments("I01\n.", true),
                arguments("I00\n.", false),
                arguments("I1\n.", 1L),
                arguments("I-9223372036854775808\n.", Long.MIN_VALUE),
                arguments("L-5L\n.", -5L),
                arguments("L5\n.", 5L),
                arguments("\u008a\0.", 0L),
                arguments("\u008a\1\u00ff.", -1L),
                arguments("\u008a\3\0\0\0.", 0L),
                arguments("\u008b\2\0\0\0\0\1.", 256L),
                arguments("J\u00ff\u00ff\u00ff\u00ff.", -1L),
                arguments("F1\n.", 1.0),
                arguments("F-1.5e-07\n.", -1.5e-7),
                arguments("Finf\n.", Double.POSITIVE_INFINITY),
                arguments("F-inf\n.", Double.NEGATIVE_INFINITY),
                arguments("Fnan\n.", Double.NaN),
                arguments("G\u00bf\u00f8\0\0\0\0\0\0.", -1.5),
                arguments("S'ab'\n.", "ab"),
                arguments("S\"it's\"\n.", "it's"),
                arguments("S'\\'\\\"\\\\\\n\\t\\x41\\101\\0'\n.", "'\"\\\n\tAA\0"),
                arguments("S'\\q'\n.", "\\q"),
                arguments("T\2\0\0\0ab.", "ab"),
                arguments("U\2ab.", "ab"),
                arguments("V\\u0041\\\\u0041\\U0001f600\u00e9\\\n.", "A\\\\u0041\uD83D\uDE00\u00e9\\"),
                arguments("X\2\0\0\0\u00c3\u00a9.", "\u00e9"),
                arguments("\u008d\1\0\0\0\0\0\0\0a.", "a"),
                arguments("X\3\0\0\0\u00ef\u00bf\u00bd.", "\uFFFD"),
                arguments("B\1\0\0\0\u00ff.", new byte[] {-1}),
                arguments("C\1\u00ff.", new byte[] {-1}),
                arguments("\u008e\1\0\0\0\0\0\0\0\u00ff.", new byte[] {-1}),
                arguments("c__builtin__\nbytes\n(tR.", new byte[0]),
                arguments("(NNl.", Arrays.asList(null, null)),
                arguments("(I1\nNI2\nNd.", dict(1L, null, 2L, null)),
                arguments("}(u.", Map.of()),
                arguments("}NI1\nsNI2\ns.", dict(null, 2L)),
                arguments("](e(NeNa.", Arrays.asList(null, null)),
                arguments("(t.", PyTuple.EMPTY),
                arguments("(NNNNt.", PyTuple.of(null, null, null, null)),
                arguments("N\u0085.", PyTuple.of((Object) null)),
                arguments("NNN\u0087.", PyTuple.of(null, null, null)),
                arguments("I7\n2\u0086.", PyTuple.of(7L, 7L)),
                arguments("I7\n(NNN1.", 7L),
                arguments("I7\nN0.", 7L),
                arguments("(0I7\n.", 7L),
                arguments("I7\np300\n0g300\n.", 7L),
                arguments("I7\nr\0\1\0\0000j\0\1\0\0.", 7L),
                arguments("\u0080\5I7\n\u00940h\0.", 7L),
                arguments("\u0080\4\u0095\2\0\0\0\0\0\0\0N0\u0095\1\0\0\0\0\0\0\0NK\7\u0086.", PyTuple.of(null, 7L)));
    }

    private static Map<Object, Object> dict(Object... keysAndValues) {
        Map<Object, Object> dict = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            dict.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return dict;
    }

    @ParameterizedTest
    @MethodSource("forms")
    void everyFormOfDataIsRead(String pickle, Object value) throws PickleException {
        assertEquals(Values.show(value), Values.show(PickleReader.read(pickle.getBytes(ISO_8859_1))));
    }

    @Test
    void whatThePickleSharesIsSharedInTheResult() throws PickleException {
        List<?> pair = (List<?>) PickleReader.read("](]q\0h\0e.".getBytes(ISO_8859_1));
        assertSame(pair.get(0), pair.get(1));
    }

    @Test
    void theExceptionNamesReasonAndOffset() {
        PickleException e =
                assertThrows(PickleException.class, () -> PickleReader.read("(NN\u0093.".getBytes(ISO_8859_1)));
        assertEquals("STACK_GLOBAL is more than data at offset 3", e.getMessage());
        assertEquals(3, e.offset());
    }

    @Test
    void bytesBehindThePickleAreRefused() {
        assertThrows(PickleException.class, () -> PickleReader.read("N.N".getBytes(ISO_8859_1)));
    }

    @Test
    void anOfferIsKnownByItsFirstFourBytes() {
        assertTrue(PickleReader.offersNative("\u0080\4N0N.".getBytes(ISO_8859_1)));
        assertTrue(PickleReader.offersNative("\u0080\4N0".getBytes(ISO_8859_1)));
        assertFalse(PickleReader.offersNative("\u0080\4N".getBytes(ISO_8859_1)));
        assertFalse(PickleReader.offersNative("\u0080\5N0N.".getBytes(ISO_8859_1)));
        assertFalse(PickleReader.offersNative("N0N.".getBytes(ISO_8859_1)));
        for (Fixture fixture : fixtures()) {
            assertFalse(PickleReader.offersNative(fixture.bytes()), fixture.name());
        }
    }

    @Test
    void readingDoesNotChangeTheInput() throws PickleException {
        Fixture fixture = fixtures().get(0);
        byte[] before = fixture.bytes().clone();
        PickleReader.read(fixture.bytes());
        assertArrayEquals(before, fixture.bytes());
    }
}
