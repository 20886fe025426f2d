package io.roundtable.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class VisibleTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "photos.tar", "größe 大小 ñ", "e\u0301", "\uD83D\uDE80", "a'b\"c", "שלום", "\uFFFD"})
    void whatCanBeSeenStaysAsItIs(String text) {
        assertSame(text, Visible.name(text));
        assertSame(text, Visible.line(text));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`a\u001b[2Jb`, a\\u001b[2Jb",
                "`a\u009b31m`, a\\u009b31m",
                "`a\nb\r\tc`, a\\nb\\r\\tc",
                "`cod\u202egnp.exe`, cod\\u202egnp.exe",
                "`a\u200bb\u2060\ufeff`, a\\u200bb\\u2060\\ufeff",
                "`a\u00adb`, a\\u00adb",
                "`a\u034fb\ufe0fc`, a\\u034fb\\ufe0fc",
                "`a\uDB40\uDC41b`, a\\U000e0041b",
                "`a\u2028b`, a\\u2028b",
                "`\uD83Da`, \\ud83da"
            })
    void whatCannotBeSeenIsShown(String text, String shown) {
        assertEquals(shown, Visible.name(text));
        assertEquals(shown, Visible.line(text));
    }

    @Test
    void aNamesOwnBackslashIsDoubledAndASentencesIsNot() {
        assertEquals("a\\\\u202eb", Visible.name("a\\u202eb"));
        assertEquals("ä\\\\b", Visible.name("ä\\b"));
        assertEquals("a\\u202eb", Visible.line("a\\u202eb"));
    }

    @Test
    void noTwoCharactersLookTheSameForWhatNobodySees() {
        Map<String, Integer> shown = new HashMap<>();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            String name = Visible.name(Character.toString(c));
            int one = c;
            assertFalse(
                    name.codePoints().anyMatch(each -> Character.getType(each) == Character.FORMAT), () -> "" + one);
            assertEquals(null, shown.put(name, c), name);
        }
    }

    @Test
    void jsonKeepsItsValue() {
        JsonMapper mapper = new JsonMapper();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c += c < 0x3000 ? 1 : 7) {
            String text = "a" + Character.toString(c) + "\\";
            String json = Visible.json(mapper.writeValueAsString(Map.of("name", text)));
            assertEquals(text, mapper.readTree(json).get("name").stringValue());
            assertFalse(
                    json.codePoints()
                            .anyMatch(each ->
                                    Character.isISOControl(each) || Character.getType(each) == Character.FORMAT),
                    json);
        }
    }
}
