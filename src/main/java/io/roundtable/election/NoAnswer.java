package io.roundtable.election;

import java.util.Locale;

/** How a request can fail to be answered. */
public enum NoAnswer {
    /** No connection could be made. */
    REFUSED,
    /** The connection was accepted and ended without an answer. */
    CLOSED,
    /** The connection was accepted; no answer came in time. */
    SILENT;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
