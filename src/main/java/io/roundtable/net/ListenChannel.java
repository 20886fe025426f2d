package io.roundtable.net;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A bound socket that takes connections. */
public interface ListenChannel extends Closeable {
    void attach(Transport.Ready ready) throws IOException;

    int port();

    /**
     * The next one that waits; null if there is none.
     *
     * @throws IOException mostly for want of descriptors
     */
    @Nullable
    StreamChannel accept() throws IOException;

    /** Whether those that wait make it ready. */
    void awaitConnections(boolean waits);
}
