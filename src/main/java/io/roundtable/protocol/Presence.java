package io.roundtable.protocol;

/** What the GCD sees of a member by the connection that native members keep to it. */
public enum Presence {
    /** Its connection is open. */
    PRESENT,
    /** It said that it feigns failure, and waits for an order to recover. */
    FEIGNING,
    /** Its connection ended without a goodbye. */
    GONE,
    /** A lab member: it keeps no connection, so the GCD cannot tell. */
    UNKNOWN
}
