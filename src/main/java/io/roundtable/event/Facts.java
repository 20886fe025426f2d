package io.roundtable.event;

import java.util.ArrayList;
import java.util.List;

/** Collects the facts of an event, in order; those that are empty are left out. */
public final class Facts {
    private final List<Fact> facts = new ArrayList<>();

    public static Facts of(String name, Object value) {
        return new Facts().and(name, value);
    }

    public Facts and(String name, Object value) {
        if (!value.equals("")) {
            facts.add(Fact.of(name, value));
        }
        return this;
    }

    /** What came, or what should have, in Python's spelling. */
    public Facts shown(String name, String text) {
        return text.isEmpty() ? this : and(name, new Shown(text));
    }

    public List<Fact> list() {
        return List.copyOf(facts);
    }
}
