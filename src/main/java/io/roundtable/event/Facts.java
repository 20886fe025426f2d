package io.roundtable.event;

import io.roundtable.protocol.Identity;
import java.util.ArrayList;
import java.util.List;

/** Collects the facts of an event, in order; those that are empty are left out. */
public final class Facts {
    private static final int NAMED_MAX = 8;

    private final List<Fact> facts = new ArrayList<>();

    public static Facts of(String name, Object value) {
        return new Facts().and(name, value);
    }

    public static Facts none() {
        return new Facts();
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

    /** Who may be meant, where nobody knows for sure; left out if it is nobody that is known. */
    public Facts mayBe(List<Identity> members) {
        StringBuilder named = new StringBuilder();
        for (Identity member : members.subList(0, Math.min(NAMED_MAX, members.size()))) {
            named.append(named.isEmpty() ? "" : " ").append(member);
        }
        if (members.size() > NAMED_MAX) {
            named.append(" and ").append(members.size() - NAMED_MAX).append(" more");
        }
        return and("may_be", named.toString());
    }

    public List<Fact> list() {
        return List.copyOf(facts);
    }
}
