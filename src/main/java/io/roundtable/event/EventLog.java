package io.roundtable.event;

import java.util.List;

/** Where a part of the program reports what happened; who stamps time and self stands behind it. */
@FunctionalInterface
public interface EventLog {
    void report(EventKind kind, List<Fact> facts);

    default void report(EventKind kind, Fact... facts) {
        report(kind, List.of(facts));
    }
}
