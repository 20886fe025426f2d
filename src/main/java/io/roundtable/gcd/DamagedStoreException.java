package io.roundtable.gcd;

import java.nio.file.Path;

/** A file of the GCD's data folder is damaged, or not there. */
public final class DamagedStoreException extends StoreException {
    private static final long serialVersionUID = 1L;

    public DamagedStoreException(Path file, String what) {
        super("the catalog's file " + file + " is damaged (" + what
                + "); put back a copy of the folder, or start this GCD on an empty one beside two good ones");
    }
}
