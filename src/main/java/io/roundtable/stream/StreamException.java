package io.roundtable.stream;

import java.io.IOException;

/** Too few disks could be written or read; the message is one sentence for the user that names them. */
public final class StreamException extends IOException {
    private static final long serialVersionUID = 1L;

    public StreamException(String message) {
        super(message);
    }
}
