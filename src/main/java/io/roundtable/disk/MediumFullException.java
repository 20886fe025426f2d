package io.roundtable.disk;

import java.io.IOException;

/** The file system has no space left. */
public final class MediumFullException extends IOException {
    private static final long serialVersionUID = 1;

    public MediumFullException(String message) {
        super(message);
    }
}
