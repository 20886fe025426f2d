package io.roundtable.net;

import io.roundtable.wire.Inbound;
import io.roundtable.wire.WireException;

/** Who owns a connection hears from it; always on the loop's thread. */
public interface ConnectionHandler {
    /** A listener has accepted this connection; nothing came on it yet. */
    default void onAccepted(Connection connection) {}

    void onMessage(Connection connection, Inbound message);

    /** Bytes that are no message came in; the connection closes after this call and what it queued. */
    default void onBadInput(Connection connection, WireException fault) {}

    /**
     * After {@link #onClosed} with DONE: the other side had closed before our last words came, and so has not read them.
     */
    default void onUnread(Connection connection) {}

    /** Once, at the end. */
    void onClosed(Connection connection, CloseReason reason);
}
