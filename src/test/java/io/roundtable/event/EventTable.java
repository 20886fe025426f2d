package io.roundtable.event;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tables of docs/PROTOCOL.md, Events: which facts each event has. */
public final class EventTable {
    private static final Pattern NAME = Pattern.compile("`([a-z_]+)`");
    private static final Pattern FACT = Pattern.compile("[a-z_]+");

    private final Map<String, Set<String>> all = new TreeMap<>();
    private final Map<String, Set<String>> faults = new TreeMap<>();

    private EventTable() {}

    public static EventTable read() {
        try {
            String text = Files.readString(Path.of("docs/PROTOCOL.md"));
            String events = text.substring(text.indexOf("\n## Events\n"));
            int teaching = events.indexOf("\n### A log that teaches\n");
            EventTable table = new EventTable();
            table.read(events.substring(0, teaching), table.all);
            table.read(events.substring(teaching), table.faults);
            table.all.putAll(table.faults);
            return table;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(String text, Map<String, Set<String>> into) {
        text.lines().filter(line -> line.startsWith("| `")).forEach(line -> {
            String[] cells = line.split("\\|");
            Set<String> facts = new TreeSet<>();
            FACT.matcher(cells[2].replace(" or ", " ")).results().forEach(each -> facts.add(each.group()));
            Matcher name = NAME.matcher(cells[1]);
            while (name.find()) {
                into.put(name.group(1), facts);
            }
        });
    }

    Set<String> names() {
        return all.keySet();
    }

    Set<String> faults() {
        return faults.keySet();
    }

    /** Which facts this event has at most. */
    public Set<String> factsOf(EventKind kind) {
        return all.getOrDefault(kind.json(), Set.of());
    }
}
