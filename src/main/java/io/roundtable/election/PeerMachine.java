package io.roundtable.election;

import io.roundtable.chaos.ChaosSchedule;
import io.roundtable.election.Effects.Asked;
import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.FeignMode;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import io.roundtable.protocol.Sighting;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one peer decides: joining, electing, probing, feigning. Sans I/O and without a clock: the same inputs
 * give the same effects, in the program and in the simulator.
 *
 * <p>Times are milliseconds of a clock that stands still while the process does not run. Not thread-safe.
 */
public final class PeerMachine {
    private final Effects effects = new Effects();
    private final Timing timing;
    private final Roster roster;
    private final Bully bully;
    private final GcdLink gcd;
    private final Sightings sightings = new Sightings();
    private final Feigning feigning;
    /** Has announced itself, and nobody has told us where it is; until somebody else does. */
    private @Nullable Identity unknownVictor;

    private long unknownVictorUntilMs;

    /** @param chaos when to feign failure; null for never */
    public PeerMachine(Member self, Timing timing, RandomGenerator random, @Nullable ChaosSchedule chaos) {
        this.timing = timing;
        this.roster = new Roster(self);
        this.bully = new Bully(roster, timing, random, effects);
        this.gcd = new GcdLink(roster, timing, effects);
        this.feigning = new Feigning(bully, gcd, effects, chaos);
    }

    public PeerState state() {
        return bully.state();
    }

    public @Nullable Identity leader() {
        return bully.leader();
    }

    public Roster roster() {
        return roster;
    }

    /** What this peer last saw of lab members. */
    public List<Sighting> sightings(long nowMs) {
        effects.unansweredProbesSinceMs().forEach((member, sinceMs) -> {
            if (nowMs - sinceMs >= timing.labOkTimeoutMs()) {
                sightings.silent(member, sinceMs);
            }
        });
        return sightings.all(roster, nowMs);
    }

    public boolean isFeigning() {
        return state() == PeerState.FEIGNING;
    }

    /** The listener is open: begin. */
    public List<Effect> start(long nowMs) {
        gcd.join(nowMs);
        feigning.scheduleChaos();
        return effects.drain();
    }

    // ---- the GCD

    /** @param keepsConnection whether the GCD is a native one */
    public List<Effect> onJoined(List<Member> members, boolean keepsConnection, long nowMs) {
        if (isFeigning()) {
            return effects.drain();
        }
        List<Member> newcomers = new ArrayList<>();
        for (Member member : members) {
            // Who moved is a newcomer too: its new process knows no leader.
            boolean mayKnowNobody = gcd.isLost() && bully.isBelow(member);
            if (roster.settle(member) || bully.isBack(member.identity()) || mayKnowNobody) {
                newcomers.add(member);
            }
            roster.settleYear(member);
        }
        boolean first = !gcd.hasJoined();
        gcd.joined(keepsConnection, roster.size(), nowMs);
        if (first) {
            bully.start(nowMs);
        } else {
            bully.onNewcomers(newcomers, nowMs);
        }
        Member victor = unknownVictor == null ? null : roster.get(unknownVictor);
        if (victor != null && nowMs <= unknownVictorUntilMs) {
            onLabVictor(victor, nowMs);
        }
        return effects.drain();
    }

    /** The GCD tells of lab members that have just joined; of native ones their own messages do. */
    public List<Effect> onNews(List<Member> members, long nowMs) {
        if (!isFeigning()) {
            List<Member> newcomers = new ArrayList<>();
            for (Member member : members) {
                if (roster.settle(member)) {
                    reportLearned(member);
                    newcomers.add(member);
                }
                roster.settleYear(member);
            }
            bully.onNewcomers(newcomers, nowMs);
        }
        return effects.drain();
    }

    public List<Effect> onJoinRefused(String reason, long nowMs) {
        if (!isFeigning()) {
            gcd.refused(reason);
        }
        return effects.drain();
    }

    /** No answer to JOIN, or the kept connection to the GCD ended. */
    public List<Effect> onGcdLost(String reason, long nowMs) {
        if (!isFeigning()) {
            gcd.lost(reason, nowMs);
        }
        return effects.drain();
    }

    // ---- other peers

    /** @param request the number that {@link Effect.Answer} refers to */
    public List<Effect> onElection(long request, Message.Election election, long nowMs) {
        if (!isFeigning()) {
            settleSender(election.sender());
            learn(election.members());
            bully.onElection(request, election, nowMs);
        }
        return effects.drain();
    }

    /** @param request the number that {@link Effect.Answer} refers to */
    public List<Effect> onProbe(long request, Message.Probe probe, long nowMs) {
        if (!isFeigning()) {
            Message.Sync sync = probe.probe();
            List<Member> newcomers = new ArrayList<>();
            if (sync != null) {
                settleSender(sync.self());
                // Lists that are compared page by page would flood the log; news by ELECTION is reported.
                sync.members().stream().filter(roster::learn).forEach(newcomers::add);
            }
            bully.onProbe(request, probe, nowMs);
            // A follower heard of them from the GCD before we did: nobody else tells them who leads.
            bully.onNewcomers(newcomers, nowMs);
        }
        return effects.drain();
    }

    /** This process was stopped until then: what others said of the leader meanwhile was right. */
    public void backSince(long atMs) {
        bully.backSince(atMs);
    }

    public List<Effect> onCoordinator(Message.Coordinator coordinator, long nowMs) {
        if (isFeigning()) {
            return effects.drain();
        }
        unknownVictor = null;
        learn(coordinator.members());
        Member leader = coordinator.leader();
        if (leader.isNative()) {
            bully.onCoordinator(leader, nowMs);
        } else if (coordinator.members().size() <= 1) {
            onLabVictor(leader, nowMs);
        } else {
            bully.onLabList(coordinator.members(), nowMs);
        }
        return effects.drain();
    }

    /** A victory without an address; of a victor that nobody has told us of, the GCD is asked. */
    public List<Effect> onVictory(Message.Victory victory, long nowMs) {
        if (!isFeigning()) {
            Member victor = roster.get(victory.leader());
            if (victor != null) {
                onLabVictor(victor, nowMs);
            } else {
                boolean isAskedFor = victory.leader().equals(unknownVictor) && gcd.isAsking();
                unknownVictor = victory.leader();
                unknownVictorUntilMs = nowMs + timing.labVictorTimeoutMs();
                if (!isAskedFor) {
                    gcd.askAgain(nowMs);
                }
            }
        }
        return effects.drain();
    }

    private void onLabVictor(Member victor, long nowMs) {
        unknownVictor = null;
        sightings.alive(victor.identity(), nowMs);
        bully.onLabVictor(victor, nowMs);
    }

    /** An OK on a connection that its sender made: some lab nodes answer so, and do not say who they are. */
    public List<Effect> onOkApart(Message.Ok ok, long nowMs) {
        if (!isFeigning()) {
            learn(ok.members());
            Member by = bully.onOkApart(nowMs);
            effects.add(new Effect.OkApart(by == null ? null : by.identity()));
            if (by != null) {
                sightings.alive(by.identity(), nowMs);
            }
        }
        return effects.drain();
    }

    /**
     * What a lab member was to be told has been written, or could not be.
     *
     * @param why null if it was
     */
    public List<Effect> onTold(long token, @Nullable NoAnswer why, long nowMs) {
        Identity member = effects.labMember(token);
        effects.over(token, nowMs);
        if (member != null && !isFeigning()) {
            if (why == null) {
                sightings.accepted(member, nowMs);
            } else if (why == NoAnswer.REFUSED) {
                sightings.gone(member, nowMs);
                roster.markUnreachable(member);
            }
        }
        return effects.drain();
    }

    public List<Effect> onOk(long token, Message.Ok ok, long nowMs) {
        seen(token, null, nowMs);
        Asked asked = effects.take(token, nowMs);
        if (asked == null || isFeigning()) {
            return effects.drain();
        }
        Member to = asked.to();
        Message.View view = ok.view();
        if (view != null && !view.self().identity().equals(to.identity())) {
            // Another peer sits at that address now; an OK from it says nothing about the one we asked.
            roster.drop(to.identity());
            settleSender(view.self());
            bully.onNoAnswer(asked, NoAnswer.REFUSED, nowMs);
            return effects.drain();
        }
        roster.markReachable(to.identity());
        if (view != null) {
            roster.settle(view.self());
        }
        boolean fromLeader = to.identity().equals(leader());
        for (Member member : ok.members()) {
            if (fromLeader) {
                roster.settle(member);
            } else {
                roster.learn(member);
            }
        }
        bully.onOk(asked, ok, nowMs);
        return effects.drain();
    }

    public List<Effect> onNoAnswer(long token, NoAnswer why, long nowMs) {
        seen(token, why, nowMs);
        Asked asked = effects.take(token, nowMs);
        if (asked != null && !isFeigning()) {
            bully.onNoAnswer(asked, why, nowMs);
        }
        return effects.drain();
    }

    /** @param why null for an answer */
    private void seen(long token, @Nullable NoAnswer why, long nowMs) {
        Identity member = effects.labMember(token);
        if (member == null) {
            return;
        }
        if (why == null) {
            sightings.alive(member, nowMs);
        } else if (why == NoAnswer.REFUSED) {
            sightings.gone(member, nowMs);
        } else if (why == NoAnswer.SILENT) {
            sightings.silent(member, nowMs);
        }
    }

    /** The last kept connection to a native member ended. */
    public List<Effect> onDisconnected(Identity member, long nowMs) {
        if (!isFeigning()) {
            bully.onDisconnected(member, nowMs);
            if (gcd.isBackSince(nowMs) && bully.isBack(member)) {
                bully.onNewcomers(List.of(Objects.requireNonNull(roster.get(member))), nowMs);
            }
        }
        return effects.drain();
    }

    private void settleSender(@Nullable Member sender) {
        if (sender != null) {
            if (roster.settle(sender)) {
                reportLearned(sender);
            }
            roster.markReachable(sender.identity());
        }
    }

    private void learn(List<Member> members) {
        for (Member member : members) {
            if (roster.learn(member)) {
                reportLearned(member);
            }
        }
    }

    private void reportLearned(Member member) {
        effects.report(
                EventKind.MEMBER_LEARNED, Fact.of("member", member.identity()), Fact.of("address", member.address()));
    }

    // ---- timers and feigned failure

    public List<Effect> onTimer(PeerTimer timer, long generation, long nowMs) {
        if (effects.fires(timer, generation)) {
            switch (timer) {
                case REJOIN -> gcd.join(nowMs);
                case LANES -> effects.sendDue(nowMs);
                case FEIGN -> feigning.beginChaos();
                case RECOVER -> feigning.recover(nowMs);
                default -> bully.onTimer(timer, nowMs);
            }
        }
        return effects.drain();
    }

    /** Begins to feign failure; a peer that does already goes on in its way, for the new time. */
    public List<Effect> onFeignOrder(FeignMode how, long durationMs, long nowMs) {
        feigning.begin(how, durationMs);
        return effects.drain();
    }

    /** Ends a feigned failure; nothing happens without one. */
    public List<Effect> onRecoverOrder(long nowMs) {
        feigning.recover(nowMs);
        return effects.drain();
    }

    /** The listener is open again, perhaps elsewhere. */
    public List<Effect> onReopened(Address address, long nowMs) {
        if (!isFeigning()) {
            // The end of the failure and an order to recover may both have asked for the listener.
            return effects.drain();
        }
        if (!roster.self().address().equals(address)) {
            roster.moveSelf(address);
        }
        feigning.backAgain(nowMs);
        return effects.drain();
    }
}
