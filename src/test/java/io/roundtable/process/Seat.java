package io.roundtable.process;

import io.roundtable.protocol.Identity;
import java.util.Optional;

/** A member of a group under test: one of our peers or a Python node. */
interface Seat {
    Running process();

    Identity identity();

    /** Whom it takes for the leader by now. */
    Optional<Identity> leader();

    /** Whether the GCD has answered its JOIN. */
    boolean hasJoined();

    /** All that it has said, for the message of a test that fails. */
    String transcript();

    default boolean isAlive() {
        return process().isAlive();
    }
}
