package io.roundtable.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/PROTOCOL.md tells of every kind of event, and of no other. */
class EventTableTest {
    private static Set<String> kinds(Predicate<EventKind> which) {
        return Arrays.stream(EventKind.values())
                .filter(which)
                .map(EventKind::json)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyKindIsInTheTableAndNothingElse() {
        assertEquals(kinds(kind -> true), EventTable.read().names());
    }

    @Test
    void theFaultsAreInTheTableOfFaults() {
        assertEquals(kinds(EventKind::isFault), EventTable.read().faults());
    }

    @Test
    void everyFaultNamesWhoAndHasAHint() {
        for (EventKind kind : EventKind.values()) {
            if (kind.isFault()) {
                assertTrue(EventTable.read().factsOf(kind).containsAll(Set.of("peer", "hint")), kind::json);
            }
        }
    }
}
