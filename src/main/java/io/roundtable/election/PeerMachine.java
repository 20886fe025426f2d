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
    private final Roster roster;
    private final Bully bully;
    private final GcdLink gcd;
    private final @Nullable ChaosSchedule chaos;
    private long chaosDurationMs;
    private FeignMode mode = FeignMode.CLOSE;

    /** @param chaos when to feign failure; null for never */
    public PeerMachine(Member self, Timing timing, RandomGenerator random, @Nullable ChaosSchedule chaos) {
        this.roster = new Roster(self);
        this.bully = new Bully(roster, timing, random, effects);
        this.gcd = new GcdLink(roster, timing, effects);
        this.chaos = chaos;
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

    public boolean isFeigning() {
        return state() == PeerState.FEIGNING;
    }

    /** The listener is open: begin. */
    public List<Effect> start(long nowMs) {
        gcd.join(nowMs);
        scheduleChaos();
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
            if (roster.settle(member) || bully.isBack(member.identity())) {
                newcomers.add(member);
            }
        }
        boolean first = !gcd.hasJoined();
        gcd.joined(keepsConnection, roster.size(), nowMs);
        if (first) {
            bully.start(nowMs);
        } else {
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

    public List<Effect> onCoordinator(Message.Coordinator coordinator, long nowMs) {
        if (!isFeigning()) {
            learn(coordinator.members());
            bully.onCoordinator(coordinator.leader(), nowMs);
        }
        return effects.drain();
    }

    /** A victory without an address counts if the victor is known. */
    public List<Effect> onVictory(Message.Victory victory, long nowMs) {
        Member victor = roster.get(victory.leader());
        if (!isFeigning() && victor != null) {
            bully.onCoordinator(victor, nowMs);
        }
        return effects.drain();
    }

    public List<Effect> onOk(long token, Message.Ok ok, long nowMs) {
        Asked asked = effects.take(token);
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
        Asked asked = effects.take(token);
        if (asked != null && !isFeigning()) {
            bully.onNoAnswer(asked, why, nowMs);
        }
        return effects.drain();
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
                case FEIGN -> beginFeigning(mode, chaosDurationMs);
                case RECOVER -> recover(nowMs);
                default -> bully.onTimer(timer, nowMs);
            }
        }
        return effects.drain();
    }

    /** Begins to feign failure; a peer that does already goes on in its way, for the new time. */
    public List<Effect> onFeignOrder(FeignMode how, long durationMs, long nowMs) {
        beginFeigning(how, durationMs);
        return effects.drain();
    }

    /** Ends a feigned failure; nothing happens without one. */
    public List<Effect> onRecoverOrder(long nowMs) {
        recover(nowMs);
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
        backAgain(nowMs);
        return effects.drain();
    }

    private void scheduleChaos() {
        if (chaos != null) {
            ChaosSchedule.Failure next = chaos.next();
            mode = next.mode();
            chaosDurationMs = next.durationMs();
            effects.setTimer(PeerTimer.FEIGN, next.afterMs());
        }
    }

    /** @param durationMs 0 until ordered to recover */
    private void beginFeigning(FeignMode how, long durationMs) {
        if (isFeigning()) {
            effects.cancel(PeerTimer.RECOVER);
            setRecoverTimer(durationMs);
            return;
        }
        effects.report(EventKind.FEIGNING, Fact.of("mode", how), Fact.of("for_ms", durationMs));
        effects.cancelAll();
        bully.feign();
        mode = how;
        if (how == FeignMode.CLOSE) {
            effects.add(new Effect.CloseSockets());
        }
        setRecoverTimer(durationMs);
    }

    private void setRecoverTimer(long durationMs) {
        if (durationMs > 0) {
            effects.setTimer(PeerTimer.RECOVER, durationMs);
        }
    }

    private void recover(long nowMs) {
        if (!isFeigning()) {
            return;
        }
        effects.cancel(PeerTimer.RECOVER);
        if (mode == FeignMode.CLOSE) {
            effects.add(new Effect.OpenListener());
        } else {
            backAgain(nowMs);
        }
    }

    private void backAgain(long nowMs) {
        effects.report(EventKind.RECOVERED);
        bully.recover(gcd.hasJoined(), nowMs);
        gcd.joinAgain(nowMs);
        scheduleChaos();
    }
}
