package io.roundtable.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileNameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a.txt",
                "photos/2026/a b.jpg",
                "...",
                "..a/.b/c..",
                "-",
                "@list",
                "~/x",
                "C:\\x",
                "größe/大小",
                "e\u0301",
                "\uD83D\uDE80",
                "\uFFFD",
                "\u202etxt"
            })
    void isAName(String name) {
        assertNull(FileName.refusal(name));
        assertTrue(FileName.isText(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a", "a/", "a//b", ".", "..", "a/.", "./a", "a/./b", "../a", "a/../b", "a/.."})
    void isNoNameForANewFile(String name) {
        String refusal = FileName.refusal(name);

        assertTrue(refusal != null && refusal.startsWith("bad file name: "), refusal);
        assertTrue(FileName.isText(name), "but one that an older build wrote");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a\nb",
                "a\u0000b",
                "\u001b[2J",
                "\u007f",
                "\u009b",
                "a\u2028b",
                "a\u2029",
                "\uD83D",
                "a\uDE80b",
                "\uDE80\uD83D"
            })
    void isNoText(String name) {
        assertEquals(FileName.NO_TEXT, FileName.refusal(name));
        assertFalse(FileName.isText(name));
    }

    @Test
    void limitsCountBytes() {
        String part = "ä".repeat(127) + "a";
        String long1024 = (part + "/").repeat(3) + "ä".repeat(127) + "ab";
        assertNull(FileName.refusal(part));
        assertNull(FileName.refusal((part + "/").repeat(3) + part));
        assertTrue(FileName.refusal(part + "a").contains("255"));
        assertTrue(FileName.refusal("a/" + part + "a").contains("255"));
        assertTrue(FileName.isText(long1024));
        assertEquals(FileName.NO_TEXT, FileName.refusal(long1024 + "a"));
    }

    /** The rules again, as slowly as they are written down. */
    private static boolean isTextBySlowRules(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        boolean isUnicode = new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).equals(name);
        boolean isShown = name.codePoints().noneMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029);
        return bytes >= 1 && bytes <= 1024 && isUnicode && isShown;
    }

    private static boolean isNameBySlowRules(String name) {
        return isTextBySlowRules(name)
                && Arrays.stream(name.split("/", -1))
                        .noneMatch(part -> part.isEmpty()
                                || part.equals(".")
                                || part.equals("..")
                                || part.getBytes(StandardCharsets.UTF_8).length > 255);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void onePassFindsWhatTheRulesSay(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String[] pieces = {
            "a", ".", "..", "/", "ä", "大", "\uD83D\uDE80", "\uD83D", "\uDE80", "\n", "\u0085", "\u2028", "\uFFFD"
        };
        int texts = 0;
        for (int i = 0; i < 20_000; i++) {
            // Of the last five few, and in most names none.
            int kinds = random.nextInt(3) == 0 ? pieces.length : 7;
            StringBuilder name = new StringBuilder();
            for (int left = random.nextInt(7); left > 0; left--) {
                name.append(pieces[random.nextInt(kinds)].repeat(random.nextInt(20) == 0 ? 130 : 1));
            }
            String text = name.toString();
            assertEquals(isTextBySlowRules(text), FileName.isText(text), text);
            assertEquals(isNameBySlowRules(text), FileName.refusal(text) == null, text);
            texts += FileName.isText(text) ? 1 : 0;
        }
        assertTrue(texts > 5_000 && texts < 19_000, texts + " were text");
    }
}
