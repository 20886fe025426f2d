package io.roundtable.role;

import java.util.IdentityHashMap;
import java.util.Map;

/** How many questions of each connection are to be answered yet: one that asks without end takes no more than its share. */
public final class OpenQuestions {
    /** As many as the GCD takes. */
    public static final int MAX = 256;

    public static final String TOO_MANY =
            "more than " + MAX + " questions are open on this connection: wait for answers";

    private final Map<Object, Integer> open = new IdentityHashMap<>();

    /** A question came; false if it is to be refused. */
    public boolean begin(Object connection) {
        int before = open.getOrDefault(connection, 0);
        if (before >= MAX) {
            return false;
        }
        open.put(connection, before + 1);
        return true;
    }

    /** One of them is being answered, or never will be. */
    public void end(Object connection) {
        open.computeIfPresent(connection, (c, count) -> count == 1 ? null : count - 1);
    }
}
