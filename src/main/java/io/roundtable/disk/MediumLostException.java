package io.roundtable.disk;

import java.io.IOException;

/** The medium is not what was opened any more, or does not work: the disk is away. The message says why. */
public final class MediumLostException extends IOException {
    private static final long serialVersionUID = 1;

    MediumLostException(String message) {
        super(message);
    }
}
