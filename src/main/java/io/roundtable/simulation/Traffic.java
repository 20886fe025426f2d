package io.roundtable.simulation;

import java.util.Locale;

/** What messages are counted as. */
public enum Traffic {
    JOIN,
    MEMBERS,
    ELECTION,
    OK_TO_ELECTION,
    COORDINATOR,
    PROBE,
    OK_TO_PROBE,
    REFUSAL;

    /** Whether it is part of an election; the rest is joining and watching. */
    public boolean isElection() {
        return this == ELECTION || this == OK_TO_ELECTION || this == COORDINATOR;
    }

    /** Whether it only watches a leader: most messages do, and a trace with them shows nothing else. */
    boolean isProbing() {
        return this == PROBE || this == OK_TO_PROBE;
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
