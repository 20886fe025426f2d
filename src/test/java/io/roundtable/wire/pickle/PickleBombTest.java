package io.roundtable.wire.pickle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Pickles within the length limit that try to cost far more than their length. */
class PickleBombTest {
    private static final int LENGTH_MAX = Limits.DEFAULT.inputBytesMax();

    /** A tuple that holds one int 2^n times; n more bytes twice. */
    private static String doubled(int n) {
        return "K\5" + "2\u0086".repeat(n);
    }

    /** As many of these as the limit allows after what comes before and before what comes after them. */
    private static String fill(String before, String unit, String after) {
        return before + unit.repeat((LENGTH_MAX - before.length() - after.length()) / unit.length()) + after;
    }

    /** Keys that differ, but that Java gives the same hash: both halves of a long are xor-ed. */
    private static String sameHashKeys(String wrap) {
        StringBuilder pickle = new StringBuilder("}(");
        for (int i = 1; pickle.length() < LENGTH_MAX - 20; i++) {
            String half = "" + (char) (i & 0xff) + (char) (i >> 8) + "\0\0";
            pickle.append("\u008a\u0008").append(half).append(half).append(wrap).append('N');
        }
        return pickle + "u.";
    }

    private static String sameHashStrings() {
        StringBuilder pickle = new StringBuilder("}(");
        for (int i = 0; pickle.length() < LENGTH_MAX - 40; i++) {
            pickle.append("U\u001a");
            for (int bit = 0; bit < 13; bit++) {
                pickle.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            pickle.append('N');
        }
        return pickle + "u.";
    }

    /** The dearest keys that the limits let through: equal tuples, each built anew, that differ in the last item. */
    private static String dearKeys() {
        StringBuilder pickle = new StringBuilder("}(");
        for (int i = 0; pickle.length() < LENGTH_MAX - 60; i++) {
            pickle.append(doubled(10)).append('M').append((char) (i & 0xff)).append((char) (i >> 8));
            pickle.append("\u0086N");
        }
        return pickle + "u.";
    }

    private static String latin1(String text) {
        return "c_codecs\nencode\nq\0(X" + (char) (text.length() & 0xff) + (char) (text.length() >> 8) + "\0\0" + text
                + "Vlatin1\ntq\1R";
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments("doubled 20 times", doubled(20) + "."),
                arguments("doubled 31 times", doubled(31) + "."),
                arguments("doubled as a key", "}" + doubled(30) + "Ns."),
                arguments("doubled lists", "]" + "q\0]h\0ah\0a".repeat(30) + "."),
                arguments("one key again and again", fill(doubled(15) + "q\0}", "h\0Ns", ".")),
                arguments("one key in many dicts", fill(doubled(15) + "q\0]", "}h\0Nsa", ".")),
                arguments("one key in dicts that are dropped", fill(doubled(15) + "q\0", "}h\0Ns0", "0N.")),
                arguments("keys with one hash", sameHashKeys("")),
                arguments("tuples with one hash", sameHashKeys("\u0085")),
                arguments("strings with one hash", sameHashStrings()),
                arguments("dear keys", dearKeys()),
                arguments("the same bytes made again", fill("](" + latin1("x".repeat(30_000)), "h\0h\1R", "e.")),
                arguments("a long string many times", fill("](V" + "x".repeat(30_000) + "\nq\0", "h\0", "e.")),
                arguments("lists on the stack", fill("", "]", ".")),
                arguments("dicts on the stack", fill("", "}", ".")),
                arguments("marks", fill("", "(", ".")),
                arguments("memo", fill("", "]\u0094", ".")),
                arguments("far memo", "Nr\u00ff\u00ff\u00ff\u007f."),
                arguments("nested tuples", fill(")", "\u0085", ".")),
                arguments("digits", fill("L", "9", "L\n.")),
                arguments("float digits", fill("F", "9", "\n.")),
                arguments("no end", fill("", "N0", "")));
    }

    static Stream<Arguments> read() {
        return Stream.of(
                arguments("doubled 19 times", doubled(19) + "."),
                arguments("doubled as a list item", fill("](" + doubled(3) + "q\0", "h\0", "e.")),
                arguments("small dicts", fill("", "}NNs0", "N.")),
                arguments("small lists", fill("", "]Na0", "N.")),
                arguments("tuples of one", fill("Nq\0", "\u00850h\0", ".")),
                arguments("small tuples", fill("", ")\u00850", "N.")),
                arguments("a big tuple", "(" + "N".repeat(32_000) + "t."),
                arguments("ints", fill("](", "L" + "9".repeat(600) + "L\n", "e.")),
                arguments("empty strings", fill("](", "U\0000", "e.")),
                arguments("strings", fill("](", "X\3\0\0\0\u00ef\u00bf\u00bd0", "e.")),
                arguments("ints in text", fill("](", "I5\n0", "e.")),
                arguments("floats", fill("](", "F5\n0", "e.")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void bombsAreRefusedQuicklyAndCheaply(String name, String pickle) {
        byte[] bytes = pickle.getBytes(ISO_8859_1);
        assertTrue(bytes.length <= LENGTH_MAX, name);
        assertThrows(PickleException.class, () -> PickleReader.read(bytes));
        Cost.assertCheap(bytes);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("read")
    void whatIsOddButReadIsCheapToo(String name, String pickle) throws PickleException {
        byte[] bytes = pickle.getBytes(ISO_8859_1);
        assertTrue(bytes.length <= LENGTH_MAX, name);
        PickleReader.read(bytes);
        Cost.assertCheap(bytes);
    }
}
