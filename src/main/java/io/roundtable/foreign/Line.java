package io.roundtable.foreign;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The socket of one question, made for it: whatever comes back answers nothing that was asked before. */
public interface Line extends Closeable {
    /** @throws IOException if nobody can be reached there, as far as that shows */
    void send(byte[] datagram) throws IOException;

    /**
     * The next datagram.
     *
     * @return null if none came in time
     * @throws IOException if nobody listens there
     */
    byte @Nullable [] receive(long timeoutMs) throws IOException;

    @Override
    void close();

    /** Where lines lead to. */
    interface To {
        Line open() throws IOException;
    }
}
