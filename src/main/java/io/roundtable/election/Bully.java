package io.roundtable.election;

import io.roundtable.election.Effects.Asked;
import io.roundtable.election.Effects.Purpose;
import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The bully algorithm of one peer (docs/PROTOCOL.md, The algorithm), damped between native members.
 *
 * <p>Sans I/O: messages, outcomes and timers come in with the time in milliseconds, effects go out. Every change of
 * state passes through {@link #enter}, which refuses what {@link PeerState#successors} does not list.
 */
final class Bully {
    /** After this many rounds in which lab members answered OK and nobody announced, their OK counts no more… */
    private static final int FRUITLESS_MAX = 3;
    /** …for this long, so that a broken node above us cannot keep the group without a leader. */
    private static final long OVERRULED_MS = 60_000;
    /** A newcomer above everyone waits this long, and 1 ms more for each member that its victory must be told to. */
    private static final int SETTLE_MIN_MS = 10;
    /** Lab members named in an ELECTION that asks the leader to announce itself to them. */
    private static final int ANNOUNCE_MAX = 64;

    private final Timing timing;
    private final Effects effects;
    private final Roster roster;
    private final LeaderWatch watch;
    private final Recheck recheck;
    /** Native members whose probes show that they follow us. */
    private final Set<Identity> attached = new HashSet<>();

    private PeerState state = PeerState.QUIESCENT;
    private @Nullable Identity leader;
    private @Nullable Identity reportedLeader;
    private @Nullable Identity silentLeader;
    private @Nullable Identity distrusted;
    private long distrustedUntilMs;
    private @Nullable Round round;
    private boolean roundAnnounces;
    private int fruitless;
    private long overruledUntilMs = Long.MIN_VALUE;

    Bully(Roster roster, Timing timing, RandomGenerator random, Effects effects) {
        this.roster = roster;
        this.timing = timing;
        this.effects = effects;
        this.watch = new LeaderWatch(timing, roster, random);
        this.recheck = new Recheck(roster, timing, effects);
    }

    PeerState state() {
        return state;
    }

    @Nullable
    Identity leader() {
        return leader;
    }

    private Identity self() {
        return roster.self().identity();
    }

    // ---- sentence 1: join, then an election

    /** The first election. A newcomer above everyone waits a little for a still higher one: its victory costs n. */
    void start(long nowMs) {
        int others = roster.size() - 1;
        if (others > 0 && !roster.hasAbove(self())) {
            effects.setTimer(PeerTimer.HOLD_BACK, Math.min(timing.settleMaxMs(), SETTLE_MIN_MS + others));
        } else {
            startElection("joined", false, nowMs);
        }
    }

    /** The GCD named members that we did not know: a leader shows itself to them. */
    void onNewcomers(List<Member> newcomers) {
        if (state == PeerState.LEADER) {
            newcomers.forEach(this::tellVictory);
        }
    }

    // ---- sentences 2 to 4: our own election

    private void startElection(String reason, boolean announces, long nowMs) {
        effects.forget(Purpose.ELECTION);
        effects.forget(Purpose.PROBE);
        effects.cancel(PeerTimer.VICTOR);
        effects.cancel(PeerTimer.HOLD_BACK);
        effects.cancel(PeerTimer.PROBE);
        boolean wasLeader = state == PeerState.LEADER;
        enter(PeerState.WAIT_OK);
        effects.report(EventKind.ELECTION_STARTED, Fact.of("reason", reason));
        // Only a leader that repeats its election for the sake of lab members goes on leading meanwhile, and may spare
        // the members that follow it already.
        if (!wasLeader || !announces) {
            leader = null;
            attached.clear();
        }
        roundAnnounces = announces;
        Round begun = new Round(roster.above(self()), roster);
        round = begun;
        askNext(begun, nowMs);
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
        return new Message.Election(roster.self(), roundAnnounces ? labMembers() : List.of(), roundAnnounces);
    }

    private List<Member> labMembers() {
        return roster.all().stream()
                .filter(member -> !member.isNative())
                .limit(ANNOUNCE_MAX)
                .toList();
    }

    private long okTimeoutMs(Member member) {
        if (member.identity().equals(silentLeader)) {
            // It was given its time before it was suspected.
            return member.isNative() ? timing.suspectOkTimeoutMs() : timing.labOkTimeoutMs() / 2;
        }
        return member.isNative() ? timing.okTimeoutMs() : timing.labOkTimeoutMs();
    }

    private void onElectionOk(Member by, Message.@Nullable View view, long nowMs) {
        Round current = round;
        if (current == null || !state.isElecting()) {
            return;
        }
        if (view == null && nowMs < overruledUntilMs) {
            onElectionFailed(by, NoAnswer.SILENT, nowMs);
            return;
        }
        Member told = view == null ? null : view.leader();
        if (told != null && isAcceptable(told, by, nowMs)) {
            follow(told, "ok_told", told.identity().equals(by.identity()), nowMs);
            return;
        }
        current.answered(by.identity(), view != null);
        leader = null;
        if (state == PeerState.WAIT_OK) {
            enter(PeerState.WAIT_VICTOR);
            effects.setTimer(PeerTimer.VICTOR, view == null ? timing.labVictorTimeoutMs() : timing.victorTimeoutMs());
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

    private void onElectionFailed(Member member, NoAnswer why, long nowMs) {
        roster.markUnreachable(member.identity());
        Round current = round;
        if (current == null || state != PeerState.WAIT_OK) {
            return;
        }
        current.failed(member.identity(), why);
        askNext(current, nowMs);
    }

    private void win(Round won, long nowMs) {
        String reason = !roster.hasAbove(self()) ? "highest" : won.hasTimedOut() ? "ok_timeout" : "no_higher_alive";
        enter(PeerState.LEADER);
        round = null;
        leader = self();
        fruitless = 0;
        silentLeader = null;
        reportLeader(self(), reason);
        for (Member member : roster.allDescending()) {
            if (!member.identity().equals(self()) && !attached.contains(member.identity())) {
                tellVictory(member);
            }
        }
        recheck.restart();
    }

    private void tellVictory(Member to) {
        Member self = roster.self();
        List<Member> members = to.isNative() ? List.of() : roster.upTo(self.identity());
        effects.add(new Effect.Tell(to, new Message.Coordinator(self, members)));
    }

    // ---- sentence 5: ELECTION

    /** @param request what to answer to */
    void onElection(long request, Message.Election election, long nowMs) {
        Member sender = election.sender();
        boolean isLab = sender == null || !sender.isNative();
        // Answer OK even in an election: silence would make the weaker peer declare itself.
        effects.add(new Effect.Answer(request, new Message.Ok(view(true, roster.arrivalCount()), List.of())));
        if (state.isElecting()) {
            roundAnnounces |= isLab || election.announce();
        } else if (state == PeerState.QUIESCENT || isLab || election.announce()) {
            startElection(isLab ? "lab_election" : "election_received", isLab || election.announce(), nowMs);
        }
        // A native asker has what it needs in the OK: a leader that is known is not put in question.
    }

    private Message.View view(boolean inStep, int position) {
        Member known = leader == null ? null : roster.get(leader);
        return new Message.View(roster.self(), state, known, inStep, position);
    }

    // ---- sentence 6: COORDINATOR

    void onCoordinator(Member victor, long nowMs) {
        Identity id = victor.identity();
        if (id.equals(self())) {
            return;
        }
        if (self().isHigherThan(id)) {
            // Whoever announced itself below us did not hear of us, or took us for dead.
            startElection("lower_leader", false, nowMs);
        } else {
            overruledUntilMs = Long.MIN_VALUE;
            follow(victor, "coordinator", true, nowMs);
        }
    }

    private void follow(Member victor, String reason, boolean heardItself, long nowMs) {
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
        if (state == PeerState.FOLLOWER && id.equals(leader)) {
            watch.heard(nowMs);
            return;
        }
        effects.forget(Purpose.ELECTION);
        effects.forget(Purpose.PROBE);
        // An answer that was meant for the look above a lower leader would start an election against this one.
        effects.forget(Purpose.RECHECK);
        effects.cancel(PeerTimer.VICTOR);
        effects.cancel(PeerTimer.HOLD_BACK);
        effects.cancel(PeerTimer.RECHECK);
        enter(PeerState.FOLLOWER);
        attached.clear();
        round = null;
        leader = id;
        fruitless = 0;
        silentLeader = null;
        reportLeader(id, reason);
        watch.follow(known, roster.countBetween(self(), id), nowMs);
        long delayMs = watch.nextDelayMs(nowMs);
        // What others say of a leader is checked at once.
        effects.setTimer(PeerTimer.PROBE, heardItself || watch.probesAsLab() ? delayMs : 0);
        if (!known.isNative()) {
            recheck.restart();
        }
    }

    private void reportLeader(Identity id, String reason) {
        if (!id.equals(reportedLeader)) {
            reportedLeader = id;
            effects.report(EventKind.LEADER_CHANGED, Fact.of("leader", id), Fact.of("reason", reason));
        }
    }

    // ---- sentence 7: PROBE

    /** @param request what to answer to */
    void onProbe(long request, Message.Probe probe, long nowMs) {
        Message.Sync sync = probe.probe();
        if (sync == null) {
            effects.add(new Effect.Answer(request, new Message.Ok(view(true, roster.arrivalCount()), List.of())));
            return;
        }
        if (state == PeerState.LEADER) {
            attached.add(sync.self().identity());
        }
        if (sync.digest() == roster.digest()) {
            effects.add(new Effect.Answer(request, new Message.Ok(view(true, roster.arrivalCount()), List.of())));
        } else {
            Roster.Page news = roster.arrivedSince(sync.position(), LeaderWatch.NEWS_MAX);
            effects.add(new Effect.Answer(request, new Message.Ok(view(false, news.next()), news.members())));
        }
    }

    private void onProbeTimer(long nowMs) {
        if (state != PeerState.FOLLOWER) {
            return;
        }
        if (watch.isSuspected(nowMs)) {
            silentLeader = leader;
            loseLeader("silent", nowMs);
            return;
        }
        refreshLeader();
        if (!watch.hasTooManyUnanswered()) {
            effects.ask(Purpose.PROBE, watch.leader(), watch.probe(), watch.probeTimeoutMs(), nowMs);
        }
        if (!watch.probesAsLab()) {
            effects.setTimer(PeerTimer.PROBE, watch.nextDelayMs(nowMs));
        }
    }

    private void refreshLeader() {
        Member known = leader == null ? null : roster.get(leader);
        if (known != null) {
            watch.refresh(known);
        }
    }

    private void onProbeOk(Message.Ok ok, long tookMs, long nowMs) {
        if (state != PeerState.FOLLOWER) {
            return;
        }
        watch.answered(ok, tookMs, nowMs);
        if (watch.probesAsLab()) {
            effects.setTimer(PeerTimer.PROBE, watch.nextDelayMs(nowMs));
        }
        Message.View view = ok.view();
        if (view == null) {
            return;
        }
        Member told = view.leader();
        boolean leads = told != null && told.identity().equals(leader);
        if (told != null && !leads && told.identity().isHigherThan(self())) {
            follow(told, "probe_told", false, nowMs);
        } else if (watch.hasNotLedForLong(leads, nowMs)) {
            loseLeader("stepped_down", nowMs);
        }
    }

    private void onProbeFailed(NoAnswer why, long nowMs) {
        if (state != PeerState.FOLLOWER) {
            return;
        }
        if (watch.isGone(why)) {
            silentLeader = why == NoAnswer.SILENT ? leader : null;
            loseLeader(why.word(), nowMs);
        } else if (watch.probesAsLab()) {
            effects.setTimer(PeerTimer.PROBE, watch.nextDelayMs(nowMs));
        }
    }

    private void loseLeader(String reason, long nowMs) {
        Identity lost = watch.leader().identity();
        effects.report(EventKind.LEADER_LOST, Fact.of("leader", lost), Fact.of("reason", reason));
        roster.markUnreachable(lost);
        reportedLeader = null;
        leader = null;
        effects.cancel(PeerTimer.PROBE);
        effects.forget(Purpose.PROBE);
        if (silentLeader == null) {
            distrusted = lost;
            distrustedUntilMs = nowMs + timing.distrustMs();
        }
        int betterPlaced = roster.countReachableNativesAbove(self());
        if (betterPlaced == 0) {
            startElection("leader_lost", false, nowMs);
        } else {
            enter(PeerState.QUIESCENT);
            long holdBackMs = Math.min(timing.holdBackMaxMs(), (long) betterPlaced * timing.holdBackStepMs());
            effects.setTimer(PeerTimer.HOLD_BACK, holdBackMs);
        }
    }

    /** The kept connection to a native member ended. */
    void onDisconnected(Identity member, long nowMs) {
        attached.remove(member);
        Round current = round;
        if (state == PeerState.FOLLOWER && member.equals(leader) && !watch.probesAsLab()) {
            loseLeader("connection_broken", nowMs);
        } else if (state == PeerState.WAIT_VICTOR && current != null && current.isAwaiting(member)) {
            roster.markUnreachable(member);
            startElection("victor_gone", roundAnnounces, nowMs);
        }
    }

    // ---- outcomes and timers

    void onOk(Asked asked, Message.Ok ok, long nowMs) {
        switch (asked.purpose()) {
            case ELECTION -> onElectionOk(asked.to(), ok.view(), nowMs);
            case PROBE -> onProbeOk(ok, nowMs - asked.atMs(), nowMs);
            case RECHECK -> onRecheckOk(ok.view(), nowMs);
        }
    }

    void onNoAnswer(Asked asked, NoAnswer why, long nowMs) {
        switch (asked.purpose()) {
            case ELECTION -> onElectionFailed(asked.to(), why, nowMs);
            case PROBE -> onProbeFailed(why, nowMs);
            case RECHECK -> roster.markUnreachable(asked.to().identity());
        }
    }

    private void onRecheckOk(Message.@Nullable View view, long nowMs) {
        if (leader == null || state.isElecting()) {
            return;
        }
        if (view == null && nowMs < overruledUntilMs) {
            return;
        }
        Member told = view == null ? null : view.leader();
        if (told != null && told.identity().isHigherThan(leader)) {
            follow(told, "higher_leader_found", false, nowMs);
        } else if (view == null || view.state() != PeerState.FEIGNING) {
            startElection("higher_member_alive", false, nowMs);
        }
    }

    void onTimer(PeerTimer timer, long nowMs) {
        switch (timer) {
            case VICTOR -> {
                if (++fruitless >= FRUITLESS_MAX) {
                    overruledUntilMs = nowMs + OVERRULED_MS;
                }
                startElection("no_coordinator", roundAnnounces, nowMs);
            }
            case HOLD_BACK -> startElection("held_back", false, nowMs);
            case PROBE -> onProbeTimer(nowMs);
            case RECHECK -> recheck.run(leader, nowMs);
            default -> throw new IllegalArgumentException("not an election timer: " + timer);
        }
    }

    // ---- sentence 8: feigned failure

    void feign() {
        enter(PeerState.FEIGNING);
        round = null;
        leader = null;
        reportedLeader = null;
        attached.clear();
    }

    /** @param knowsMembers false if the peer failed before it had joined: then JOIN comes first */
    void recover(boolean knowsMembers, long nowMs) {
        enter(PeerState.QUIESCENT);
        if (knowsMembers) {
            startElection("recovered", false, nowMs);
        }
    }

    private void enter(PeerState next) {
        if (!state.successors().contains(next)) {
            throw new IllegalStateException("no transition from " + state + " to " + next);
        }
        state = next;
    }
}
