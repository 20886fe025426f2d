package io.roundtable.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
}
