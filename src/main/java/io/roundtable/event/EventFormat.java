package io.roundtable.event;

import io.roundtable.protocol.Identity;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The two spellings of an event. Written by hand because a peer that loads a JSON library for flat lines needs more
 * memory for it than for all its elections.
 */
public final class EventFormat {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

    private EventFormat() {}

    /** {@code 12:31:07.123 (57,1234567) leader_changed leader=(364,7654321) reason=ok_timeout} */
    public static String human(Event event) {
        StringBuilder line = new StringBuilder(96);
        CLOCK.formatTo(instant(event), line);
        line.append(' ').append(event.self() == null ? "gcd" : event.self());
        line.append(' ').append(event.kind().json());
        for (Fact fact : event.facts()) {
            line.append(' ').append(fact.name()).append('=');
            Object value = fact.value();
            if (value instanceof Shown shown) {
                line.append('"').append(Visible.line(shown.text())).append('"');
                continue;
            }
            String text = value instanceof Enum<?> e ? e.name().toLowerCase(Locale.ROOT) : value.toString();
            // What others wrote must neither end the line nor order the terminal about.
            String plain = Visible.name(text);
            boolean quoted = plain.isEmpty() || plain.chars().anyMatch(c -> c == ' ' || c == '"');
            line.append(quoted ? '"' + plain.replace("\"", "\\\"") + '"' : plain);
        }
        return line.toString();
    }

    /** One JSON object without a line break; identities are {@code [days, id]}. */
    public static String json(Event event) {
        StringBuilder json = new StringBuilder(192);
        json.append("{\"time\":\"").append(instant(event)).append('"');
        json.append(",\"at_micros\":").append(event.atMicros());
        json.append(",\"self\":");
        if (event.self() == null) {
            json.append("\"gcd\"");
        } else {
            appendValue(json, event.self());
        }
        json.append(",\"event\":\"").append(event.kind().json()).append('"');
        for (Fact fact : event.facts()) {
            json.append(",\"").append(fact.name()).append("\":");
            appendValue(json, fact.value());
        }
        return Visible.json(json.append('}').toString());
    }

    private static Instant instant(Event event) {
        return Instant.ofEpochSecond(event.atMicros() / 1_000_000, event.atMicros() % 1_000_000 * 1_000);
    }

    private static void appendValue(StringBuilder json, Object value) {
        if (value instanceof Identity identity) {
            json.append('[')
                    .append(identity.days())
                    .append(',')
                    .append(identity.id())
                    .append(']');
        } else if (value instanceof Number || value instanceof Boolean) {
            json.append(value);
        } else {
            String text = value instanceof Enum<?> e ? e.name().toLowerCase(Locale.ROOT) : value.toString();
            appendString(json, text);
        }
    }

    private static void appendString(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
