package io.roundtable.protocol;

/** How a member is spoken to. What is not known to be native is lab: every peer understands that. */
public enum Dialect {
    /** Pickled messages on single-use sockets, as Python nodes speak. */
    LAB,
    /** Framed messages on kept sockets, between peers of this project. */
    NATIVE
}
