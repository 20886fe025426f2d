package io.roundtable.simulation.storage;

import io.roundtable.simulation.storage.History.Event;
import io.roundtable.simulation.storage.History.Kind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether what clients saw of one file can be explained by operations that each took place at one moment between their
 * beginning and their end: the search of Wing and Gong with the memory of Lowe.
 *
 * <p>Contents are unique, so a state is one number. An operation that nobody heard the end of may take place at any time
 * after its beginning, or never.
 */
final class Linearizability {
    /** Beyond this many steps the answer is not worth the wait. */
    private static final long STEPS_MAX = 5_000_000;

    private record Situation(BitSet done, long state) {}

    private final List<Event> events;
    private final Set<Situation> seen = new HashSet<>();
    private final BitSet done = new BitSet();
    private long steps;

    private Linearizability(List<Event> history) {
        this.events = new ArrayList<>(history);
        this.events.sort(Comparator.comparingLong(event -> event.begunAt));
    }

    /** @param history all that was done to one file, which was not there in the beginning */
    static boolean isLinearizable(List<Event> history) {
        return new Linearizability(history).search(0);
    }

    private boolean search(long state) {
        if (++steps > STEPS_MAX) {
            throw new IllegalStateException("a history of " + events.size() + " operations is too entangled");
        }
        long firstEnd = firstEnd();
        if (firstEnd == History.NEVER) {
            return true;
        }
        for (int i = done.nextClearBit(0); i < events.size(); i = done.nextClearBit(i + 1)) {
            Event event = events.get(i);
            if (event.begunAt > firstEnd) {
                break;
            }
            if (!isPossible(event, state)) {
                continue;
            }
            long next = after(event, state);
            done.set(i);
            if (seen.add(new Situation((BitSet) done.clone(), next)) && search(next)) {
                return true;
            }
            done.clear(i);
        }
        return false;
    }

    /** When the first of those that are left ended: nothing that began later can come before it. */
    private long firstEnd() {
        long first = History.NEVER;
        for (int i = done.nextClearBit(0); i < events.size(); i = done.nextClearBit(i + 1)) {
            first = Math.min(first, events.get(i).endedAt());
        }
        return first;
    }

    private static boolean isPossible(Event event, long state) {
        return switch (event.kind()) {
            case WRITE -> true;
            case READ -> state == event.value();
            case REMOVE -> state != 0;
            case NOT_FOUND -> state == 0;
        };
    }

    private static long after(Event event, long state) {
        return switch (event.kind()) {
            case WRITE -> event.value();
            case REMOVE -> 0;
            case READ, NOT_FOUND -> state;
        };
    }

    /** The operations of a file around the last one that can be explained, for people. */
    static String tell(List<Event> history) {
        StringBuilder lines = new StringBuilder();
        for (int length = 1; length <= history.size(); length++) {
            List<Event> some = prefix(history, length);
            if (!isLinearizable(some)) {
                some.subList(Math.max(0, some.size() - 12), some.size())
                        .forEach(event -> lines.append(event).append("; "));
                return lines.toString();
            }
        }
        return "";
    }

    /** What was over when the n-th operation was, and what had begun by then. */
    private static List<Event> prefix(List<Event> history, int length) {
        List<Event> byEnd = new ArrayList<>(history);
        byEnd.sort(Comparator.comparingLong(Event::endedAt));
        long until = byEnd.get(length - 1).endedAt();
        return byEnd.stream()
                .filter(event -> event.endedAt() <= until
                        || (event.begunAt < until && event.kind() != Kind.READ && event.kind() != Kind.NOT_FOUND))
                .toList();
    }
}
