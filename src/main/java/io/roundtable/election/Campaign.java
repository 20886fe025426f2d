package io.roundtable.election;

import io.roundtable.election.Effects.Purpose;
import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A peer's own election, sentences 2 to 4: asks those above, waits for the victor, or wins. */
final class Campaign {
    /** How a follower is made of an answer that names the leader. */
    interface Follow {
        void follow(Member leader, String reason, boolean heardItself, long nowMs);
    }

    /** After this many rounds in which lab members answered OK and nobody announced, their OK counts no more… */
    private static final int FRUITLESS_MAX = 3;
    /** …for this long, so that a broken node above us cannot keep the group without a leader. */
    private static final long OVERRULED_MS = 60_000;
    /** Beyond this many, who answers on the same socket is learned anew. */
    private static final int ANSWERERS_MAX = 4_096;
    /** Lab members named in an ELECTION that asks the leader to announce itself to them. */
    private static final int ANNOUNCE_MAX = 64;

    private final Roster roster;
    private final Timing timing;
    private final Effects effects;
    private final Standing standing;
    private final Recheck recheck;
    private final Claims claims;
    private final Follow follow;

    private @Nullable Round round;
    private boolean announces;
    private boolean announceLate;
    private int fruitless;
    /** Lab members that answer on the socket of the question: if they close it, no OK will come. */
    private final Set<Identity> answersThere = new HashSet<>();

    private long overruledUntilMs = Long.MIN_VALUE;
    private @Nullable Identity distrusted;
    private long distrustedUntilMs;

    Campaign(
            Roster roster,
            Timing timing,
            Effects effects,
            Standing standing,
            Recheck recheck,
            Claims claims,
            Follow follow) {
        this.roster = roster;
        this.timing = timing;
        this.effects = effects;
        this.standing = standing;
        this.recheck = recheck;
        this.claims = claims;
        this.follow = follow;
    }

    /** @param forLab whether lab members wait for a COORDINATOR */
    void start(String reason, boolean forLab, long nowMs) {
        cancelWaits(effects);
        boolean wasLeader = standing.state() == PeerState.LEADER;
        standing.enter(PeerState.WAIT_OK);
        effects.report(EventKind.ELECTION_STARTED, Fact.of("reason", reason));
        // Only a leader that repeats its election for the sake of lab members goes on leading meanwhile, and may spare
        // the members that follow it already.
        if (!wasLeader || !forLab) {
            standing.suspendLeader();
            standing.detachAll();
            effects.recallVictories();
        }
        announces = forLab;
        announceLate = false;
        Round begun = new Round(roster.above(standing.self()), roster);
        round = begun;
        askNext(begun, nowMs);
        if (round == begun && !begun.pendingLab().isEmpty()) {
            effects.setTimer(PeerTimer.LAB_OK, timing.labOkTimeoutMs() + LabLanes.ELECTION_GAP_MS);
        }
    }

    /** Whatever an election or a follower waits for is not meant any more. */
    static void cancelWaits(Effects effects) {
        effects.forget(Purpose.ELECTION);
        effects.forget(Purpose.PROBE);
        effects.cancel(PeerTimer.VICTOR);
        effects.cancel(PeerTimer.LAB_OK);
        effects.cancel(PeerTimer.HOLD_BACK);
        effects.cancel(PeerTimer.PROBE);
    }

    /** A lab member asked us while our election runs: whoever wins shall announce to lab members too. */
    void announceToLab() {
        announceLate |= !announces;
        announces = true;
    }

    private void askNext(Round current, long nowMs) {
        while (current.isBatchOver()) {
            List<Member> batch = current.nextBatch();
            if (batch.isEmpty()) {
                win(current, nowMs);
                return;
            }
            for (Member member : batch) {
                effects.ask(Purpose.ELECTION, member, electionFor(member), okTimeoutMs(member), nowMs);
            }
        }
    }

    private Message.Election electionFor(Member to) {
        if (!to.isNative()) {
            return new Message.Election(roster.self(), List.copyOf(roster.all()), false);
        }
        return new Message.Election(roster.self(), announces ? labMembers() : List.of(), announces);
    }

    /** Asks the leader to announce itself to lab members, without an election of our own. */
    void askToAnnounce(Member leader, long nowMs) {
        List<Member> all = leader.isNative() ? labMembers() : List.copyOf(roster.all());
        Message.Election election = new Message.Election(roster.self(), all, leader.isNative());
        effects.ask(Purpose.ANNOUNCE, leader, election, okTimeoutMs(leader), nowMs);
    }

    private List<Member> labMembers() {
        return roster.all().stream()
                .filter(member -> !member.isNative())
                .limit(ANNOUNCE_MAX)
                .toList();
    }

    private long okTimeoutMs(Member member) {
        if (standing.isSilent(member.identity())) {
            // It was given its time before it was suspected.
            return member.isNative() ? timing.suspectOkTimeoutMs() : timing.labOkTimeoutMs() / 2;
        }
        return member.isNative() ? timing.okTimeoutMs() : timing.labOkTimeoutMs();
    }

    void onOk(Member by, Message.@Nullable View view, long nowMs) {
        Round current = round;
        if (current == null || !standing.state().isElecting()) {
            return;
        }
        if (view == null && isOverruled(nowMs)) {
            onFailed(by, NoAnswer.SILENT, nowMs);
            return;
        }
        Member told = view == null ? null : view.leader();
        if (told != null && isAcceptable(told, by, nowMs)) {
            followTold(told, by, nowMs);
            return;
        }
        current.answered(by.identity(), view != null);
        recheck.answered(by.identity());
        standing.suspendLeader();
        if (standing.state() == PeerState.WAIT_OK) {
            standing.enter(PeerState.WAIT_VICTOR);
            effects.setTimer(PeerTimer.VICTOR, view == null ? timing.labVictorTimeoutMs() : timing.victorTimeoutMs());
        }
    }

    private void followTold(Member told, Member by, long nowMs) {
        boolean owesAnnouncement = announceLate;
        follow.follow(told, "ok_told", told.identity().equals(by.identity()), nowMs);
        if (owesAnnouncement) {
            // The leader was asked before we knew that a lab member waits.
            start("lab_election", true, nowMs);
        }
    }

    /** Whether what an OK says of the leader may be believed. */
    private boolean isAcceptable(Member told, Member by, long nowMs) {
        if (told.identity().equals(by.identity())) {
            return true;
        }
        boolean lostJustNow = told.identity().equals(distrusted) && nowMs < distrustedUntilMs;
        return told.identity().isHigherThan(by.identity()) && !lostJustNow;
    }

    /** We could not reach this leader ourselves: hearsay will not make us follow it for a while. */
    void distrust(Identity lost, long nowMs) {
        distrusted = lost;
        distrustedUntilMs = nowMs + timing.distrustMs();
    }

    void onFailed(Member member, NoAnswer why, long nowMs) {
        Identity id = member.identity();
        Round current = standing.state() == PeerState.WAIT_OK ? round : null;
        boolean mayAnswerApart = why == NoAnswer.CLOSED && !member.isNative() && !answersThere.contains(id);
        if (current != null && mayAnswerApart) {
            // Some nodes close the socket of every question and answer on one of their own.
            current.closed(id);
            return;
        }
        recheck.failed(member, why, nowMs);
        if (current != null) {
            current.failed(id, why);
            askNext(current, nowMs);
        }
    }

    /** No lab member will answer any more. */
    void onLabOkTimer(long nowMs) {
        Round current = round;
        if (current == null || standing.state() != PeerState.WAIT_OK) {
            return;
        }
        for (Identity silent : current.pendingLab()) {
            Member member = roster.get(silent);
            if (member != null) {
                recheck.failed(member, current.hasClosed(silent) ? NoAnswer.CLOSED : NoAnswer.SILENT, nowMs);
            }
            current.failed(silent, NoAnswer.SILENT);
        }
        effects.askedOfLab(Purpose.ELECTION).keySet().forEach(effects::forget);
        askNext(current, nowMs);
    }

    /**
     * An OK came on a connection that its sender made; it does not say who that is.
     *
     * @return whose it is: one that closed our question, else one that has it still; null if there is none
     */
    @Nullable
    Member whoseOkApart() {
        Round current = round;
        Identity closed = current == null ? null : current.highestClosed();
        if (closed != null) {
            return roster.get(closed);
        }
        Member highest = null;
        for (Map.Entry<Long, Effects.Asked> each :
                effects.askedOfLab(Purpose.ELECTION).entrySet()) {
            Member to = each.getValue().to();
            highest = highest == null || to.identity().isHigherThan(highest.identity()) ? to : highest;
        }
        return highest;
    }

    /** It answered on the socket of the question. */
    void noteAnswersThere(Identity member) {
        if (answersThere.size() >= ANSWERERS_MAX) {
            answersThere.clear();
        }
        answersThere.add(member);
    }

    /** It answers on connections of its own. */
    void noteAnswersApart(Identity member) {
        answersThere.remove(member);
    }

    /** Whether this member has shown in the election that is in progress that it is alive. */
    boolean hasAnswered(Identity member) {
        Round current = round;
        return current != null
                && standing.state().isElecting()
                && (current.hasAnswered(member) || current.hasClosed(member));
    }

    /** OK came, COORDINATOR did not. */
    void onVictorTimer(long nowMs) {
        if (++fruitless >= FRUITLESS_MAX) {
            overruledUntilMs = nowMs + OVERRULED_MS;
            reportFruitless();
        }
        start("no_coordinator", announces, nowMs);
    }

    private void reportFruitless() {
        Round current = round;
        Identity highest = current == null ? null : current.highestLabAnswerer();
        if (highest != null) {
            effects.report(
                    EventKind.NO_COORDINATOR,
                    Fact.of("peer", highest),
                    Fact.of("reason", "said OK " + fruitless + " times, never announced"),
                    Fact.of(
                            "hint",
                            "after OK run an election of your own; whoever wins sends COORDINATOR, you too if all above stay silent"));
        }
    }

    /** The kept connection to the member that we wait for ended. */
    void onDisconnected(Identity member, long nowMs) {
        Round current = round;
        if (standing.state() == PeerState.WAIT_VICTOR && current != null && current.isAwaiting(member)) {
            roster.markUnreachable(member);
            start("victor_gone", announces, nowMs);
        }
    }

    /** Whether OKs of lab members count as silence. */
    boolean isOverruled(long nowMs) {
        return nowMs < overruledUntilMs;
    }

    /**
     * The leader that we follow is alive for sure. An announcement alone shows nothing: some nodes announce dead ones, again and
     * again.
     */
    void proven() {
        overruledUntilMs = Long.MIN_VALUE;
        fruitless = 0;
    }

    /** The election is over, or we pretend to be dead. */
    void end() {
        round = null;
    }

    private void win(Round won, long nowMs) {
        Identity self = standing.self();
        String reason = !roster.hasAbove(self) ? "highest" : won.hasTimedOut() ? "ok_timeout" : "no_higher_alive";
        end();
        fruitless = 0;
        effects.cancel(PeerTimer.LAB_OK);
        standing.settle(PeerState.LEADER, self, reason);
        claims.leads(self, nowMs);
        for (Member member : roster.allDescending()) {
            if (!member.identity().equals(self) && !standing.isAttached(member.identity())) {
                tellVictory(member, nowMs);
            }
        }
        recheck.restart();
    }

    void tellVictory(Member to, long nowMs) {
        Member self = roster.self();
        List<Member> members = to.isNative() ? List.of() : roster.upTo(self.identity());
        effects.tell(to, new Message.Coordinator(self, members), nowMs);
    }
}
