package io.roundtable.election;

import io.roundtable.election.Effects.Asked;
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

    private final Timing timing;
    private final Effects effects;
    private final Roster roster;
    private final Standing standing;
    private final Recheck recheck;
    private final Campaign campaign;
    private final Following following;
    private int reminded;
    private long probedByLabAtMs = Long.MIN_VALUE / 2;

    Bully(Roster roster, Timing timing, RandomGenerator random, Effects effects) {
        this.roster = roster;
        this.timing = timing;
        this.effects = effects;
        this.standing = new Standing(roster, effects);
        this.recheck = new Recheck(roster, timing, effects);
        this.campaign = new Campaign(roster, timing, effects, standing, recheck, this::follow);
        LeaderWatch watch = new LeaderWatch(timing, roster, random);
        this.following = new Following(roster, timing, effects, standing, watch, recheck, campaign);
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
     * leader that has not heard of us looks for nobody. What lab members believe we never hear.
     */
    private void remindStrays() {
        List<Member> strays = roster.upTo(self()).stream()
                .filter(member -> isAstray(member) && roster.isReachable(member.identity()))
                .toList();
        for (int i = 0; i < Math.min(REMINDERS, strays.size()); i++) {
            campaign.tellVictory(strays.get(Math.floorMod(reminded++, strays.size())));
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
            newcomers.forEach(campaign::tellVictory);
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
        } else if (state() == PeerState.QUIESCENT || forLab) {
            campaign.start(isLab ? "lab_election" : "election_received", forLab, nowMs);
        } else {
            // A native asker has what it needs in the OK: a leader that is known is not put in question.
            following.onElectionBelow();
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
            campaign.trustLabAgain();
            follow(victor, "coordinator", true, nowMs);
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
                correctLabFollower(nowMs);
            }
            return;
        }
        Roster.Page news = roster.arrivedSince(sync.position(), LeaderWatch.NEWS_MAX);
        effects.add(new Effect.Answer(request, new Message.Ok(standing.view(false, news.next()), news.members())));
    }

    /**
     * A lab member that keeps probing us takes us for the leader: the right one shall announce itself to lab members
     * again. One probe alone may be anybody's look.
     */
    private void correctLabFollower(long nowMs) {
        boolean again = nowMs - probedByLabAtMs <= 2L * timing.labProbeMaxMs();
        probedByLabAtMs = nowMs;
        Identity leading = leader();
        Member member = leading == null ? null : roster.get(leading);
        if (state() == PeerState.FOLLOWER && again && member != null) {
            campaign.askToAnnounce(member, nowMs);
        }
    }

    // ---- outcomes and timers

    void onOk(Asked asked, Message.Ok ok, long nowMs) {
        switch (asked.purpose()) {
            case ELECTION -> campaign.onOk(asked.to(), ok.view(), nowMs);
            case PROBE -> following.onOk(ok, nowMs - asked.atMs(), nowMs);
            case RECHECK -> onRecheckOk(ok.view(), nowMs);
            case ANNOUNCE -> {} // Only its COORDINATOR to the others matters.
        }
    }

    void onNoAnswer(Asked asked, NoAnswer why, long nowMs) {
        switch (asked.purpose()) {
            case ELECTION -> campaign.onFailed(asked.to(), why, nowMs);
            case PROBE -> following.onFailed(why, nowMs);
            case RECHECK -> roster.markUnreachable(asked.to().identity());
            case ANNOUNCE -> {} // That the leader is gone is for the probes to find.
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
        standing.detach(member);
        if (state() == PeerState.LEADER) {
            roster.markUnreachable(member);
        }
        following.onDisconnected(member, nowMs);
        campaign.onDisconnected(member, nowMs);
    }

    void onTimer(PeerTimer timer, long nowMs) {
        switch (timer) {
            case VICTOR -> campaign.onVictorTimer(nowMs);
            case HOLD_BACK -> campaign.start("held_back", false, nowMs);
            case PROBE -> following.onProbeTimer(nowMs);
            case RECHECK -> {
                remindStrays();
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
        campaign.end();
    }

    /** @param knowsMembers false if the peer failed before it had joined: then JOIN comes first */
    void recover(boolean knowsMembers, long nowMs) {
        standing.enter(PeerState.QUIESCENT);
        if (knowsMembers) {
            campaign.start("recovered", false, nowMs);
        }
    }
}
