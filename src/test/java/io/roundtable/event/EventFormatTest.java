package io.roundtable.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.FeignMode;
import io.roundtable.protocol.Identity;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EventFormatTest {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final long AT = 1_800_000_000_123_456L;
    private static final Identity SELF = new Identity(57, 1_234_567);

    private static Event event(Fact... facts) {
        return new Event(AT, SELF, EventKind.BAD_INPUT, List.of(facts));
    }

    private static JsonNode json(Event event) {
        return MAPPER.readTree(EventFormat.json(event));
    }

    @Test
    void jsonCarriesTimeSelfKindAndFacts() {
        JsonNode json = json(new Event(
                AT,
                SELF,
                EventKind.LEADER_CHANGED,
                List.of(
                        Fact.of("leader", new Identity(364, 7_654_321)),
                        Fact.of("reason", "ok_timeout"),
                        Fact.of("members", 5),
                        Fact.of("since", 1L << 40),
                        Fact.of("sure", true),
                        Fact.of("address", new Address("::1", 80)),
                        Fact.of("mode", FeignMode.CLOSE))));

        assertEquals(
                Instant.parse("2027-01-15T08:00:00.123456Z"),
                Instant.parse(json.get("time").stringValue()));
        assertEquals(AT, json.get("at_micros").longValue());
        assertEquals("[57,1234567]", json.get("self").toString());
        assertEquals("leader_changed", json.get("event").stringValue());
        assertEquals("[364,7654321]", json.get("leader").toString());
        assertEquals("ok_timeout", json.get("reason").stringValue());
        assertEquals(5, json.get("members").intValue());
        assertEquals(1L << 40, json.get("since").longValue());
        assertTrue(json.get("sure").booleanValue());
        assertEquals("[::1]:80", json.get("address").stringValue());
        assertEquals("close", json.get("mode").stringValue());
    }

    @Test
    void theGcdIsSelfToo() {
        Event event = new Event(AT, null, EventKind.STOPPED, List.of());

        assertEquals("gcd", json(event).get("self").stringValue());
        assertTrue(EventFormat.human(event).endsWith(" gcd stopped"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\"",
                "\\",
                "\\\"",
                "a\nb\r\nc",
                "\u0000\u0001\u001b[31m\u001f\u007f",
                "\u0085\u009b31m",
                "\u2028\u2029",
                "\uD83D\uDE80 größe",
                "\u202egnp.exe\u2066\u200b\ufeff\u00ad",
                "\uDB40\uDC41\uFE0F\u034F",
                "\uD83D",
                "{\"event\":\"leader_changed\"}",
                "x=1 event=leader_changed"
            })
    void hostileTextIsOneJsonStringAndOneHumanLine(String text) {
        Event event = event(Fact.of("reason", text), Fact.of("last", 1));

        assertEquals(text, json(event).get("reason").stringValue());
        assertFalse(EventFormat.json(event).matches("(?s).*[\\n\\r].*"));
        assertFalse(EventFormat.json(event).codePoints().anyMatch(EventFormatTest::isUnseen));
        String human = EventFormat.human(event);
        assertFalse(human.codePoints().anyMatch(EventFormatTest::isUnseen), human);
        assertTrue(human.endsWith(" last=1"), human);
    }

    private static boolean isUnseen(int c) {
        int type = Character.getType(c);
        return Character.isISOControl(c)
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || c == 0x2028
                || c == 0x2029
                || c == 0xfe0f
                || c == 0x034f;
    }

    @Test
    void humanValuesWithBlanksAreQuoted() {
        String human = EventFormat.human(event(Fact.of("reason", "no \"GCD\" here"), Fact.of("peer", SELF)));

        assertTrue(human.endsWith("(57,1234567) bad_input reason=\"no \\\"GCD\\\" here\" peer=(57,1234567)"), human);
    }

    @ParameterizedTest
    @EnumSource
    void everyKindHasBothSpellings(EventKind kind) {
        Event event = new Event(AT, SELF, kind, List.of());

        assertEquals(kind.json(), json(event).get("event").stringValue());
        assertTrue(EventFormat.human(event).endsWith(" " + kind.json()));
    }
}
