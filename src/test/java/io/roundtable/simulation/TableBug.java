package io.roundtable.simulation;

import io.roundtable.election.Effect;
import io.roundtable.election.NoAnswer;
import io.roundtable.election.PeerMachine;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** What peers once did to Python nodes, or might: each planted around the machine of every peer of ours at a table. */
enum TableBug {
    /** Whoever is highest on the list of a COORDINATOR leads, dead or alive. */
    FOLLOWS_HIGHEST_NAMED(FollowsHighestNamed::new),
    /** A list makes a dead member alive again. */
    LIST_REVIVES_THE_DEAD(RevivesTheDead::new),
    /** An unanswered PROBE is closed after a second. */
    CLOSES_UNANSWERED_PROBES(ClosesProbes::new),
    /** One that was not answered in a second is followed by another one. */
    PROBES_AGAIN(ProbesAgain::new),
    /** COORDINATOR to everybody for every ELECTION of a lab node. */
    ANNOUNCES_FOR_EVERY_QUESTION(AnnouncesAlways::new),
    /** Lab nodes are told again who leads for as long as the group lives. */
    NEVER_COMES_TO_REST(NeverRests::new),
    /** Whoever ignores closes what it accepted in silence. */
    CLOSES_WHILE_IGNORING(ClosesWhileIgnoring::new),
    /** Sockets are closed at once: what comes late is answered with a reset. */
    RESETS_LATE_ANSWERS(ResetsLateAnswers::new),
    /** Everybody is spoken to in the words of f19. */
    SPEAKS_ONE_YEAR(SpeaksOneYear::new),
    /** A victory that says no address is dropped. */
    DROPS_BARE_VICTORY(DropsBareVictory::new),
    /** Who closes a question is taken for dead. */
    CLOSERS_ARE_DEAD(ClosersAreDead::new),
    /** Whoever took over while it was stopped is blamed for it. */
    IGNORES_ITS_ABSENCE(IgnoresItsAbsence::new);

    @SuppressWarnings("ImmutableEnumChecker") // Constructors without any state.
    private final Function<PeerMachine, Brain> planting;

    TableBug(Function<PeerMachine, Brain> planting) {
        this.planting = planting;
    }

    Brain plant(PeerMachine machine) {
        return planting.apply(machine);
    }

    private static final class FollowsHighestNamed extends Brain {
        FollowsHighestNamed(PeerMachine machine) {
            super(machine);
        }

        @Override
        List<Effect> onCoordinator(Message.Coordinator coordinator, long nowMs) {
            Member highest = coordinator.members().stream()
                    .max(Comparator.comparing(Member::identity))
                    .orElse(coordinator.leader());
            return coordinator.leader().isNative()
                    ? super.onCoordinator(coordinator, nowMs)
                    : super.onCoordinator(new Message.Coordinator(highest, List.of(highest)), nowMs);
        }
    }

    private static final class RevivesTheDead extends Brain {
        RevivesTheDead(PeerMachine machine) {
            super(machine);
        }

        @Override
        List<Effect> onCoordinator(Message.Coordinator coordinator, long nowMs) {
            coordinator.members().forEach(each -> machine.roster().markReachable(each.identity()));
            return super.onCoordinator(coordinator, nowMs);
        }

        /** That it refused the connection is forgotten, too. */
        @Override
        List<Effect> onNoAnswer(long token, NoAnswer why, long nowMs) {
            return super.onNoAnswer(token, why == NoAnswer.REFUSED ? NoAnswer.SILENT : why, nowMs);
        }
    }

    private static final class ClosesProbes extends Brain {
        ClosesProbes(PeerMachine machine) {
            super(machine);
        }

        @Override
        List<Effect> out(List<Effect> effects) {
            List<Effect> all = new ArrayList<>();
            for (Effect effect : effects) {
                boolean waits = effect instanceof Effect.Ask ask && ask.timeoutMs() == 0;
                all.add(waits ? limited((Effect.Ask) effect) : effect);
            }
            return all;
        }

        private static Effect.Ask limited(Effect.Ask ask) {
            return new Effect.Ask(ask.token(), ask.to(), ask.message(), 1_000);
        }
    }

    private static final class ProbesAgain extends Brain {
        private static final long OWN_TOKENS = 1_000_000;
        private long own = OWN_TOKENS;

        ProbesAgain(PeerMachine machine) {
            super(machine);
        }

        @Override
        List<Effect> out(List<Effect> effects) {
            List<Effect> all = new ArrayList<>();
            for (Effect effect : effects) {
                all.add(effect);
                if (effect instanceof Effect.Ask ask && ask.timeoutMs() == 0) {
                    all.add(new Effect.Ask(++own, ask.to(), ask.message(), 0));
                }
            }
            return all;
        }

        @Override
        List<Effect> onOk(long token, Message.Ok ok, long nowMs) {
            return token > OWN_TOKENS ? List.of() : super.onOk(token, ok, nowMs);
        }

        @Override
        List<Effect> onNoAnswer(long token, NoAnswer why, long nowMs) {
            return token > OWN_TOKENS ? List.of() : super.onNoAnswer(token, why, nowMs);
        }
    }

    private static class AnnouncesAlways extends Brain {
        AnnouncesAlways(PeerMachine machine) {
            super(machine);
        }

        @Override
        List<Effect> onElection(long request, Message.Election election, long nowMs) {
            List<Effect> all = new ArrayList<>(super.onElection(request, election, nowMs));
            if (state() == PeerState.LEADER) {
                all.addAll(announcements());
            }
            return all;
        }

        final List<Effect> announcements() {
            Member self = machine.roster().self();
            List<Member> members = machine.roster().upTo(self.identity());
            List<Effect> all = new ArrayList<>();
            for (Member each : machine.roster().all()) {
                if (!each.isNative()) {
                    all.add(new Effect.Tell(0, each, new Message.Coordinator(self, members)));
                }
            }
            return all;
        }
    }

    private static final class NeverRests extends AnnouncesAlways {
        private long toldAtMs;

        NeverRests(PeerMachine machine) {
            super(machine);
        }

        @Override
        List<Effect> onElection(long request, Message.Election election, long nowMs) {
            return out(machine.onElection(request, election, nowMs));
        }

        @Override
        List<Effect> onProbe(long request, Message.Probe probe, long nowMs) {
            List<Effect> all = new ArrayList<>(super.onProbe(request, probe, nowMs));
            if (state() == PeerState.LEADER && nowMs - toldAtMs > 25_000) {
                toldAtMs = nowMs;
                announcements().stream().findFirst().ifPresent(all::add);
            }
            return all;
        }
    }

    private static final class ClosesWhileIgnoring extends Brain {
        ClosesWhileIgnoring(PeerMachine machine) {
            super(machine);
        }

        @Override
        long closesIgnoredAfterMs() {
            return 2_100;
        }
    }

    private static final class ResetsLateAnswers extends Brain {
        ResetsLateAnswers(PeerMachine machine) {
            super(machine);
        }

        @Override
        long lingerMicros(long wanted) {
            return 0;
        }
    }

    private static final class SpeaksOneYear extends Brain {
        SpeaksOneYear(PeerMachine machine) {
            super(machine);
        }

        @Override
        List<Effect> out(List<Effect> effects) {
            List<Effect> all = new ArrayList<>();
            for (Effect effect : effects) {
                if (effect instanceof Effect.Ask ask && !ask.to().isNative()) {
                    all.add(new Effect.Ask(ask.token(), ask.to().as(Dialect.LAB), ask.message(), ask.timeoutMs()));
                } else if (effect instanceof Effect.Tell tell && !tell.to().isNative()) {
                    all.add(new Effect.Tell(tell.token(), tell.to().as(Dialect.LAB), tell.message()));
                } else {
                    all.add(effect);
                }
            }
            return all;
        }
    }

    private static final class DropsBareVictory extends Brain {
        DropsBareVictory(PeerMachine machine) {
            super(machine);
        }

        @Override
        List<Effect> onVictory(Message.Victory victory, long nowMs) {
            return List.of();
        }
    }

    private static final class IgnoresItsAbsence extends Brain {
        IgnoresItsAbsence(PeerMachine machine) {
            super(machine);
        }

        @Override
        void backSince(long atMs) {
            // It thinks that it was there.
        }
    }

    private static final class ClosersAreDead extends Brain {
        private final Map<Long, Identity> asked = new HashMap<>();
        private final Set<Identity> closers = new HashSet<>();

        ClosersAreDead(PeerMachine machine) {
            super(machine);
        }

        @Override
        List<Effect> out(List<Effect> effects) {
            for (Effect effect : effects) {
                if (effect instanceof Effect.Ask ask && !ask.to().isNative()) {
                    asked.put(ask.token(), ask.to().identity());
                }
            }
            closers.forEach(machine.roster()::markUnreachable);
            return effects;
        }

        @Override
        List<Effect> onNoAnswer(long token, NoAnswer why, long nowMs) {
            Identity member = asked.remove(token);
            if (member == null || why != NoAnswer.CLOSED) {
                return super.onNoAnswer(token, why, nowMs);
            }
            closers.add(member);
            return super.onNoAnswer(token, NoAnswer.REFUSED, nowMs);
        }
    }
}
