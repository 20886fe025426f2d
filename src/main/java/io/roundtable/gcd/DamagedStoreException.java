package io.roundtable.gcd;

import java.io.IOException;
import java.nio.file.Path;

/** The GCD's data folder cannot be read; the message is one sentence that says what to do. */
public final class DamagedStoreException extends IOException {
    private static final long serialVersionUID = 1L;

    public DamagedStoreException(Path file, String what) {
        super("the catalog's file " + file + " is damaged (" + what
                + "); put back a copy of the folder, or start this GCD on an empty one beside two good ones");
    }
}
