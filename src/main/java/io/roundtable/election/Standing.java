package io.roundtable.election;

import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a peer stands: its state, whom it takes for the leader, who follows it. The one place that changes the state,
 * which refuses what {@link PeerState#successors} does not list.
 */
final class Standing {
    private final Roster roster;
    private final Effects effects;
    /** Native members whose probes show that they follow us. */
    private final Set<Identity> attached = new HashSet<>();

    private PeerState state = PeerState.QUIESCENT;
    private @Nullable Identity leader;
    private @Nullable Identity reported;
    private @Nullable Identity silent;

    Standing(Roster roster, Effects effects) {
        this.roster = roster;
        this.effects = effects;
    }

    PeerState state() {
        return state;
    }

    @Nullable
    Identity leader() {
        return leader;
    }

    Identity self() {
        return roster.self().identity();
    }

    boolean isFollowing(Identity member) {
        return state == PeerState.FOLLOWER && member.equals(leader);
    }

    /** A leader that was given up for its silence: it needs no second time limit. */
    boolean isSilent(Identity member) {
        return member.equals(silent);
    }

    void markSilent(@Nullable Identity member) {
        silent = member;
    }

    void enter(PeerState next) {
        if (!state.successors().contains(next)) {
            throw new IllegalStateException("no transition from " + state + " to " + next);
        }
        state = next;
    }

    /** We lead, or follow: says so if it is news. */
    void settle(PeerState next, Identity newLeader, String reason) {
        enter(next);
        leader = newLeader;
        silent = null;
        if (!newLeader.equals(reported)) {
            reported = newLeader;
            effects.report(EventKind.LEADER_CHANGED, Fact.of("leader", newLeader), Fact.of("reason", reason));
        }
    }

    /** No leader for now; the same one again would be no news. */
    void suspendLeader() {
        leader = null;
    }

    /** The leader is gone; the same one again would be news. */
    void loseLeader() {
        leader = null;
        reported = null;
    }

    void attach(Identity follower) {
        attached.add(follower);
    }

    void detach(Identity follower) {
        attached.remove(follower);
    }

    void detachAll() {
        attached.clear();
    }

    boolean isAttached(Identity member) {
        return attached.contains(member);
    }

    /** What an OK tells of us. */
    Message.View view(boolean inStep, int position) {
        Member known = leader == null ? null : roster.get(leader);
        return new Message.View(roster.self(), state, known, inStep, position);
    }
}
