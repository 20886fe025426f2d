package io.roundtable.role;

import io.roundtable.net.Connection;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Message;
import java.util.Optional;

/** How a message came to a role, from another process or from a role of the same peer, and the way back. */
public interface Call {
    /** Whether somebody waits for an answer. */
    boolean isAsked();

    /** Answers; at most once. What no frame holds is answered with a refusal that says so. */
    void answer(Message answer);

    /** The connection on which it came; empty if it came from this peer itself. */
    Optional<Connection> connection();

    /** It has become known who sent it: the end of its connection tells at once that it is gone. */
    void isFrom(Identity sender);
}
