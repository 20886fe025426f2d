package io.roundtable.simulation;

import io.roundtable.protocol.Identity;
import org.jspecify.annotations.Nullable;

/** A host that takes part in elections. */
abstract class Participant extends Host {
    final Identity identity;

    Participant(World world, int index, Identity identity) {
        super(world, index);
        this.identity = identity;
    }

    /** Whether others can count on it now: alive and not feigning failure. */
    abstract boolean takesPart();

    /** Whom it holds for the leader and is done electing; null if it is not. Asked only of those that are up. */
    abstract @Nullable Identity leader();

    /** Whether it knows the other one, where it is now. Asked only of those that are up. */
    abstract boolean knows(Participant other);

    abstract String describe();

    @Override
    public String toString() {
        return "#" + index + identity;
    }
}
