package io.roundtable.wire.pickle;

import java.io.Serial;

/** A pickle that is broken, too big, or asks for more than data: the sender's fault, never ours. */
public final class PickleException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int offset;

    PickleException(String what, int offset) {
        super(what + " at offset " + offset);
        this.offset = offset;
    }

    /** Returns where in the pickle the trouble is: bytes from its beginning, mostly those of an opcode. */
    public int offset() {
        return offset;
    }
}
