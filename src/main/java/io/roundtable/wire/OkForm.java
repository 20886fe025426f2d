package io.roundtable.wire;

/** The two forms in which lab nodes say OK; most need or accept the pair. */
public enum OkForm {
    /** {@code ('OK', None)} */
    PAIR,
    /** {@code 'OK'} */
    TEXT
}
