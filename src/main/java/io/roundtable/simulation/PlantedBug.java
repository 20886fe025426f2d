package io.roundtable.simulation;

import io.roundtable.election.Effect;
import io.roundtable.election.PeerMachine;
import io.roundtable.election.PeerTimer;
import io.roundtable.protocol.Message;
import io.roundtable.simulation.SimulationOptions.Mix;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * Mistakes that people make with this protocol, each planted around the machine of every peer; that the simulator finds
 * each of them shows that it can find such mistakes in the machine itself.
 */
public enum PlantedBug {
    /** Sentence 5: an OK is sent only if no election is in progress. */
    OK_ONLY_WHEN_IDLE(Mix.NATIVE, dropping((brain, effect) -> effect instanceof Effect.Answer && brain.wasElecting())),
    /** Sentence 6: whoever announces itself is obeyed, higher or not. */
    LOWER_COORDINATOR_OBEYED(Mix.NATIVE, InputBugs.ObeysAnybody::new),
    /** Words: members are compared by id, without the days. */
    HIGHEST_BY_ID_ONLY(Mix.NATIVE, InputBugs.ComparesIds::new),
    /** Sentence 4: a COORDINATOR that never comes is awaited forever. */
    NO_VICTOR_TIMEOUT(Mix.NATIVE, dropping((brain, effect) -> isTimer(effect, PeerTimer.VICTOR))),
    /** A timer that was cancelled or set again is obeyed when it fires. */
    STALE_TIMERS_OBEYED(Mix.NATIVE, InputBugs.ObeysStaleTimers::new),
    /** Sentence 7: the leader is not probed. */
    PROBE_NEVER_SENT(Mix.NATIVE, dropping((brain, effect) -> isAsk(effect, Message.Probe.class))),
    /** Sentence 7: only the first PROBE to a leader is sent. */
    PROBE_TIMER_NOT_SET_AGAIN(Mix.NATIVE, InputBugs.ProbesOnce::new),
    /** Sentence 7: that a leader does not answer means nothing. */
    LOST_LEADER_IGNORED(Mix.NATIVE, InputBugs.IgnoresLoss::new),
    /** Sentence 3: the winner tells native members only. */
    WINNER_SKIPS_LAB(
            Mix.MIXED,
            dropping((brain, effect) ->
                    effect instanceof Effect.Tell tell && !tell.to().isNative())),
    /** Sentence 3: the winner tells nobody. */
    WINNER_IS_SILENT(Mix.MIXED, dropping((brain, effect) -> effect instanceof Effect.Tell)),
    /** Sentence 3: who does not answer ELECTION is taken for somebody who did. */
    LOST_OK_COUNTED(Mix.NATIVE, InputBugs.CountsLostOks::new),
    /** Sentence 8: recovery starts no election. */
    RECOVERY_WITHOUT_ELECTION(Mix.NATIVE, InputBugs.RecoversQuietly::new),
    /** Sentence 8: a peer that ignores all that comes in answers still. */
    ANSWERS_WHILE_FEIGNING(Mix.NATIVE, InputBugs.AnswersWhileFeigning::new),
    /** Two halves of a split group never look for each other. */
    NEVER_LOOKS_UP(Mix.NATIVE, dropping((brain, effect) -> isTimer(effect, PeerTimer.RECHECK))),
    /** Who waits for a higher one to act first waits forever. */
    HOLDS_BACK_FOREVER(Mix.NATIVE, dropping((brain, effect) -> isTimer(effect, PeerTimer.HOLD_BACK))),
    /** Sentence 5: members are not merged from what others say. */
    MEMBERS_NOT_MERGED(Mix.NATIVE, InputBugs.LearnsNothing::new),
    /** A leader does not step down for a higher one. */
    LEADER_CLINGS(Mix.NATIVE, InputBugs.ClingsToOffice::new),
    /** The outcome of one request is taken for that of another. */
    OUTCOMES_CONFUSED(Mix.NATIVE, InputBugs.ConfusesOutcomes::new);

    private final Mix mix;

    @SuppressWarnings("ImmutableEnumChecker") // Constructors without any state.
    private final Function<PeerMachine, Brain> planting;

    PlantedBug(Mix mix, Function<PeerMachine, Brain> planting) {
        this.mix = mix;
        this.planting = planting;
    }

    /** The group in which it shows. */
    public Mix mix() {
        return mix;
    }

    Brain plant(PeerMachine machine) {
        return planting.apply(machine);
    }

    private static Function<PeerMachine, Brain> dropping(BiPredicate<OutputBug, Effect> dropped) {
        return machine -> new OutputBug(machine, dropped);
    }

    private static boolean isTimer(Effect effect, PeerTimer timer) {
        return effect instanceof Effect.SetTimer set && set.timer() == timer;
    }

    private static boolean isAsk(Effect effect, Class<? extends Message> kind) {
        return effect instanceof Effect.Ask ask && kind.isInstance(ask.message());
    }
}
