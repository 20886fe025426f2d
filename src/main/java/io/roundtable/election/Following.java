package io.roundtable.election;

import io.roundtable.election.Effects.Purpose;
import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;

/** A follower's part, sentence 7: follows a leader, probes it, and notices that it is gone. */
final class Following {
    private final Roster roster;
    private final Timing timing;
    private final Effects effects;
    private final Standing standing;
    private final LeaderWatch watch;
    private final Recheck recheck;
    private final Campaign campaign;
    private final Claims claims;

    Following(
            Roster roster,
            Timing timing,
            Effects effects,
            Standing standing,
            LeaderWatch watch,
            Recheck recheck,
            Campaign campaign,
            Claims claims) {
        this.roster = roster;
        this.timing = timing;
        this.effects = effects;
        this.standing = standing;
        this.watch = watch;
        this.recheck = recheck;
        this.campaign = campaign;
        this.claims = claims;
    }

    /** @param heardItself false if somebody else named it: then it is probed at once */
    void follow(Member victor, String reason, boolean heardItself, long nowMs) {
        Identity id = victor.identity();
        if (heardItself) {
            roster.settle(victor);
            roster.markReachable(id);
        } else {
            roster.learn(victor);
        }
        Member known = roster.get(id);
        if (known == null) {
            return;
        }
        if (standing.isFollowing(id)) {
            watch.heard(nowMs);
            return;
        }
        Campaign.cancelWaits(effects);
        // An answer that was meant for the look above a lower leader would start an election against this one.
        effects.forget(Purpose.RECHECK);
        effects.cancel(PeerTimer.RECHECK);
        effects.forget(Purpose.VERIFY);
        effects.cancel(PeerTimer.VERIFY);
        effects.recallVictories();
        campaign.end();
        standing.detachAll();
        standing.settle(PeerState.FOLLOWER, id, reason);
        claims.leads(id, nowMs);
        watch.follow(known, roster.countBetween(standing.self(), id), nowMs);
        long delayMs = watch.nextDelayMs(nowMs);
        effects.setTimer(PeerTimer.PROBE, heardItself || watch.probesAsLab() ? delayMs : 0);
        if (known.isNative()) {
            campaign.proven();
        } else {
            recheck.restart();
        }
    }

    void onProbeTimer(long nowMs) {
        if (standing.state() != PeerState.FOLLOWER) {
            return;
        }
        if (watch.isLab() && effects.isAsking(Purpose.PROBE)) {
            // Accepted, and silent: the open socket is the watch now, and its end is the news.
            campaign.proven();
            claims.leaderLives();
            return;
        }
        if (watch.isSuspected(nowMs)) {
            standing.markSilent(standing.leader());
            lose("silent", nowMs);
            return;
        }
        watch.refresh();
        if (!watch.hasTooManyUnanswered()) {
            effects.ask(Purpose.PROBE, watch.leader(), watch.probe(), watch.probeTimeoutMs(), nowMs);
        }
        if (!watch.probesAsLab()) {
            effects.setTimer(PeerTimer.PROBE, watch.nextDelayMs(nowMs));
        } else if (watch.isLab() && watch.probeTimeoutMs() == 0) {
            effects.setTimer(PeerTimer.PROBE, timing.labOkTimeoutMs() + LabLanes.GAP_MS);
        }
    }

    /**
     * A member below us may have missed the leader. Lab probes are far apart and at random: the next one shall not wait,
     * for the asker waits for us. Native probes are dense enough.
     */
    void onElectionBelow() {
        if (standing.state() == PeerState.FOLLOWER && watch.probesAsLab() && !effects.isAsking(Purpose.PROBE)) {
            effects.setTimer(PeerTimer.PROBE, 0);
        }
    }

    void onOk(Message.Ok ok, long tookMs, long nowMs) {
        if (standing.state() != PeerState.FOLLOWER) {
            return;
        }
        watch.answered(ok, tookMs, nowMs);
        campaign.proven();
        claims.leaderLives();
        if (watch.probesAsLab()) {
            effects.setTimer(PeerTimer.PROBE, watch.nextDelayMs(nowMs));
        }
        Message.View view = ok.view();
        if (view == null) {
            return;
        }
        Member told = view.leader();
        boolean leads = told != null && told.identity().equals(standing.leader());
        if (told != null && !leads && told.identity().isHigherThan(standing.self())) {
            follow(told, "probe_told", false, nowMs);
        } else if (watch.hasNotLedForLong(leads, nowMs)) {
            lose("stepped_down", nowMs);
        }
    }

    void onFailed(NoAnswer why, long nowMs) {
        if (standing.state() != PeerState.FOLLOWER) {
            return;
        }
        if (watch.isGone(why)) {
            standing.markSilent(why == NoAnswer.SILENT ? standing.leader() : null);
            lose(why.word(), nowMs);
        } else if (watch.isLab() && !effects.isSet(PeerTimer.PROBE)) {
            // The socket that was the watch has ended: look at once.
            effects.setTimer(PeerTimer.PROBE, 0);
        } else if (watch.probesAsLab()) {
            effects.setTimer(PeerTimer.PROBE, watch.nextDelayMs(nowMs));
        }
    }

    /** Somebody took the leader for dead, and it was asked and refused the connection: so it is. */
    void onRefused(Identity member, long nowMs) {
        if (standing.isFollowing(member)) {
            standing.markSilent(null);
            lose(NoAnswer.REFUSED.word(), nowMs);
        }
    }

    /** The kept connection to a native member ended. */
    void onDisconnected(Identity member, long nowMs) {
        if (standing.isFollowing(member) && !watch.probesAsLab()) {
            lose("connection_broken", nowMs);
        }
    }

    private void lose(String reason, long nowMs) {
        Identity lost = watch.leader().identity();
        effects.report(EventKind.LEADER_LOST, Fact.of("leader", lost), Fact.of("reason", reason));
        roster.markUnreachable(lost);
        standing.loseLeader();
        claims.nobodyLeads();
        effects.cancel(PeerTimer.PROBE);
        effects.forget(Purpose.PROBE);
        if (!standing.isSilent(lost)) {
            campaign.distrust(lost, nowMs);
        }
        int betterPlaced = roster.countReachableNativesAbove(standing.self());
        // Rare probes at random times are hold-back enough: hardly two members miss the leader at once.
        if (betterPlaced == 0 || watch.probesAsLab()) {
            campaign.start("leader_lost", false, nowMs);
        } else {
            standing.enter(PeerState.QUIESCENT);
            long holdBackMs = Math.min(timing.holdBackMaxMs(), (long) betterPlaced * timing.holdBackStepMs());
            effects.setTimer(PeerTimer.HOLD_BACK, holdBackMs);
        }
    }
}
