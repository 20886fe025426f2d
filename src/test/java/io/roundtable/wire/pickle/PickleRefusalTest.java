package io.roundtable.wire.pickle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.roundtable.wire.pickle.Fixtures.Fixture;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickleRefusalTest {
    static List<Fixture> hostile() {
        return Fixtures.hostile();
    }

    @Test
    void theHostileFixturesAreThere() {
        assertEquals(13, hostile().size());
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void hostilePicklesAreRefusedQuicklyAndCheaply(Fixture fixture) {
        assertThrows(PickleException.class, () -> PickleReader.read(fixture.bytes()));
        Cost.assertCheap(fixture.bytes());
    }

    @ParameterizedTest
    @EnumSource
    void everyOpcodeThatIsMoreThanDataIsRefusedAtOnce(Opcode opcode) {
        boolean refused = opcode.form == Opcode.Form.REFUSED || opcode == Opcode.REDUCE;
        byte[] alone = {(byte) opcode.code};
        if (refused) {
            String message = assertThrows(PickleException.class, () -> PickleReader.read(alone))
                    .getMessage();
            assertEquals(opcode + " is more than data at offset 0", message);
        }
    }

    @Test
    void everyUnknownOpcodeIsRefused() {
        for (int code = 0; code < 256; code++) {
            byte[] pickle = {'N', (byte) code, '.'};
            if (Opcode.of((byte) code) == null) {
                String message = assertThrows(PickleException.class, () -> PickleReader.read(pickle))
                        .getMessage();
                assertTrue(message.startsWith("unknown opcode"), message);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Names: the two known ones are good for bytes and for nothing else.
                "cos\nsystem\n.",
                "c_codecs\ndecode\n.",
                "c_codecs\nencode2\n.",
                "cbuiltins\nbytes\n.",
                "c__builtin__\neval\n(VX\ntR.",
                "c_codecs\nencode\n.",
                "c_codecs\nencode\n\u0085.",
                "]c_codecs\nencode\na.",
                "}c_codecs\nencode\nNs.",
                "c_codecs\nencode\n)R.",
                "c_codecs\nencode\n(Va\nVutf8\ntR.",
                "c_codecs\nencode\n(V\\u0100\nVlatin1\ntR.",
                "c_codecs\nencode\n(Va\nVlatin1\nVstrict\ntR.",
                "c_codecs\nencode\n(Va\nVlatin1\nlR.",
                "c__builtin__\nbytes\n(VX\ntR.",
                "c__builtin__\nbytes\n0N)R.",
                // Stack, marks, memo.
                ".",
                "0.",
                "1.",
                "2.",
                "t.",
                "a.",
                "Na.",
                "NNa.",
                "N(Ne.",
                "](NNa.",
                "](\u0085.",
                "(]N(\u0086t.",
                "}(Nu.",
                "](NNu.",
                "}Ns.",
                "(Nd.",
                "NN.",
                "(N.",
                "N(.",
                "h\0.",
                "g5\n.",
                "gx\n.",
                "Np\n.",
                "Np-1\n.",
                "Np99999999999\n.",
                "Np9999999999\n.",
                "Nr\u00ff\u00ff\u00ff\u00ff.",
                "\u0094.",
                "q\0.",
                // Keys that Python could not hash, and bytes, which Java could not.
                "}]Ns.",
                "}}Ns.",
                "}C\1aNs.",
                "}]\u0085Ns.",
                "}C\1a\u0085\u0085Ns.",
                // What holds itself, or changes later.
                "]2a.",
                "]q\0h\0a.",
                "]q\0(h\0e.",
                "]q\0h\0\u0085a.",
                "}q\0Nh\0s.",
                "]q\0]q\1h\0a0h\0h\1a.",
                "]q\0\u0085h\0Na0.",
                // Numbers.
                "I\n.",
                "I-\n.",
                "I+5\n.",
                "I0x1\n.",
                "I1 \n.",
                "I1L\n.",
                "I\u00b2\n.",
                "L\n.",
                "LL\n.",
                "F\n.",
                "F1.5f\n.",
                "F0x1p3\n.",
                "F 1\n.",
                "FNaN\n.",
                "FInfinity\n.",
                "\u008b\u00ff\u00ff\u00ff\u00ff.",
                // Strings.
                "S\n.",
                "S'\n.",
                "Sab\n.",
                "S'ab\"\n.",
                "S'\\'\n.",
                "S'\\x4'\n.",
                "S'\\xzz'\n.",
                "S'\\xe9'\n.",
                "S'\u00e9'\n.",
                "S'\\777'\n.",
                "U\1\u00e9.",
                "T\u00ff\u00ff\u00ff\u00ff.",
                "V\\u004\n.",
                "V\\u00zz\n.",
                "V\\U00110000\n.",
                "V\\Uffffffff\n.",
                "V\\ud83d\\ude00\n.",
                "X\1\0\0\0\u0080.",
                "X\2\0\0\0\u00c0\u0080.",
                "X\3\0\0\0\u00ed\u00a0\u0080.",
                "\u008d\0\0\0\0\0\0\0\u0080.",
                // Frames and protocols.
                "\u0080\6N.",
                "\u0095\5\0\0\0\0\0\0\0N.",
                "\u0095\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffN.",
                "\u0095\1\0\0\0\0\0\0\0K\1.",
                "\u0095\n\0\0\0\0\0\0\0\u0095\1\0\0\0\0\0\0\0N.",
                "\u0095\4\0\0\0\0\0\0\0N.00",
            })
    void whatIsNoCleanDataIsRefused(String pickle) {
        assertThrows(PickleException.class, () -> PickleReader.read(pickle.getBytes(ISO_8859_1)));
    }

    /** A pickle, and the least value of one limit with which it is read. */
    static Stream<Arguments> limits() {
        return Stream.of(
                limit("NNN\u0087.", 5, n -> new Limits(n, 50, 50, 50, 50, 50)),
                limit("]]]aa.", 3, n -> new Limits(50, n, 50, 50, 50, 50)),
                limit("(((((N11111N.", 6, n -> new Limits(50, 50, n, 50, 50, 50)),
                limit("Nq\6.", 7, n -> new Limits(50, 50, 50, n, 50, 50)),
                limit("\u008a\t\0\0\0\0\0\0\0\u0080\0.", 9, n -> new Limits(50, 50, 50, 50, n, 50)),
                limit("](Vabc\ne.", 5, n -> new Limits(50, 50, 50, 50, 50, n)));
    }

    private static Arguments limit(String pickle, int least, IntFunction<Limits> limits) {
        return arguments(pickle, limits.apply(least), limits.apply(least - 1));
    }

    @ParameterizedTest
    @MethodSource("limits")
    void oneStepBeyondALimitIsRefused(String pickle, Limits enough, Limits oneLess) throws PickleException {
        byte[] bytes = pickle.getBytes(ISO_8859_1);
        PickleReader.read(bytes, enough);
        assertThrows(PickleException.class, () -> PickleReader.read(bytes, oneLess));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, Integer.MAX_VALUE})
    void aLimitThatIsNoneIsRefused(int value) {
        assertThrows(IllegalArgumentException.class, () -> new Limits(1, 1, 1, 1, 1, value));
    }

    @Test
    void aPickleOfExactlyTheMaximumIsRead() throws PickleException {
        byte[] longest = new byte[Limits.DEFAULT.inputBytesMax()];
        Arrays.fill(longest, (byte) 'x');
        longest[0] = 'V';
        longest[longest.length - 2] = '\n';
        longest[longest.length - 1] = '.';
        assertEquals("x".repeat(longest.length - 3), PickleReader.read(longest));

        byte[] longer = Arrays.copyOf(longest, longest.length + 1);
        longer[longer.length - 3] = 'x';
        longer[longer.length - 2] = '\n';
        longer[longer.length - 1] = '.';
        assertThrows(PickleException.class, () -> PickleReader.read(longer));
    }
}
