package io.roundtable.simulation;

import io.roundtable.election.Effect;
import io.roundtable.election.NoAnswer;
import io.roundtable.election.PeerMachine;
import io.roundtable.election.PeerTimer;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.FeignMode;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A peer's machine as the simulator calls it; subclasses plant bugs into what goes in and what comes out. */
class Brain {
    final PeerMachine machine;

    Brain(PeerMachine machine) {
        this.machine = machine;
    }

    /** What comes out of the machine, whatever went in; here bugs change it. */
    List<Effect> out(List<Effect> effects) {
        return effects;
    }

    /** How long it waits until it closes what it accepted and ignores, milliseconds; 0 for never, as it ought to be. */
    long closesIgnoredAfterMs() {
        return 0;
    }

    /** How long a closed socket still takes in what comes. */
    long lingerMicros(long wanted) {
        return wanted;
    }

    /** The process was stopped, and goes on. */
    void backSince(long atMs) {
        machine.backSince(atMs);
    }

    PeerState state() {
        return machine.state();
    }

    @Nullable
    Identity leader() {
        return machine.leader();
    }

    final boolean isFeigning() {
        return machine.isFeigning();
    }

    final Identity self() {
        return machine.roster().self().identity();
    }

    List<Effect> start(long nowMs) {
        return out(machine.start(nowMs));
    }

    List<Effect> onJoined(List<Member> members, boolean keepsConnection, long nowMs) {
        return out(machine.onJoined(members, keepsConnection, nowMs));
    }

    List<Effect> onJoinRefused(String reason, long nowMs) {
        return out(machine.onJoinRefused(reason, nowMs));
    }

    List<Effect> onGcdLost(String reason, long nowMs) {
        return out(machine.onGcdLost(reason, nowMs));
    }

    List<Effect> onElection(long request, Message.Election election, long nowMs) {
        return out(machine.onElection(request, election, nowMs));
    }

    List<Effect> onProbe(long request, Message.Probe probe, long nowMs) {
        return out(machine.onProbe(request, probe, nowMs));
    }

    List<Effect> onCoordinator(Message.Coordinator coordinator, long nowMs) {
        return out(machine.onCoordinator(coordinator, nowMs));
    }

    List<Effect> onVictory(Message.Victory victory, long nowMs) {
        return out(machine.onVictory(victory, nowMs));
    }

    List<Effect> onOkApart(Message.Ok ok, long nowMs) {
        return out(machine.onOkApart(ok, nowMs));
    }

    List<Effect> onTold(long token, @Nullable NoAnswer why, long nowMs) {
        return out(machine.onTold(token, why, nowMs));
    }

    List<Effect> onNews(List<Member> members, long nowMs) {
        return out(machine.onNews(members, nowMs));
    }

    List<Effect> onOk(long token, Message.Ok ok, long nowMs) {
        return out(machine.onOk(token, ok, nowMs));
    }

    List<Effect> onNoAnswer(long token, NoAnswer why, long nowMs) {
        return out(machine.onNoAnswer(token, why, nowMs));
    }

    List<Effect> onDisconnected(Identity member, long nowMs) {
        return out(machine.onDisconnected(member, nowMs));
    }

    List<Effect> onTimer(PeerTimer timer, long generation, long nowMs) {
        return out(machine.onTimer(timer, generation, nowMs));
    }

    List<Effect> onFeignOrder(FeignMode how, long durationMs, long nowMs) {
        return out(machine.onFeignOrder(how, durationMs, nowMs));
    }

    List<Effect> onRecoverOrder(long nowMs) {
        return out(machine.onRecoverOrder(nowMs));
    }

    List<Effect> onReopened(Address address, long nowMs) {
        return out(machine.onReopened(address, nowMs));
    }
}
