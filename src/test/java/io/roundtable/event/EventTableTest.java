package io.roundtable.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/PROTOCOL.md tells of every kind of event, and of no other. */
class EventTableTest {
    private static final Path SOURCES = Path.of("src/main/java/io/roundtable");
    /** A comment and the constant that it is about. */
    private static final Pattern KIND =
            Pattern.compile("/\\*\\*((?:(?!\\*/).)*)\\*/\\s+([A-Z_]+)[(,;]", Pattern.DOTALL);

    private static final Pattern FACTS = Pattern.compile("Facts: ([^.]*)\\.");

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

    /** What its Javadoc promises. */
    private static Map<String, Set<String>> promised() throws IOException {
        Map<String, Set<String>> promised = new TreeMap<>();
        String source = Files.readString(SOURCES.resolve("event/EventKind.java"));
        Matcher kind = KIND.matcher(source);
        while (kind.find()) {
            Set<String> facts = new TreeSet<>();
            Matcher list = FACTS.matcher(kind.group(1).replaceAll("\\s*\\*\\s*", " "));
            if (list.find()) {
                facts.addAll(List.of(list.group(1).split(", | or ")));
            }
            promised.put(kind.group(2), facts);
        }
        return promised;
    }

    @Test
    void everyKindPromisesTheFactsOfTheTable() throws IOException {
        Map<String, Set<String>> table = new TreeMap<>();
        for (EventKind kind : EventKind.values()) {
            table.put(kind.name(), EventTable.read().factsOf(kind));
        }
        assertEquals(table, promised());
    }

    /** Whoever reports a kind names each of its facts somewhere in the same class. */
    @Test
    void nothingIsPromisedThatNobodySends() throws IOException {
        List<String> sources = new ArrayList<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                sources.add(Files.readString(file));
            }
        }
        List<String> unsent = new ArrayList<>();
        promised().forEach((kind, facts) -> {
            // Both are reported in one place, which is told which of them it is.
            String reported = kind.equals("SENT") ? "RECEIVED" : kind;
            Pattern use = Pattern.compile("\\bEventKind\\." + reported + "\\b");
            String users = sources.stream()
                    .filter(source -> use.matcher(source).find())
                    .collect(Collectors.joining());
            facts.stream()
                    // Added to whatever names a sender that is only guessed.
                    .filter(fact -> !fact.equals("may_be"))
                    .filter(fact -> !users.contains('"' + fact + '"'))
                    .forEach(fact -> unsent.add(kind + " " + fact));
        });
        assertEquals(List.of(), unsent);
    }
}
