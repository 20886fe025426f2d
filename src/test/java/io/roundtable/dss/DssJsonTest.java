package io.roundtable.dss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.FileName;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text comes out of a datagram as it was meant, or not at all. */
class DssJsonTest {
    private static final byte[] HEAD =
            "{\"cmd\": \"ls\", \"args\": {\"file_name\": \"".getBytes(StandardCharsets.UTF_8);
    private static final byte[] TAIL = "\"}}".getBytes(StandardCharsets.UTF_8);

    private static Args args(byte[] name) throws CommandException {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        json.writeBytes(HEAD);
        json.writeBytes(name);
        json.writeBytes(TAIL);
        DssJson.Command command = DssJson.parse(json.toByteArray());
        return command.args();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ä", "a\u0308", "\uFFFD", "\uD83D\uDE80", "a/b", "\u202e"})
    void textIsExact(String name) throws Exception {
        assertEquals(name, args(name.getBytes(StandardCharsets.UTF_8)).fileName());
    }

    @Test
    void anEscapedPairIsOneCharacter() throws Exception {
        assertEquals(
                "\uD83D\uDE80",
                args("\\ud83d\\ude80".getBytes(StandardCharsets.UTF_8)).fileName());
    }

    /** Latin-1, cut short, longer than it has to be, half a pair in three bytes, beyond Unicode. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u00e4",
                "\u00c3",
                "\u00c1\u0081",
                "\u00e0\u0081\u0081",
                "\u00ed\u00a0\u0080",
                "\u00f4\u0090\u0080\u0080",
                "\u00ff"
            })
    void bytesThatAreNoUtf8AreRefused(String latin1) {
        byte[] name = latin1.getBytes(StandardCharsets.ISO_8859_1);

        CommandException e =
                assertThrows(CommandException.class, () -> args(name).fileName());
        assertTrue(e.error().contains("UTF-8"), e.error());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud800", "a\\udc00b", "\\ude80\\ud83d"})
    void halfAPairIsRefusedWhereverItStands(String half) {
        byte[] name = half.getBytes(StandardCharsets.UTF_8);
        byte[] command = ("{\"cmd\": \"" + half + "\"}").getBytes(StandardCharsets.UTF_8);

        assertTellable(assertThrows(CommandException.class, () -> args(name).fileName()));
        assertTellable(assertThrows(CommandException.class, () -> args(name).text("file_name")));
        assertTellable(assertThrows(CommandException.class, () -> args(name).user("file_name")));
        assertTellable(assertThrows(CommandException.class, () -> DssJson.parse(command)));
    }

    private static void assertTellable(CommandException e) {
        assertTrue(FileName.isUnicode(e.error()), e.error());
        assertFalse(DssJson.encode(Answer.failure(e.error())).length == 0);
    }

    @Test
    void anotherEncodingIsNoJsonHere() {
        byte[] utf16 = "{\"cmd\": \"ls\"}".getBytes(StandardCharsets.UTF_16LE);

        assertThrows(CommandException.class, () -> DssJson.parse(utf16));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "a//b", "a/", "../a", "a/./b", ".", ".."})
    void aNewFileHasAName(String name) throws Exception {
        Args args = args(name.getBytes(StandardCharsets.UTF_8));

        assertTrue(
                assertThrows(CommandException.class, args::newFileName).error().startsWith("bad file name: "));
        // One that an older build wrote is still read.
        assertEquals(name, args.fileName());
    }
}
