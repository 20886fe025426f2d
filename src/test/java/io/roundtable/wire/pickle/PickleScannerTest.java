package io.roundtable.wire.pickle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.wire.pickle.Fixtures.Fixture;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickleScannerTest {
    static List<Fixture> fixtures() {
        return Fixtures.good();
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void aWholePickleEndsAtItsStop(Fixture fixture) throws PickleException {
        assertEquals(fixture.bytes().length, new PickleScanner().scan(ByteBuffer.wrap(fixture.bytes())));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void theEndIsFoundByteByByteAndNoEarlier(Fixture fixture) throws PickleException {
        PickleScanner scanner = new PickleScanner();
        int length = fixture.bytes().length;
        for (int received = 0; received < length; received++) {
            assertEquals(PickleScanner.NEED_MORE, scanner.scan(ByteBuffer.wrap(fixture.bytes(), 0, received)));
        }
        assertEquals(length, scanner.scan(ByteBuffer.wrap(fixture.bytes())));
    }

    /** Pickles stand behind each other; the buffer moves, as one does whose owner compacts it. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void pickleAfterPickleIsFoundInRandomPieces(long seed) throws PickleException {
        Random random = new Random(seed);
        PickleScanner scanner = new PickleScanner();
        ByteBuffer received = ByteBuffer.allocate(40_000);
        for (Fixture fixture : fixtures()) {
            byte[] bytes = fixture.bytes();
            int sent = 0;
            int length = PickleScanner.NEED_MORE;
            while (length == PickleScanner.NEED_MORE) {
                assertTrue(sent < bytes.length, () -> "no end of " + fixture + ", seed " + seed);
                int piece = Math.min(bytes.length - sent, 1 + random.nextInt(500));
                received.put(bytes, sent, piece);
                sent += piece;
                received.flip();
                int position = received.position();
                length = scanner.scan(received);
                assertEquals(position, received.position());
                if (length == PickleScanner.NEED_MORE) {
                    received.compact();
                }
            }
            assertEquals(bytes.length, length, fixture + ", seed " + seed);
            byte[] found = new byte[length];
            received.get(found);
            assertTrue(Arrays.equals(bytes, found), fixture.name());
            received.compact();
        }
    }

    @Test
    void whatComesBehindThePickleIsLeftAlone() throws PickleException {
        ByteBuffer two = ByteBuffer.wrap("xxU\2OK.U\2OK.".getBytes(ISO_8859_1)).position(2);
        PickleScanner scanner = new PickleScanner();
        assertEquals(5, scanner.scan(two));
        two.position(7);
        assertEquals(5, scanner.scan(two));
        two.position(12);
        assertEquals(PickleScanner.NEED_MORE, scanner.scan(two));
    }

    @Test
    void aScannerRemembersNothingOfThePickleBefore() throws PickleException {
        PickleScanner scanner = new PickleScanner();
        assertEquals(20, scanner.scan(bytes("c__builtin__\nbytes\n.")));
        assertThrows(PickleException.class, () -> scanner.scan(bytes("R.")));
    }

    /** Each needs bytes that are not there yet and must not be waited for. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0093",
                "NNR",
                "co",
                "c_codecs\ne_",
                "\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f",
                "\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff",
                "\u008e\0\0\1\0\0\0\0\0",
                "X\0\0\1\0",
                "X\u00fc\u00ff\0\0",
                "T\u00ff\u00ff\u00ff\u00ff",
                "B\u00ff\u00ff\u00ff\u00ff",
                "\u008b\u00ff\u00ff\u00ff\u007f",
                "\u008b\0\1\0\0",
                "\u0095\0\0\1\0\0\0\0\0",
                "\u0095\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff",
                "\u0095\4\0\0\0\0\0\0\0X",
                "\u0095\4\0\0\0\0\0\0\0Vabc",
                "p12345678901",
                "F00000000000000000000000000000000000000000",
            })
    void whatCannotEndWellIsRefusedBeforeTheRestComes(String begin) {
        assertThrows(PickleException.class, () -> new PickleScanner().scan(bytes(begin)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\u008d\u00ff\u00ff\0\0\0\0\0",
                "X\u00fa\u00ff\0\0",
                "\u008b\u00ff\0\0\0",
                "\u0095\5\0\0\0\0\0\0\0X",
                "\u0095\5\0\0\0\0\0\0\0Vabc",
                "p1234567890",
                "c",
                "c_codecs\nencod",
                "c__built",
            })
    void whatMayEndWellIsWaitedFor(String begin) throws PickleException {
        assertEquals(PickleScanner.NEED_MORE, new PickleScanner().scan(bytes(begin)));
    }

    @ParameterizedTest
    @CsvSource({"V", "S", "I", "L", "p"})
    void aLineThatNeverEndsIsRefused(String opcode) {
        byte[] line = (opcode + "1".repeat(Limits.DEFAULT.inputBytesMax())).getBytes(ISO_8859_1);
        assertThrows(PickleException.class, () -> new PickleScanner().scan(ByteBuffer.wrap(line)));
    }

    @Test
    void aPickleThatNeverEndsIsRefusedAtTheLimit() throws PickleException {
        byte[] nones = "N".repeat(10).getBytes(ISO_8859_1);
        PickleScanner scanner = new PickleScanner(new Limits(10, 1, 1, 1, 1, 1));
        assertEquals(PickleScanner.NEED_MORE, scanner.scan(ByteBuffer.wrap(nones, 0, 9)));
        assertThrows(PickleException.class, () -> scanner.scan(ByteBuffer.wrap(nones)));
    }

    /** A scan that began anew at each byte would look at over a hundred thousand million bytes. */
    @ParameterizedTest
    @ValueSource(strings = {"V", "N"})
    void byteByByteCostsNoMoreThanTheLength(String opcode) {
        byte[] pickle = (opcode + "N".repeat(500_000)).getBytes(ISO_8859_1);
        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
            PickleScanner scanner = new PickleScanner(new Limits(1_000_000, 1, 1, 1, 1, 1));
            for (int received = 1; received <= pickle.length; received++) {
                assertEquals(PickleScanner.NEED_MORE, scanner.scan(ByteBuffer.wrap(pickle, 0, received)));
            }
        });
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    }
}
