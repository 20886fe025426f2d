package io.roundtable.event;

import io.roundtable.protocol.Identity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened.
 *
 * @param atMicros microseconds since 1970 by the wall clock of the process it happened in
 * @param self the peer it happened to; null for the GCD
 */
public record Event(long atMicros, @Nullable Identity self, EventKind kind, List<Fact> facts) {
    public Event {
        facts = List.copyOf(facts);
    }
}
