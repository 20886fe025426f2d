package io.roundtable.protocol;

import java.util.Locale;

/**
 * How a member is spoken to. What is not known to be native is lab: every peer understands that. Nodes of the later
 * years of the course speak lab in other words (docs/PROTOCOL.md, The years of the course).
 */
public enum Dialect {
    /** Pickled messages on single-use sockets, as Python nodes speak, in the words of f19 to f22. */
    LAB,
    /** Framed messages on kept sockets, between peers of this project. */
    NATIVE,
    /** Lab in the words of f23 and f24: a newcomer says BEGIN. */
    F24,
    /** Lab in the words of f25: HOWDY, ELECT, I_AM_LEADER, GOT_IT. */
    F25;

    /** Whether this tells more than {@code other} about how the same member is to be spoken to. */
    public boolean isSurerThan(Dialect other) {
        return other != NATIVE && this != LAB && this != other;
    }

    /** How logs and lists call it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
