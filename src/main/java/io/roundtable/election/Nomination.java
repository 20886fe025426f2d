package io.roundtable.election;

import io.roundtable.election.Effects.Asked;
import io.roundtable.election.Effects.Purpose;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whom a lab member's COORDINATOR means. It names no sender, and many nodes put all members on its list, dead and higher
 * ones too: the leader is the highest on it that is not known to be dead. Unless that one has spoken itself it is
 * asked first; who refuses the connection is struck and the next one taken. A list is news of members, never of who is alive.
 */
final class Nomination {
    /** Who takes up what came of it. */
    interface Outcome {
        void follow(Member leader, String reason, boolean heardItself, long nowMs);

        /** Whoever announced itself is below us: an election is due, of which lab members hear. */
        void correctLower(long nowMs);

        /** Whoever announced itself is below the leader that we follow. */
        void defend(Identity leader, long nowMs);

        /** It was silent or gone, but the highest on a list: it may have announced itself. */
        void lookAt(Member member, long nowMs);

        /** A native member that is higher is alive. */
        void onNativeAlive(Message.@Nullable View view, long nowMs);
    }

    private final Roster roster;
    private final Timing timing;
    private final Effects effects;
    private final Standing standing;
    private final LeaderWatch watch;
    private final Campaign campaign;
    private final Claims claims;
    private final Outcome outcome;

    /** Highest first; the first one is being asked or is decided upon. */
    private List<Member> candidates = new ArrayList<>();

    private @Nullable Identity asked;

    Nomination(
            Roster roster,
            Timing timing,
            Effects effects,
            Standing standing,
            LeaderWatch watch,
            Campaign campaign,
            Claims claims,
            Outcome outcome) {
        this.roster = roster;
        this.timing = timing;
        this.effects = effects;
        this.standing = standing;
        this.watch = watch;
        this.campaign = campaign;
        this.claims = claims;
        this.outcome = outcome;
    }

    /** A COORDINATOR that can only come from the one that it names. */
    void heardItself(Member victor, long nowMs) {
        roster.settle(victor);
        roster.markReachable(victor.identity());
        candidates = new ArrayList<>();
        claims.announced(List.of(victor), List.of(victor), nowMs);
        Member known = roster.get(victor.identity());
        if (known != null) {
            candidates.add(known);
            decide(true, nowMs);
        }
    }

    /** @param named all that are on the list, in any order */
    void heardList(List<Member> named, long nowMs) {
        List<Member> living = new ArrayList<>();
        for (Member each : named) {
            Member known = roster.get(each.identity());
            if (known != null && roster.isReachable(known.identity())) {
                living.add(known);
            }
        }
        living.sort(Comparator.comparing(Member::identity).reversed());
        candidates = living;
        claims.announced(named, living, nowMs);
        decide(false, nowMs);
        lookAtTheDead(named, nowMs);
    }

    /** Most announce themselves on a list that leaves out whoever is above: its highest may be back. */
    private void lookAtTheDead(List<Member> named, long nowMs) {
        Member highest = named.stream()
                .map(each -> roster.get(each.identity()))
                .filter(Objects::nonNull)
                .max(Comparator.comparing(Member::identity))
                .orElse(null);
        Identity leader = standing.leader();
        if (highest != null
                && leader != null
                && highest.identity().isHigherThan(leader)
                && !roster.isReachable(highest.identity())) {
            outcome.lookAt(highest, nowMs);
        }
    }

    private void decide(boolean isSure, long nowMs) {
        Member top = candidates.isEmpty() ? null : candidates.get(0);
        if (top == null) {
            // Nobody on it is alive: that ends nowhere, and whoever waits for a victor waits on.
            return;
        }
        Identity id = top.identity();
        Identity leader = standing.state() == PeerState.FOLLOWER ? standing.leader() : null;
        if (id.equals(leader)) {
            return;
        }
        if (leader != null && leader.isHigherThan(id)) {
            outcome.defend(leader, nowMs);
        } else if (!id.isHigherThan(standing.self())) {
            outcome.correctLower(nowMs);
        } else if (isSure || campaign.hasAnswered(id)) {
            outcome.follow(top, "coordinator", true, nowMs);
        } else if (!id.equals(asked) || !effects.isAsking(Purpose.VERIFY)) {
            verify(top, nowMs);
        }
    }

    private void verify(Member top, long nowMs) {
        effects.forget(Purpose.VERIFY);
        asked = top.identity();
        if (top.isNative()) {
            effects.ask(Purpose.VERIFY, top, Message.Probe.BARE, timing.okTimeoutMs(), nowMs);
            return;
        }
        effects.ask(Purpose.VERIFY, top, Message.Probe.BARE, watch.labProbeTimeoutMs(top), nowMs);
        effects.setTimer(PeerTimer.VERIFY, timing.labOkTimeoutMs() + LabLanes.GAP_MS);
    }

    void onOk(Member by, Message.@Nullable View view, long nowMs) {
        if (view != null) {
            outcome.onNativeAlive(view, nowMs);
            return;
        }
        watch.noteAnswerer(by);
        onAlive(by.identity(), nowMs);
    }

    void onNoAnswer(Asked question, NoAnswer why, long nowMs) {
        Member to = question.to();
        boolean accepts = why != NoAnswer.REFUSED && !to.isNative() && !watch.isAnswerer(to);
        if (accepts) {
            onAlive(to.identity(), nowMs);
            return;
        }
        roster.markUnreachable(to.identity());
        if (!candidates.isEmpty() && candidates.get(0).identity().equals(to.identity())) {
            effects.cancel(PeerTimer.VERIFY);
            candidates.remove(0);
            decide(false, nowMs);
        }
    }

    /** It accepted the connection and says nothing, as some leaders do. */
    void onVerifyTimer(long nowMs) {
        Identity silent = asked;
        if (silent != null && effects.isAsking(Purpose.VERIFY)) {
            effects.forget(Purpose.VERIFY);
            onAlive(silent, nowMs);
        }
    }

    private void onAlive(Identity member, long nowMs) {
        effects.cancel(PeerTimer.VERIFY);
        if (!candidates.isEmpty() && candidates.get(0).identity().equals(member)) {
            decide(true, nowMs);
        }
    }

    /** We pretend to be dead: nothing that was heard before counts afterwards. */
    void forget() {
        candidates = new ArrayList<>();
        asked = null;
    }
}
