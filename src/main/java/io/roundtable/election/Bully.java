package io.roundtable.election;

import io.roundtable.election.Effects.Asked;
import io.roundtable.election.Effects.Purpose;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The bully algorithm of one peer (docs/PROTOCOL.md, The algorithm), damped between native members.
 *
 * <p>Sans I/O: messages, outcomes and timers come in with the time in milliseconds, effects go out. The parts:
 * {@link Standing} holds the state, {@link Campaign} is the peer's own election (sentences 2 to 4), {@link Following} the
 * follower's probing (7); what others ask and announce (5, 6) is here.
 */
final class Bully {
    /** A newcomer above everyone waits this long… */
    private static final int SETTLE_MIN_MS = 10;
    /** …and this much longer for each member that its victory must be told to. */
    private static final int SETTLE_MEMBER_MS = 3;

    /** Members told again in one look around. */
    private static final int REMINDERS = 4;

    /** Between two elections that lab members asked for: 19 a second were seen of one node. */
    private static final int LAB_ELECTION_GAP_MS = 500;
    /** Within this time of such an election another one does not put a lab leader in question. */
    private static final int LAB_LEADER_ASKED_MS = 10_000;
    /** Between two times that a leader is asked to announce itself, because somebody lower did. */
    private static final int DEFEND_GAP_MS = 500;
    /** Who closed our question may answer on another connection within this time. */
    private static final int APART_MS = 5_000;

    private final Timing timing;
    private final Effects effects;
    private final Roster roster;
    private final Standing standing;
    private final Recheck recheck;
    private final Claims claims;
    private final Campaign campaign;
    private final Following following;
    private final Nominated nominated = new Nominated();
    private final Nomination nomination;
    private final Corrections corrections;
    private int reminded;
    private long labElectionAtMs = Long.MIN_VALUE / 2;
    private String labElectionReason = "lab_election";
    private long defendedAtMs = Long.MIN_VALUE / 2;
    /** The last lab member that closed the socket of our ELECTION. */
    private @Nullable Member closedLook;

    private long closedLookAtMs;

    Bully(Roster roster, Timing timing, RandomGenerator random, Effects effects) {
        this.roster = roster;
        this.timing = timing;
        this.effects = effects;
        this.standing = new Standing(roster, effects);
        this.recheck = new Recheck(roster, timing, effects);
        this.claims = new Claims(roster.self().identity(), timing, effects);
        this.campaign = new Campaign(roster, timing, effects, standing, recheck, claims, this::follow);
        LeaderWatch watch = new LeaderWatch(timing, roster, random);
        this.following = new Following(roster, timing, effects, standing, watch, recheck, campaign, claims);
        this.nomination = new Nomination(roster, timing, effects, standing, watch, campaign, claims, nominated);
        this.corrections = new Corrections(roster, timing, standing, campaign);
    }

    PeerState state() {
        return standing.state();
    }

    @Nullable
    Identity leader() {
        return standing.leader();
    }

    private Identity self() {
        return standing.self();
    }

    private void follow(Member leader, String reason, boolean heardItself, long nowMs) {
        following.follow(leader, reason, heardItself, nowMs);
    }

    // ---- sentence 1: join, then an election

    /** The first election. A newcomer above everyone waits a little for a still higher one: its victory costs n. */
    void start(long nowMs) {
        int others = roster.size() - 1;
        if (others > 0 && !roster.hasAbove(self())) {
            effects.setTimer(
                    PeerTimer.HOLD_BACK, Math.min(timing.settleMaxMs(), SETTLE_MIN_MS + SETTLE_MEMBER_MS * others));
        } else {
            campaign.start("joined", false, nowMs);
        }
    }

    /** Whether this lower member does not follow us, its leader, as far as we know; of lab members we never know. */
    private boolean isAstray(Member member) {
        return state() == PeerState.LEADER
                && self().isHigherThan(member.identity())
                && !standing.isAttached(member.identity());
    }

    /** A native member that has not shown yet that it follows us, and was held for alive; null if it is none. */
    private @Nullable Member straying(Identity identity) {
        Member member = roster.get(identity);
        boolean isStray = member != null && member.isNative() && roster.isReachable(identity) && isAstray(member);
        return isStray ? member : null;
    }

    /**
     * Whether a native member is to follow us. One whose machine was off for a moment, when the GCD had forgotten all others,
     * leads itself, and our connection to it has not ended: nobody said anything on it.
     */
    boolean isBelow(Member member) {
        return member.isNative() && self().isHigherThan(member.identity());
    }

    /**
     * Whether a native member that we held for dead is alive after all, for the GCD has it: it may have joined when the
     * GCD had forgotten all others, and then nobody else tells it who leads.
     */
    boolean isBack(Identity identity) {
        Member member = roster.get(identity);
        boolean isBack = member != null && member.isNative() && !roster.isReachable(identity) && isAstray(member);
        if (isBack) {
            roster.markReachable(identity);
        }
        return isBack;
    }

    /**
     * Tells some members again who leads. Our COORDINATOR may have been lost or overtaken by a lower one, and a lower
     * leader that has not heard of us looks for nobody. What lab members believe we never hear; they are told again for a
     * while after each election, and then the table has settled.
     */
    private void remindStrays(long nowMs) {
        boolean remindsLab = recheck.remindsLab();
        List<Member> strays = roster.upTo(self()).stream()
                .filter(member -> isAstray(member) && roster.isReachable(member.identity()))
                .filter(member -> member.isNative() || remindsLab)
                .toList();
        for (int i = 0; i < Math.min(REMINDERS, strays.size()); i++) {
            campaign.tellVictory(strays.get(Math.floorMod(reminded++, strays.size())), nowMs);
        }
    }

    /** Members came up that may not know who leads: a leader shows itself to them. */
    void onNewcomers(List<Member> newcomers, long nowMs) {
        if (state() != PeerState.LEADER) {
            return;
        }
        boolean hasHigher = false;
        boolean hasLab = false;
        for (Member newcomer : newcomers) {
            hasHigher |= newcomer.identity().isHigherThan(self());
            hasLab |= !newcomer.isNative();
        }
        if (hasHigher) {
            // Many lab nodes obey whoever announces itself: never tell a higher one before it was asked.
            campaign.start("higher_newcomer", hasLab, nowMs);
        } else {
            newcomers.forEach(newcomer -> campaign.tellVictory(newcomer, nowMs));
            if (hasLab) {
                recheck.restart();
            }
        }
    }

    // ---- sentence 5: ELECTION

    /** @param request what to answer to */
    void onElection(long request, Message.Election election, long nowMs) {
        Member sender = election.sender();
        boolean isLab = sender == null || !sender.isNative();
        boolean forLab = isLab || election.announce();
        // Answer OK even in an election: silence would make the weaker peer declare itself.
        answerInStep(request);
        if (state().isElecting()) {
            if (forLab) {
                campaign.announceToLab();
            }
        } else if (state() == PeerState.QUIESCENT) {
            campaign.start(isLab ? "lab_election" : "election_received", forLab, nowMs);
        } else if (forLab) {
            startForLab(isLab ? "lab_election" : "election_received", nowMs);
        } else {
            // A native asker has what it needs in the OK: a leader that is known is not put in question.
            following.onElectionBelow();
        }
    }

    /** An election of which lab members hear; many of them at once come to one. */
    private void startForLab(String reason, long nowMs) {
        Identity leading = leader();
        Member member = leading == null ? null : roster.get(leading);
        boolean isAskedAgain = state() == PeerState.FOLLOWER && nowMs - labElectionAtMs < LAB_LEADER_ASKED_MS;
        if (isAskedAgain && member != null && !member.isNative()) {
            // The leader was asked for their sake a moment ago and stayed: it is asked again, and stays ours meanwhile.
            labElectionAtMs = nowMs;
            nominated.defend(member.identity(), nowMs);
            return;
        }
        long dueMs = labElectionAtMs + LAB_ELECTION_GAP_MS;
        if (nowMs >= dueMs) {
            labElectionAtMs = nowMs;
            campaign.start(reason, true, nowMs);
        } else if (!effects.isSet(PeerTimer.LAB_ELECTION)) {
            labElectionReason = reason;
            effects.setTimer(PeerTimer.LAB_ELECTION, dueMs - nowMs);
        }
    }

    private void onLabElectionTimer(long nowMs) {
        if (state().isElecting()) {
            campaign.announceToLab();
        } else {
            startForLab(labElectionReason, nowMs);
        }
    }

    private void answerInStep(long request) {
        Message.View view = standing.view(true, roster.arrivalCount());
        effects.add(new Effect.Answer(request, new Message.Ok(view, List.of())));
    }

    // ---- sentence 6: COORDINATOR

    void onCoordinator(Member victor, long nowMs) {
        Identity id = victor.identity();
        if (id.equals(self())) {
            return;
        }
        if (self().isHigherThan(id)) {
            // Whoever announced itself below us did not hear of us, or took us for dead.
            campaign.start("lower_leader", false, nowMs);
        } else {
            follow(victor, "coordinator", true, nowMs);
        }
    }

    void backSince(long atMs) {
        claims.backSince(atMs);
    }

    /** A COORDINATOR of a lab member that names nobody but itself. */
    void onLabVictor(Member victor, long nowMs) {
        if (!victor.identity().equals(self())) {
            nomination.heardItself(victor, nowMs);
        }
    }

    /** A COORDINATOR of a lab member, which does not say whose it is. */
    void onLabList(List<Member> named, long nowMs) {
        nomination.heardList(named, nowMs);
    }

    /** What comes of a lab member's COORDINATOR. */
    private final class Nominated implements Nomination.Outcome {
        @Override
        public void follow(Member leader, String reason, boolean heardItself, long nowMs) {
            Bully.this.follow(leader, reason, heardItself, nowMs);
        }

        @Override
        public void correctLower(long nowMs) {
            if (state().isElecting()) {
                campaign.announceToLab();
            } else {
                startForLab("lower_leader", nowMs);
            }
        }

        @Override
        public void defend(Identity leader, long nowMs) {
            Member member = roster.get(leader);
            if (member != null && nowMs - defendedAtMs >= DEFEND_GAP_MS) {
                defendedAtMs = nowMs;
                campaign.askToAnnounce(member, nowMs);
            }
        }

        @Override
        public void lookAt(Member member, long nowMs) {
            recheck.lookAt(member, nowMs);
        }

        @Override
        public void onNativeAlive(Message.@Nullable View view, long nowMs) {
            Member told = view == null ? null : view.leader();
            if (told != null && told.identity().isHigherThan(self())) {
                Bully.this.follow(told, "coordinator", false, nowMs);
            } else if (!state().isElecting()) {
                startForLab("higher_member_alive", nowMs);
            }
        }
    }

    // ---- sentence 7: PROBE, the leader's side

    /** @param request what to answer to */
    void onProbe(long request, Message.Probe probe, long nowMs) {
        Message.Sync sync = probe.probe();
        if (sync != null && state() == PeerState.LEADER) {
            standing.attach(sync.self().identity());
        }
        if (sync == null || sync.digest() == roster.digest()) {
            answerInStep(request);
            if (sync == null) {
                corrections.probedByLab(nowMs);
            }
            return;
        }
        Roster.Page news = roster.arrivedSince(sync.position(), LeaderWatch.NEWS_MAX);
        effects.add(new Effect.Answer(request, new Message.Ok(standing.view(false, news.next()), news.members())));
    }

    // ---- outcomes and timers

    void onOk(Asked asked, Message.Ok ok, long nowMs) {
        boolean isElection = asked.purpose() != Purpose.PROBE && asked.purpose() != Purpose.VERIFY;
        if (!asked.to().isNative() && isElection) {
            campaign.noteAnswersThere(asked.to().identity());
        }
        switch (asked.purpose()) {
            case ELECTION -> campaign.onOk(asked.to(), ok.view(), nowMs);
            case PROBE -> following.onOk(ok, nowMs - asked.atMs(), nowMs);
            case RECHECK -> {
                recheck.answered(asked.to().identity());
                onRecheckOk(ok.view(), nowMs);
            }
            case ANNOUNCE -> {} // Only its COORDINATOR to the others matters.
            case VERIFY -> nomination.onOk(asked.to(), ok.view(), nowMs);
        }
    }

    /**
     * An OK came on a connection that its sender made, as some nodes answer. It counts for the question that is open.
     *
     * @return whose it is taken for; null if nobody was asked
     */
    @Nullable
    Member onOkApart(long nowMs) {
        Member by = campaign.whoseOkApart();
        if (by != null) {
            campaign.noteAnswersApart(by.identity());
            roster.markReachable(by.identity());
            campaign.onOk(by, null, nowMs);
            return by;
        }
        Member looked = closedLook;
        closedLook = null;
        if (looked != null && nowMs - closedLookAtMs <= APART_MS) {
            campaign.noteAnswersApart(looked.identity());
            roster.markReachable(looked.identity());
            recheck.answered(looked.identity());
            onRecheckOk(null, nowMs);
            return looked;
        }
        return null;
    }

    void onNoAnswer(Asked asked, NoAnswer why, long nowMs) {
        switch (asked.purpose()) {
            case ELECTION -> {
                noteClosed(asked.to(), why, nowMs);
                campaign.onFailed(asked.to(), why, nowMs);
            }
            case PROBE -> following.onFailed(why, nowMs);
            case RECHECK -> onRecheckFailed(asked.to(), why, nowMs);
            case ANNOUNCE -> {
                // Only a leader that refuses is gone for sure; its silence is for the probes to judge.
                if (why == NoAnswer.REFUSED) {
                    following.onRefused(asked.to().identity(), nowMs);
                }
            }
            case VERIFY -> nomination.onNoAnswer(asked, why, nowMs);
        }
    }

    private void onRecheckFailed(Member member, NoAnswer why, long nowMs) {
        recheck.failed(member, why, nowMs);
        noteClosed(member, why, nowMs);
    }

    private void noteClosed(Member member, NoAnswer why, long nowMs) {
        if (why == NoAnswer.CLOSED && !member.isNative()) {
            closedLook = member;
            closedLookAtMs = nowMs;
        }
    }

    /** A member above the leader is alive. */
    private void onRecheckOk(Message.@Nullable View view, long nowMs) {
        Identity leader = leader();
        if (leader == null || state().isElecting() || (view == null && campaign.isOverruled(nowMs))) {
            return;
        }
        Member told = view == null ? null : view.leader();
        if (told != null && told.identity().isHigherThan(leader)) {
            follow(told, "higher_leader_found", false, nowMs);
        } else {
            campaign.start("higher_member_alive", false, nowMs);
        }
    }

    void onDisconnected(Identity member, long nowMs) {
        Member stray = straying(member);
        standing.detach(member);
        if (state() == PeerState.LEADER) {
            roster.markUnreachable(member);
        }
        if (stray != null) {
            // The connection may have broken with our COORDINATOR on it, and then nobody else tells it who leads. A
            // dead one
            // refuses this.
            campaign.tellVictory(stray, nowMs);
        }
        following.onDisconnected(member, nowMs);
        campaign.onDisconnected(member, nowMs);
    }

    void onTimer(PeerTimer timer, long nowMs) {
        switch (timer) {
            case VICTOR -> campaign.onVictorTimer(nowMs);
            case LAB_OK -> campaign.onLabOkTimer(nowMs);
            case LAB_ELECTION -> onLabElectionTimer(nowMs);
            case VERIFY -> nomination.onVerifyTimer(nowMs);
            case HOLD_BACK -> campaign.start("held_back", false, nowMs);
            case PROBE -> following.onProbeTimer(nowMs);
            case RECHECK -> {
                remindStrays(nowMs);
                recheck.run(leader(), nowMs);
            }
            default -> throw new IllegalArgumentException("not an election timer: " + timer);
        }
    }

    // ---- sentence 8: feigned failure

    void feign() {
        standing.enter(PeerState.FEIGNING);
        standing.loseLeader();
        standing.detachAll();
        claims.nobodyLeads();
        campaign.end();
        nomination.forget();
    }

    /** @param knowsMembers false if the peer failed before it had joined: then JOIN comes first */
    void recover(boolean knowsMembers, long nowMs) {
        standing.enter(PeerState.QUIESCENT);
        if (knowsMembers) {
            campaign.start("recovered", false, nowMs);
        }
    }
}
