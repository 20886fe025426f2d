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

    /** The other side has ended the connection in the middle of a lab message; the connection closes after this call. */
    default void onCutOff(Connection connection, WireException fault) {}

    /**
     * Something came on a lab connection whose exchange is over, mostly after {@link #onClosed} with DONE (more than one message) or EXPIRED
     * (too late). It is told once and not read.
     *
     * @param shown as Python shows it, at most 80 characters
     */
    default void onAfterwards(Connection connection, String shown) {}

    /** After {@link #onClosed} with DONE: the other side has not closed in the time that it had to read our last words. */
    default void onLeftOpen(Connection connection) {}

    /**
     * After {@link #onClosed} with DONE: the other side had closed before our last words came, and so has not read them.
     */
    default void onUnread(Connection connection) {}

    /** Once, at the end. */
    void onClosed(Connection connection, CloseReason reason);
}
