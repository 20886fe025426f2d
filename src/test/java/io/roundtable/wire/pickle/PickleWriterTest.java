package io.roundtable.wire.pickle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.roundtable.wire.pickle.Fixtures.Fixture;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickleWriterTest {
    static List<Fixture> protocol4() {
        return Fixtures.good().stream()
                .filter(fixture -> fixture.protocol() == 4)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("protocol4")
    void theBytesAreThoseOfCPython(Fixture fixture) throws PickleException {
        assertArrayEquals(fixture.bytes(), PickleWriter.write(PickleReader.read(fixture.bytes())));
    }

    /** The same, but with no object shared that CPython shared, except strings. */
    @ParameterizedTest
    @MethodSource("protocol4")
    void messagesBuiltAnewHaveTheBytesOfCPython(Fixture fixture) {
        if (!fixture.name().startsWith("shared")) { // it shares a tuple
            assertArrayEquals(fixture.bytes(), PickleWriter.write(fixture.value()));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void whatIsWrittenIsReadBack(long seed) throws PickleException {
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            Object value = Values.random(random);
            assertEquals(Values.show(value), Values.show(PickleReader.read(PickleWriter.write(value))));
            assertEquals(Values.show(value), Values.show(PickleReader.read(PickleWriter.write(value, true))));
        }
    }

    @ParameterizedTest
    @MethodSource("protocol4")
    void theOfferStandsBetweenProtocolAndFrameAndChangesNothingElse(Fixture fixture) throws PickleException {
        byte[] offer = PickleWriter.write(fixture.value(), true);
        byte[] plain = PickleWriter.write(fixture.value(), false);
        assertTrue(PickleReader.offersNative(offer));
        assertEquals("\u0080\4N0", new String(offer, 0, 4, ISO_8859_1));
        assertArrayEquals(Arrays.copyOfRange(plain, 2, plain.length), Arrays.copyOfRange(offer, 4, offer.length));
        assertEquals(Values.show(fixture.value()), Values.show(PickleReader.read(offer)));
    }

    @Test
    void equalStringsAreWrittenOnceAndEqualTuplesTwice() {
        byte[] pickle = PickleWriter.write(List.of(new String("ab"), new String("ab"), PyTuple.of(1L), PyTuple.of(1L)));
        assertEquals(
                "]\u0094(\u008c\2ab\u0094h\1K\1\u0085\u0094K\1\u0085\u0094e.",
                new String(pickle, 11, pickle.length - 11, ISO_8859_1));
    }

    static Stream<Arguments> refused() {
        List<Object> self = new ArrayList<>();
        self.add(PyTuple.of(self));
        Map<Object, Object> selfDict = new LinkedHashMap<>();
        selfDict.put("self", selfDict);
        Object deep = "deep";
        for (int i = 0; i <= Limits.DEFAULT.depthMax(); i++) {
            deep = PyTuple.of(deep);
        }
        return Stream.of(
                arguments("Integer", 5),
                arguments("Float", 1.5f),
                arguments("Character", 'c'),
                arguments("Set", Set.of()),
                arguments("Object[]", new Object[0]),
                arguments("list as a key", Map.of(List.of(), 1L)),
                arguments("dict in a key", Map.of(PyTuple.of(Map.of()), 1L)),
                arguments("bytes as a key", Map.of(new byte[0], 1L)),
                arguments("half a pair", "a\uD83D"),
                arguments("halves in the wrong order", "\uDE00\uD83D"),
                arguments("2041 bits", BigInteger.ONE.shiftLeft(2040)),
                arguments("too deep", deep),
                arguments("too long", "x".repeat(Limits.DEFAULT.inputBytesMax())),
                arguments("holds itself", self),
                arguments("dict that holds itself", selfDict));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void whatAPickleCannotHoldIsRefused(String name, Object value) {
        assertThrows(IllegalArgumentException.class, () -> PickleWriter.write(value), name);
    }

    @Test
    void theDeepestAndTheLongestThatMayBeWrittenAreRead() throws PickleException {
        Object deep = "deep";
        for (int i = 0; i < Limits.DEFAULT.depthMax(); i++) {
            deep = List.of(deep);
        }
        assertEquals(deep, PickleReader.read(PickleWriter.write(deep)));
        // PROTO 2, FRAME 9, BINUNICODE 5, MEMOIZE 1, STOP 1
        String longest = "x".repeat(Limits.DEFAULT.inputBytesMax() - 18);
        assertEquals(longest, PickleReader.read(PickleWriter.write(longest)));
        assertThrows(IllegalArgumentException.class, () -> PickleWriter.write(longest + "x"));
    }

    @Test
    void fourThousandMembersAreReadBackEvenWithTheLongestHost() throws PickleException {
        Map<Object, Object> members = new LinkedHashMap<>();
        String host = "h".repeat(253);
        for (long i = 0; i < 3900; i++) {
            members.put(PyTuple.of(1 + i % 365, 1_000_000 + i), PyTuple.of(host, 10_000 + i));
        }
        PyTuple election = PyTuple.of("ELECTION", members);
        assertEquals(election, PickleReader.read(PickleWriter.write(election)));
    }
}
