package io.roundtable.simulation.group;

import io.roundtable.event.Event;
import io.roundtable.event.EventKind;
import io.roundtable.peer.PeerNode;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.PeerState;
import io.roundtable.simulation.Violation;
import io.roundtable.simulation.net.SimulatedProcess;
import java.util.Optional;

/** What holds of one real peer after each turn of its loop. */
final class PeerRules {
    private static final int COUNT = 4;
    /** Both ways to each member, the GCD, and lab exchanges that linger. */
    private static final int CHANNELS_PER_PEER_MAX = 64;

    private final PeerHost peer;
    private final GroupWorld world;
    private boolean wasFeigning;
    private long saidWhenFeigning;
    private PeerState lastState = PeerState.QUIESCENT;
    private Optional<Identity> lastLeader = Optional.empty();

    PeerRules(PeerHost peer, GroupWorld world) {
        this.peer = peer;
        this.world = world;
    }

    void newLife() {
        wasFeigning = false;
        lastState = PeerState.QUIESCENT;
        lastLeader = Optional.empty();
    }

    void afterTurn(PeerNode node, SimulatedProcess process) {
        PeerState state = node.state();
        Optional<Identity> leader = node.leader();
        note(state, leader);
        world.checked(COUNT);
        switch (state) {
            case LEADER -> demand(leader.equals(Optional.of(peer.identity)), "a leader leads itself");
            case FOLLOWER ->
                demand(leader.isPresent() && leader.get().isHigherThan(peer.identity), "a follower's leader is higher");
            case QUIESCENT, FEIGNING -> demand(leader.isEmpty(), "who holds back or feigns failure has no leader");
            case WAIT_OK, WAIT_VICTOR ->
                demand(leader.isEmpty() || leader.get().equals(peer.identity), "who elects follows nobody");
        }
        demandSilenceWhileFeigning(state == PeerState.FEIGNING, process);
        demand(
                process.openChannels() <= CHANNELS_PER_PEER_MAX * (world.peers.size() + 1),
                "a peer keeps a bounded number of sockets");
        if (peer.manages()) {
            world.onManaging(peer);
        }
    }

    private void note(PeerState state, Optional<Identity> leader) {
        if (state != lastState || !leader.equals(lastLeader)) {
            lastState = state;
            lastLeader = leader;
            world.changed();
            world.trace.mix(world.time.nowMicros(), peer.number(), 100 + state.ordinal(), leader.hashCode());
            if (world.trace.keepsText()) {
                world.text(peer.toString(), "is " + state + " leader=" + leader.orElse(null));
            }
        }
    }

    /** Sentence 8: to members; its line to the GCD, and whoever ordered it, are no members. */
    private void demandSilenceWhileFeigning(boolean feigns, SimulatedProcess process) {
        if (!feigns) {
            wasFeigning = false;
            return;
        }
        long said = 0;
        for (PeerHost each : world.peers) {
            said += process.bytesTo(each.machine());
        }
        if (wasFeigning) {
            demand(said == saidWhenFeigning, "a feigning peer sends nothing to members");
            demand(!peer.manages(), "a feigning peer does not manage");
        }
        wasFeigning = true;
        saidWhenFeigning = said;
    }

    void onEvent(Event event) {
        if (event.kind() == EventKind.BAD_INPUT) {
            world.badInput(peer, event);
        }
        if (world.listens() && event.kind() == EventKind.SENT) {
            throw new Violation("a settled table sends nothing but probes", peer + " sent " + event.facts());
        }
    }

    private void demand(boolean holds, String invariant) {
        if (!holds) {
            throw new Violation(invariant, peer.describe());
        }
    }
}
