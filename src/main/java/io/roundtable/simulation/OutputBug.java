package io.roundtable.simulation;

import io.roundtable.election.Effect;
import io.roundtable.election.PeerMachine;
import io.roundtable.protocol.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/** A peer that does not do some of what its machine wants. */
final class OutputBug extends Brain {
    private final BiPredicate<OutputBug, Effect> dropped;
    private boolean wasElecting;

    OutputBug(PeerMachine machine, BiPredicate<OutputBug, Effect> dropped) {
        super(machine);
        this.dropped = dropped;
    }

    /** Whether an election was in progress before the present input. */
    boolean wasElecting() {
        return wasElecting;
    }

    @Override
    List<Effect> onElection(long request, Message.Election election, long nowMs) {
        wasElecting = state().isElecting();
        List<Effect> effects = super.onElection(request, election, nowMs);
        wasElecting = false;
        return effects;
    }

    @Override
    List<Effect> out(List<Effect> effects) {
        List<Effect> left = new ArrayList<>(effects);
        left.removeIf(effect -> dropped.test(this, effect));
        return left;
    }
}
