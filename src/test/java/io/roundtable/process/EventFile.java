package io.roundtable.process;

import io.roundtable.protocol.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The JSON lines that a process writes for {@code --log}, as they are by now. */
final class EventFile {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Path path;

    EventFile(Path path) {
        this.path = path;
    }

    String path() {
        return path.toString();
    }

    List<JsonNode> all() {
        try {
            return parse(Files.readString(path));
        } catch (NoSuchFileException e) {
            return List.of(); // it has not begun to write
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The complete lines of a text, one JSON object each. */
    static List<JsonNode> parse(String text) {
        List<JsonNode> events = new ArrayList<>();
        String complete = text.substring(0, text.lastIndexOf('\n') + 1);
        complete.lines().forEach(line -> events.add(MAPPER.readTree(line)));
        return events;
    }

    List<JsonNode> of(String kind) {
        return all().stream().filter(event -> isOf(kind, event)).toList();
    }

    Optional<JsonNode> first(String kind) {
        return of(kind).stream().findFirst();
    }

    /** The leader by what was logged so far; none after {@code leader_lost} or {@code feigning}. */
    Optional<Identity> leader() {
        Identity leader = null;
        for (JsonNode event : all()) {
            if (isOf("leader_changed", event)) {
                leader = identity(event.get("leader"));
            } else if (isOf("leader_lost", event) || isOf("feigning", event)) {
                leader = null;
            }
        }
        return Optional.ofNullable(leader);
    }

    static boolean isOf(String kind, JsonNode event) {
        return event.get("event").asString().equals(kind);
    }

    static Identity identity(JsonNode pair) {
        return new Identity(pair.get(0).asInt(), pair.get(1).asInt());
    }

    static long millis(JsonNode event) {
        return event.get("at_micros").asLong() / 1_000;
    }
}
