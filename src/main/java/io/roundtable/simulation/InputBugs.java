package io.roundtable.simulation;

import io.roundtable.election.Effect;
import io.roundtable.election.NoAnswer;
import io.roundtable.election.PeerMachine;
import io.roundtable.election.PeerTimer;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Peers that misunderstand what comes in; see {@link PlantedBug}. */
final class InputBugs {
    private InputBugs() {}

    /** Follows a lower leader as if its machine did. */
    static class ObeysAnybody extends Brain {
        private @Nullable Identity obeyed;

        ObeysAnybody(PeerMachine machine) {
            super(machine);
        }

        boolean isObeyed(Identity victor) {
            return self().isHigherThan(victor);
        }

        @Override
        List<Effect> onCoordinator(Message.Coordinator coordinator, long nowMs) {
            Identity victor = coordinator.leader().identity();
            if (!isFeigning() && isObeyed(victor)) {
                obeyed = victor;
                return List.of();
            }
            obeyed = null;
            return super.onCoordinator(coordinator, nowMs);
        }

        @Override
        PeerState state() {
            return obeyed == null || isFeigning() ? super.state() : PeerState.FOLLOWER;
        }

        @Override
        @Nullable
        Identity leader() {
            return obeyed == null || isFeigning() ? super.leader() : obeyed;
        }
    }

    /** The same towards those with the greater id, and asks only them. */
    static final class ComparesIds extends ObeysAnybody {
        ComparesIds(PeerMachine machine) {
            super(machine);
        }

        @Override
        boolean isObeyed(Identity victor) {
            return super.isObeyed(victor) && victor.id() > self().id();
        }

        @Override
        List<Effect> out(List<Effect> effects) {
            List<Effect> all = new ArrayList<>();
            for (Effect effect : effects) {
                boolean skipped = effect instanceof Effect.Ask ask
                        && ask.message() instanceof Message.Election
                        && ask.to().identity().id() < self().id();
                if (skipped) {
                    all.addAll(onNoAnswer(((Effect.Ask) effect).token(), NoAnswer.REFUSED, 0));
                } else {
                    all.add(effect);
                }
            }
            return all;
        }
    }

    static final class ObeysStaleTimers extends Brain {
        private final Map<PeerTimer, Long> newest = new EnumMap<>(PeerTimer.class);

        ObeysStaleTimers(PeerMachine machine) {
            super(machine);
        }

        @Override
        List<Effect> out(List<Effect> effects) {
            for (Effect effect : effects) {
                if (effect instanceof Effect.SetTimer set) {
                    newest.put(set.timer(), set.generation());
                }
            }
            return effects;
        }

        @Override
        List<Effect> onTimer(PeerTimer timer, long generation, long nowMs) {
            return super.onTimer(timer, newest.getOrDefault(timer, generation), nowMs);
        }
    }

    static final class ProbesOnce extends Brain {
        ProbesOnce(PeerMachine machine) {
            super(machine);
        }

        @Override
        List<Effect> onTimer(PeerTimer timer, long generation, long nowMs) {
            List<Effect> effects = super.onTimer(timer, generation, nowMs);
            if (timer != PeerTimer.PROBE || state() != PeerState.FOLLOWER) {
                return effects;
            }
            List<Effect> left = new ArrayList<>(effects);
            left.removeIf(effect -> effect instanceof Effect.SetTimer set && set.timer() == PeerTimer.PROBE);
            return left;
        }
    }

    static final class IgnoresLoss extends Brain {
        private final Map<Long, Boolean> probes = new HashMap<>();

        IgnoresLoss(PeerMachine machine) {
            super(machine);
        }

        @Override
        List<Effect> out(List<Effect> effects) {
            for (Effect effect : effects) {
                if (effect instanceof Effect.Ask ask && ask.message() instanceof Message.Probe) {
                    probes.put(ask.token(), true);
                }
            }
            return effects;
        }

        @Override
        List<Effect> onNoAnswer(long token, NoAnswer why, long nowMs) {
            return probes.containsKey(token) ? List.of() : super.onNoAnswer(token, why, nowMs);
        }

        @Override
        List<Effect> onDisconnected(Identity member, long nowMs) {
            return List.of();
        }

        @Override
        List<Effect> onTimer(PeerTimer timer, long generation, long nowMs) {
            // Time stands still for the suspicion too.
            return super.onTimer(timer, generation, timer == PeerTimer.PROBE ? 0 : nowMs);
        }
    }

    static final class CountsLostOks extends Brain {
        private final Map<Long, Member> asked = new HashMap<>();

        CountsLostOks(PeerMachine machine) {
            super(machine);
        }

        @Override
        List<Effect> out(List<Effect> effects) {
            for (Effect effect : effects) {
                if (effect instanceof Effect.Ask ask && ask.message() instanceof Message.Election) {
                    asked.put(ask.token(), ask.to());
                }
            }
            return effects;
        }

        @Override
        List<Effect> onNoAnswer(long token, NoAnswer why, long nowMs) {
            Member to = asked.get(token);
            if (to == null) {
                return super.onNoAnswer(token, why, nowMs);
            }
            Message.View view = new Message.View(to, PeerState.WAIT_OK, null, true, 0);
            return super.onOk(token, new Message.Ok(view, List.of()), nowMs);
        }
    }

    static final class RecoversQuietly extends Brain {
        private boolean recovering;

        RecoversQuietly(PeerMachine machine) {
            super(machine);
        }

        @Override
        List<Effect> out(List<Effect> effects) {
            boolean recovers = recovering && !isFeigning();
            recovering = isFeigning();
            if (!recovers) {
                return effects;
            }
            List<Effect> left = new ArrayList<>(effects);
            left.removeIf(effect -> effect instanceof Effect.Ask || effect instanceof Effect.Tell);
            return left;
        }
    }

    static final class AnswersWhileFeigning extends Brain {
        AnswersWhileFeigning(PeerMachine machine) {
            super(machine);
        }

        @Override
        List<Effect> onOk(long token, Message.Ok ok, long nowMs) {
            List<Effect> effects = super.onOk(token, ok, nowMs);
            return isFeigning() ? List.of(new Effect.Answer(token, Message.Ok.BARE)) : effects;
        }
    }

    static final class LearnsNothing extends Brain {
        LearnsNothing(PeerMachine machine) {
            super(machine);
        }

        @Override
        List<Effect> onElection(long request, Message.Election election, long nowMs) {
            return super.onElection(request, new Message.Election(null, List.of(), election.announce()), nowMs);
        }

        @Override
        List<Effect> onProbe(long request, Message.Probe probe, long nowMs) {
            return super.onProbe(request, Message.Probe.BARE, nowMs);
        }
    }

    static final class ClingsToOffice extends Brain {
        ClingsToOffice(PeerMachine machine) {
            super(machine);
        }

        @Override
        List<Effect> onCoordinator(Message.Coordinator coordinator, long nowMs) {
            return state() == PeerState.LEADER ? List.of() : super.onCoordinator(coordinator, nowMs);
        }

        @Override
        List<Effect> onTimer(PeerTimer timer, long generation, long nowMs) {
            return timer == PeerTimer.RECHECK ? List.of() : super.onTimer(timer, generation, nowMs);
        }
    }

    static final class ConfusesOutcomes extends Brain {
        private long before;

        ConfusesOutcomes(PeerMachine machine) {
            super(machine);
        }

        @Override
        List<Effect> onNoAnswer(long token, NoAnswer why, long nowMs) {
            long confused = before == 0 ? token : before;
            before = token;
            return super.onNoAnswer(confused, why, nowMs);
        }
    }
}
