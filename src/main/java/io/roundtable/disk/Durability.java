package io.roundtable.disk;

/** What a sealed share survives. */
public enum Durability {
    /** The end of the process and the loss of power: fsync before the answer. */
    FSYNC,
    /** The end of the process. */
    FLUSH
}
