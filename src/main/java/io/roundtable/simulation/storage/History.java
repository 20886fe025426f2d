package io.roundtable.simulation.storage;

import java.util.ArrayList;
import java.util.List;

/** What clients did to files and what they were told, in the order in which it was seen to begin and end. */
final class History {
    /** Who never hears an answer. */
    static final long NEVER = Long.MAX_VALUE;

    /** What was done. */
    enum Kind {
        /** Made {@code value} the content. */
        WRITE,
        /** Saw {@code value}, 0 for no file. */
        READ,
        /** Removed the file, which was there. */
        REMOVE,
        /** Was told that there was no file to remove. */
        NOT_FOUND
    }

    /** One operation of one client. */
    static final class Event {
        final String client;
        final String file;
        final long begunAt;
        private Kind kind;
        private long value;
        private long endedAt = NEVER;

        private Event(String client, String file, Kind kind, long value, long begunAt) {
            this.client = client;
            this.file = file;
            this.kind = kind;
            this.value = value;
            this.begunAt = begunAt;
        }

        Kind kind() {
            return kind;
        }

        long value() {
            return value;
        }

        long endedAt() {
            return endedAt;
        }

        boolean isOver() {
            return endedAt != NEVER;
        }

        @Override
        public String toString() {
            String end = isOver() ? String.valueOf(endedAt) : "…";
            return "[" + begunAt + "–" + end + "] " + client + " " + kind + " " + file + " " + value;
        }
    }

    private final List<Event> events = new ArrayList<>();
    private long order;

    /** The client begins; nothing is known to have happened yet. */
    long begin() {
        return ++order;
    }

    /** From now on it may have an effect, though nobody has heard. */
    Event mayHappen(String client, String file, Kind kind, long value, long begunAt) {
        Event event = new Event(client, file, kind, value, begunAt);
        events.add(event);
        return event;
    }

    void end(Event event, Kind kind) {
        event.kind = kind;
        event.endedAt = ++order;
    }

    /** It had no effect, and will have none. */
    void withdraw(Event event) {
        events.remove(event);
    }

    void read(String client, String file, long value, long begunAt) {
        Event event = mayHappen(client, file, Kind.READ, value, begunAt);
        end(event, Kind.READ);
    }

    List<Event> of(String file) {
        return events.stream().filter(event -> event.file.equals(file)).toList();
    }
}
