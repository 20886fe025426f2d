package io.roundtable.role;

import io.roundtable.protocol.Member;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Who manages, as far as this peer knows. One role says it, the others ask or are told. For the loop's thread. */
public final class Management {
    private final Consumer<Optional<Member>> told;
    private Supplier<OptionalLong> epoch = OptionalLong::empty;
    private Optional<Member> manager = Optional.empty();

    /** @param told of the manager whenever that changes, or may have forgotten what it was told */
    public Management(Consumer<Optional<Member>> told) {
        this.told = told;
    }

    /** @param now asked for the epoch in which this peer manages, whenever somebody wants to know */
    public void servedBy(Supplier<OptionalLong> now) {
        epoch = now;
    }

    public void changed(Optional<Member> now) {
        manager = now;
        told.accept(now);
    }

    /** The epoch in which this peer manages at this moment; empty if it does not. */
    public OptionalLong epoch() {
        return epoch.get();
    }

    public Optional<Member> manager() {
        return manager;
    }
}
