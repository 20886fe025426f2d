package io.roundtable.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text from outside is what was typed, or refused: arguments, lines of the shell, config files, the login name. */
class ExactNamesTest {
    @TempDir
    Path folder;

    /** A JVM's command line whose last arguments are these, in Latin-1: one character a byte. */
    private static byte[] typed(String... latin1) {
        String all = "java\0-jar\0x.jar\0" + String.join("\0", latin1) + "\0";
        return all.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void argumentsAreComparedWithTheBytesThatWereTyped() {
        String[] args = {"rm", "", "\u00e4\uFFFD"};
        assertNull(ExactNames.refusal(args, typed("rm", "", "\u00c3\u00a4\u00ef\u00bf\u00bd")));
        assertTrue(ExactNames.refusal(args, typed("rm", "", "\u00c3\u00a4\u00e4"))
                .startsWith("'\u00e4\\xe4' is not UTF-8"));
        // Python's surrogateescape and the JVM's question mark are no better.
        assertTrue(ExactNames.refusal(new String[] {"?\u00e4"}, typed("\u00e4\u00c3\u00a4"))
                .contains("'\\xe4\u00e4'"));
        assertTrue(ExactNames.refusal(new String[] {"\uFFFD"}, typed("\u00c3")).contains("'\\xc3'"));
    }

    @Test
    void whereTheSystemDoesNotTellTheBytesTheMarkOfWhatWasNotDecodedIsRefused() {
        assertNull(ExactNames.refusal(new String[] {"\u00e4"}, null));
        assertTrue(ExactNames.refusal(new String[] {"a", "b\uFFFD"}, null).contains("not UTF-8"));
    }

    @Test
    void linesAreDecodedEachByItself() throws Exception {
        String text = "a\r\n\u00c3\u00a4\n\n\u00e4\n" + "x".repeat(Utf8Lines.LINE_BYTES_MAX + 1) + "\nlast";
        Utf8Lines lines = new Utf8Lines(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));

        assertEquals("a\r", lines.next());
        assertEquals("\u00e4", lines.next());
        assertEquals("", lines.next());
        assertEquals(
                "line 4 is not UTF-8 ('\\xe4')",
                assertThrows(UsageException.class, lines::next).getMessage());
        assertTrue(assertThrows(UsageException.class, lines::next).getMessage().startsWith("line 5 has more than"));
        assertEquals("last", lines.next());
        assertNull(lines.next());
    }

    @Test
    void aConfigFileInAnotherEncodingIsRefused() throws Exception {
        Path file =
                Files.write(folder.resolve("gcd.conf"), "data = d\u00e4t\u00e4".getBytes(StandardCharsets.ISO_8859_1));

        Captured ran = Captured.run("gcd", "--config", file.toString());

        assertEquals(2, ran.code());
        assertTrue(ran.err().contains("is not UTF-8"), ran::err);
    }

    @Test
    void aLoginNameThatIsNoTextIsNobody() {
        String before = System.setProperty("user.name", "bj\uFFFDrn");
        try {
            Captured ran = Captured.run("ls", "--gcd", "localhost:1");

            assertEquals(2, ran.code());
            assertTrue(ran.err().contains("--user NAME"), ran::err);
        } finally {
            System.setProperty("user.name", before);
        }
    }
}
