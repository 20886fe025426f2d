package io.roundtable.simulation;

import io.roundtable.election.Effect;
import io.roundtable.election.PeerTimer;
import io.roundtable.event.Fact;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import java.util.List;

/** What holds of a peer after every event; that no transition is illegal the machine asserts itself. */
final class PeerRules {
    /** How many rules {@link #check} looks at. */
    private static final int COUNT = 6;

    private final SimulatedPeer peer;
    private final long[] newestGenerations = new long[PeerTimer.values().length];

    PeerRules(SimulatedPeer peer) {
        this.peer = peer;
    }

    void check(Brain brain, List<Effect> effects) {
        Identity leader = brain.leader();
        PeerState state = brain.state();
        peer.world.checked(COUNT);
        for (Effect effect : effects) {
            boolean asksLower = effect instanceof Effect.Ask ask
                    && ask.message() instanceof Message.Election
                    && !ask.to().identity().isHigherThan(brain.self());
            demand(!asksLower, "only higher members are sent ELECTION", brain);
        }
        switch (state) {
            case FEIGNING -> {
                demand(leader == null, "a feigning peer has no leader", brain);
                for (Effect effect : effects) {
                    demand(!isSending(effect), "a feigning peer sends nothing", brain);
                }
            }
            case LEADER -> demand(brain.self().equals(leader), "a leader leads itself", brain);
            case FOLLOWER ->
                demand(leader != null && leader.isHigherThan(brain.self()), "a follower's leader is higher", brain);
            case QUIESCENT -> demand(leader == null, "who holds back has no leader", brain);
            case WAIT_OK, WAIT_VICTOR ->
                demand(leader == null || leader.equals(brain.self()), "who elects follows nobody", brain);
        }
        demand(
                brain.machine.roster().size() <= peer.world.options.peers(),
                "nobody is known who does not exist",
                brain);
    }

    /** Sentence 5: whoever is not feigning answers ELECTION at once, even in an election. */
    void checkElectionAnswered(Brain brain, List<Effect> effects) {
        peer.world.checked(1);
        boolean answers = brain.isFeigning();
        for (Effect effect : effects) {
            answers |= effect instanceof Effect.Answer;
        }
        demand(answers, "ELECTION is answered at once", brain);
    }

    void timerSet(Effect.SetTimer set) {
        newestGenerations[set.timer().ordinal()] = set.generation();
    }

    /** A timer that was set again since fires in vain. */
    void checkTimer(Brain brain, PeerTimer timer, long generation, List<Effect> effects) {
        peer.world.checked(1);
        boolean isStale = generation != newestGenerations[timer.ordinal()];
        demand(!isStale || effects.isEmpty(), "a timer that was set again fires in vain", brain);
    }

    /** Whoever is blamed for having announced itself had no right to. */
    void checkBlame(List<Fact> facts) {
        peer.world.checked(1);
        String blamed = facts.stream()
                .filter(fact -> fact.name().equals("peer") || fact.name().equals("may_be"))
                .map(fact -> fact.value().toString())
                .findFirst()
                .orElse("");
        boolean isRight = false;
        for (Host host : peer.world.hosts) {
            if (host instanceof PythonNode node && blamed.contains(node.identity.toString())) {
                if (!node.announcedRightly()) {
                    return;
                }
                isRight = true;
            }
        }
        if (isRight) {
            throw new Violation("nobody is blamed who was right", peer + " blames " + blamed);
        }
    }

    private static boolean isSending(Effect effect) {
        return effect instanceof Effect.Ask
                || effect instanceof Effect.Tell
                || effect instanceof Effect.Answer
                || effect instanceof Effect.AskGcd;
    }

    private void demand(boolean holds, String rule, Brain brain) {
        if (!holds) {
            throw new Violation(rule, peer + " is " + brain.state() + " with leader " + brain.leader());
        }
    }
}
