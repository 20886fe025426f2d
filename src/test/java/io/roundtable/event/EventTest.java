package io.roundtable.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventTest {
    @ParameterizedTest
    @EnumSource
    void theNameInJsonIsLowerCaseWhateverTheLocale(EventKind kind) {
        Locale before = Locale.getDefault();
        try {
            // In Turkish the small letter of I has no dot.
            Locale.setDefault(Locale.forLanguageTag("tr"));
            assertTrue(kind.json().matches("[a-z]+(_[a-z]+)*"), kind::json);
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void anEventKeepsItsFactsAsTheyWere() {
        List<Fact> facts = new ArrayList<>(List.of(Fact.of("reason", "timeout")));
        Event event = new Event(1, null, EventKind.GCD_LOST, facts);
        facts.clear();

        assertEquals(List.of(Fact.of("reason", "timeout")), event.facts());
    }

    @Test
    void factsCanBeReportedWithoutAList() {
        List<Object> seen = new ArrayList<>();
        EventLog log = (kind, facts) -> seen.addAll(List.of(kind, facts));

        log.report(EventKind.GCD_LOST, Fact.of("reason", "timeout"));

        assertEquals(List.of(EventKind.GCD_LOST, List.of(Fact.of("reason", "timeout"))), seen);
    }
}
