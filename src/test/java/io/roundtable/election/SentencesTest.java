package io.roundtable.election;

import static io.roundtable.election.Fixtures.answers;
import static io.roundtable.election.Fixtures.askedOf;
import static io.roundtable.election.Fixtures.asks;
import static io.roundtable.election.Fixtures.days;
import static io.roundtable.election.Fixtures.events;
import static io.roundtable.election.Fixtures.fact;
import static io.roundtable.election.Fixtures.lab;
import static io.roundtable.election.Fixtures.nat;
import static io.roundtable.election.Fixtures.only;
import static io.roundtable.election.Fixtures.tells;
import static io.roundtable.election.Fixtures.toldTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.event.EventKind;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sentences 1 to 6 of docs/PROTOCOL.md, "The algorithm", in the plain form: all other members are lab members. */
class SentencesTest {
    @Nested
    @DisplayName("1. On start: send JOIN to the GCD, take the members from its answer, start an election.")
    class Sentence1 {
        @Test
        void joinIsAllThatAStartingPeerSends() {
            Bench peer = Bench.of(50);

            List<Effect> effects = peer.start();

            assertEquals(List.of(new Effect.AskGcd(new Message.Join(peer.self), 1000)), effects);
            assertEquals(PeerState.QUIESCENT, peer.state());
        }

        @Test
        void theMembersOfTheAnswerAreTakenAndAnElectionStarts() {
            Bench peer = Bench.of(50);
            peer.start();

            List<Effect> effects = peer.join(lab(10), lab(60), peer.self);

            assertEquals(
                    List.of(10, 50, 60), days(List.copyOf(peer.machine.roster().all())));
            assertEquals(List.of(60), askedOf(effects));
            assertTrue(events(effects).contains(EventKind.ELECTION_STARTED));
        }

        @Test
        void whoIsAloneLeadsAtOnce() {
            Bench peer = Bench.of(50);
            peer.start();

            peer.join(peer.self);

            assertEquals(PeerState.LEADER, peer.state());
        }

        @Test
        void theSecondAnswerOfTheGcdStartsNoElection() {
            Bench peer = Bench.following(lab(80), 50, lab(10));

            assertTrue(asks(peer.join(lab(10), lab(60))).isEmpty());
            assertEquals(PeerState.FOLLOWER, peer.state());
        }
    }

    @Nested
    @DisplayName("2. Starting an election: send ELECTION (all members known, self included, dead or alive) to every "
            + "member with a higher identity; be election in progress.")
    class Sentence2 {
        private final Bench peer = Bench.joined(50, lab(10), lab(60), lab(70), lab(80));

        @Test
        void everyHigherMemberIsAskedAtOnceAndNobodyElse() {
            assertEquals(List.of(80, 70, 60), askedOf(peer.last()));
            assertTrue(tells(peer.last()).isEmpty());
            assertEquals(PeerState.WAIT_OK, peer.state());
        }

        @Test
        void theMessageHoldsAllMembersSelfIncluded() {
            for (Effect.Ask ask : asks(peer.last())) {
                Message.Election election = assertInstanceOf(Message.Election.class, ask.message());
                assertEquals(List.of(10, 50, 60, 70, 80), days(election.members()));
            }
        }

        @Test
        void theDeadAreAskedAndNamedAgain() {
            asks(peer.last()).forEach(ask -> peer.noAnswer(ask, NoAnswer.REFUSED));
            peer.pass(1_000);
            peer.pass(1_000);

            List<Effect> effects = peer.labElection();

            assertEquals(List.of(80, 70, 60), askedOf(effects));
            assertEquals(
                    5,
                    ((Message.Election) asks(effects).get(0).message())
                            .members()
                            .size());
        }
    }

    @Nested
    @DisplayName("3. Highest known identity, or no OK within the OK timeout: win. On winning, send COORDINATOR to "
            + "everyone; its payload leaves out every member above the sender.")
    class Sentence3 {
        @Test
        void theHighestWinsWithoutAsking() {
            Bench peer = Bench.joined(90, lab(10), lab(60));

            assertTrue(asks(peer.last()).isEmpty());
            assertEquals(PeerState.LEADER, peer.state());
            assertEquals(90, peer.leaderDays());
            assertEquals("highest", fact(peer.last(), EventKind.LEADER_CHANGED, "reason"));
        }

        @ParameterizedTest
        @EnumSource(NoAnswer.class)
        void withoutAnyOkItWinsAndNotBeforeTheLastHasFailed(NoAnswer why) {
            Bench peer = Bench.joined(50, lab(10), lab(60), lab(70));
            assertEquals(1000, peer.askOf(60).timeoutMs());

            peer.noAnswer(peer.askOf(70), why);
            assertEquals(PeerState.WAIT_OK, peer.state());
            peer.noAnswer(peer.askOf(60), why);
            if (why == NoAnswer.CLOSED) {
                // Some nodes close every question at once and say OK on a connection of their own.
                assertEquals(PeerState.WAIT_OK, peer.state());
                peer.fire(PeerTimer.LAB_OK);
            }

            assertEquals(PeerState.LEADER, peer.state());
        }

        @Test
        void everyoneIsToldAndThePayloadLeavesOutWhoeverIsAbove() {
            Bench peer = Bench.joined(50, lab(10), lab(40), lab(60), lab(70));
            peer.nowMs += 1_000;
            peer.noAnswer(peer.askOf(70), NoAnswer.SILENT);
            peer.noAnswer(peer.askOf(60), NoAnswer.SILENT);

            assertEquals(List.of(70, 60, 40, 10), toldTo(peer.last()));
            for (Effect.Tell tell : tells(peer.last())) {
                Message.Coordinator victory = assertInstanceOf(Message.Coordinator.class, tell.message());
                assertEquals(peer.self, victory.leader());
                // The leader first: some nodes take the first key for it, some the highest.
                assertEquals(List.of(50, 40, 10), days(victory.members()));
            }
        }
    }

    @Nested
    @DisplayName("4. At least one OK but no COORDINATOR within the victor timeout: start again.")
    class Sentence4 {
        private final Bench peer = Bench.joined(50, lab(10), lab(60), lab(70));

        @Test
        void oneOkIsEnoughToWaitForAVictor() {
            peer.labOk(peer.askOf(60));
            peer.noAnswer(peer.askOf(70), NoAnswer.REFUSED);

            assertEquals(PeerState.WAIT_VICTOR, peer.state());
            assertEquals(3000, peer.timerSet(PeerTimer.VICTOR).delayMs());
        }

        @Test
        void theVictorTimeoutStartsAgain() {
            peer.labOk(peer.askOf(60));

            peer.noAnswer(peer.askOf(70), NoAnswer.SILENT);
            List<Effect> effects = peer.fire(PeerTimer.VICTOR);

            assertEquals(PeerState.WAIT_OK, peer.state());
            assertEquals(List.of(70, 60), askedOf(effects));
            assertEquals("no_coordinator", fact(effects, EventKind.ELECTION_STARTED, "reason"));
        }

        @Test
        void aSecondOkDoesNotProlongTheWait() {
            peer.labOk(peer.askOf(60));

            assertTrue(peer.labOk(peer.askOf(70)).isEmpty());
        }

        @Test
        void anOkToTheOldElectionDoesNotCountInTheNewOne() {
            Effect.Ask old = peer.askOf(70);
            peer.labOk(peer.askOf(60));
            peer.noAnswer(old, NoAnswer.SILENT);
            peer.fire(PeerTimer.VICTOR);

            peer.labOk(old);

            assertEquals(PeerState.WAIT_OK, peer.state());
        }

        @Test
        void aVictorEndsTheWait() {
            peer.labOk(peer.askOf(60));
            peer.coordinator(lab(70), lab(70));

            assertTrue(peer.fire(peer.timerSet(PeerTimer.VICTOR)).isEmpty());
            assertEquals(PeerState.FOLLOWER, peer.state());
        }

        @Test
        void membersThatAlwaysSayOkAndNeverAnnounceCannotKeepTheGroupWithoutALeader() {
            for (int round = 1; round <= 3; round++) {
                peer.labOk(peer.askOf(60));
                assertEquals(PeerState.WAIT_VICTOR, peer.state());
                peer.fire(PeerTimer.VICTOR);
            }
            peer.labOk(peer.askOf(60));
            peer.labOk(peer.askOf(70));

            assertEquals(PeerState.LEADER, peer.state());
        }

        @Test
        void whoAnnouncesItselfAfterAllIsBelievedAgain() {
            for (int round = 1; round <= 3; round++) {
                peer.labOk(peer.askOf(60));
                peer.fire(PeerTimer.VICTOR);
            }
            peer.coordinator(lab(60), lab(60));
            peer.labOk(peer.fire(PeerTimer.PROBE).stream()
                    .filter(Effect.Ask.class::isInstance)
                    .map(Effect.Ask.class::cast)
                    .findFirst()
                    .orElseThrow());
            peer.pass(1_000);
            peer.labElection(lab(10));

            peer.labOk(peer.askOf(60));

            assertEquals(PeerState.WAIT_VICTOR, peer.state());
        }

        @Test
        void theirOkToALaterLookDoesNotPutTheNewLeaderInQuestionForAMinute() {
            for (int round = 1; round <= 3; round++) {
                peer.labOk(peer.askOf(60));
                peer.fire(PeerTimer.VICTOR);
            }
            peer.labOk(peer.askOf(60));
            peer.labOk(peer.askOf(70));
            peer.fire(PeerTimer.RECHECK);

            peer.labOk(peer.askOf(70));
            assertEquals(PeerState.LEADER, peer.state());

            peer.nowMs += 60_000;
            peer.fire(PeerTimer.RECHECK);
            peer.labOk(peer.askOf(70));
            assertEquals(PeerState.WAIT_OK, peer.state());
        }
    }

    @Nested
    @DisplayName("5. On ELECTION: merge the members you did not know, answer OK at once (even in an election), and if "
            + "no election is in progress start one.")
    class Sentence5 {
        @Test
        void unknownMembersAreMergedAndKnownOnesStay() {
            Bench peer = Bench.following(lab(80), 50, lab(10));
            Member moved = new Member(lab(10).identity(), Fixtures.addressOf(11), lab(10).dialect());

            peer.pass(1_000);
            peer.labElection(moved, lab(20), lab(70));

            assertEquals(
                    List.of(10, 20, 50, 70, 80),
                    days(List.copyOf(peer.machine.roster().all())));
            assertEquals(lab(10), peer.machine.roster().get(lab(10).identity()));
        }

        @Test
        void okComesFirstAndTheElectionAsksTheNewMembersToo() {
            Bench peer = Bench.following(lab(80), 50, lab(10));

            List<Effect> effects = peer.labElection(lab(70));

            Effect firstSent = effects.stream()
                    .filter(effect -> !(effect instanceof Effect.Report))
                    .findFirst()
                    .orElseThrow();
            assertInstanceOf(Effect.Answer.class, firstSent);
            assertInstanceOf(Message.Ok.class, answers(effects).get(0).message());
            assertEquals(List.of(80, 70), askedOf(effects));
            assertEquals(PeerState.WAIT_OK, peer.state());
        }

        @Test
        void aLeaderAnswersAndHoldsItsElectionAgain() {
            Bench peer = Bench.joined(90, lab(10), lab(60));
            peer.pass(1_000);

            List<Effect> effects = peer.labElection(lab(10));

            assertEquals(1, answers(effects).size());
            assertEquals(List.of(60, 10), toldTo(effects));
            assertEquals(PeerState.LEADER, peer.state());
        }

        @Test
        void inAnElectionThereIsAnOkAndNoOtherElection() {
            Bench waitOk = Bench.joined(50, lab(60));
            Bench waitVictor = Bench.joined(50, lab(60));
            waitVictor.labOk(waitVictor.askOf(60));

            for (Bench peer : List.of(waitOk, waitVictor)) {
                PeerState before = peer.state();
                List<Effect> effects = peer.labElection(lab(10));

                assertEquals(1, answers(effects).size());
                assertTrue(asks(effects).isEmpty());
                assertEquals(before, peer.state());
            }
        }
    }

    @Nested
    @DisplayName("6. On COORDINATOR: merge, leave election in progress, note the leader. It has no answer.")
    class Sentence6 {
        @ParameterizedTest
        @EnumSource(names = {"QUIESCENT", "WAIT_OK", "WAIT_VICTOR", "FOLLOWER", "LEADER"})
        void theVictorIsFollowedInEveryState(PeerState before) {
            Bench peer = Situations.labPeerIn(before);

            List<Effect> effects = peer.coordinator(lab(90), lab(90), lab(20));
            assertTrue(answers(effects).isEmpty());
            // A list names no sender: the highest on it is asked whether it is there.
            assertEquals(List.of(90), askedOf(effects));
            peer.labOk(peer.askOf(90));

            assertEquals(PeerState.FOLLOWER, peer.state());
            assertEquals(90, peer.leaderDays());
            assertTrue(days(List.copyOf(peer.machine.roster().all())).containsAll(List.of(20, 90)));
        }

        @Test
        void theSameVictorAgainIsNoNews() {
            Bench peer = Bench.following(lab(80), 50, lab(10));

            assertTrue(peer.coordinator(lab(80), lab(80)).isEmpty());
        }

        @Test
        void aVictorBelowUsIsChallenged() {
            Bench peer = Bench.following(lab(80), 50, lab(10));

            List<Effect> effects = peer.coordinator(lab(10), lab(10));

            assertEquals(List.of(80), askedOf(effects));
            assertInstanceOf(Message.Election.class, asks(effects).get(0).message());
            assertEquals(80, peer.leaderDays());
        }

        @Test
        void aLeaderChallengesAVictorBelowItToo() {
            Bench peer = Bench.joined(50, lab(10), lab(80));
            peer.noAnswer(peer.askOf(80), NoAnswer.REFUSED);
            peer.pass(1_000);
            peer.pass(1_000);

            List<Effect> effects = peer.coordinator(lab(10), lab(10));

            assertEquals("lower_leader", fact(effects, EventKind.ELECTION_STARTED, "reason"));
            assertEquals(List.of(80), askedOf(effects));
        }

        @Test
        void ourOwnVictoryComingBackChangesNothing() {
            Bench peer = Bench.joined(90, lab(10));

            assertTrue(peer.coordinator(peer.self, peer.self).isEmpty());
            assertEquals(PeerState.LEADER, peer.state());
        }

        @Test
        void aVictoryWithoutAnAddressCountsIfTheVictorIsKnown() {
            Bench peer = Bench.following(lab(80), 50, lab(10), lab(90));

            peer.victory(lab(90));

            assertEquals(90, peer.leaderDays());
        }

        @Test
        void whereAnUnknownVictorIsTheGcdIsAskedOnce() {
            Bench peer = Bench.following(lab(80), 50, lab(10));

            assertEquals(1, only(Effect.AskGcd.class, peer.victory(lab(95))).size());
            assertTrue(peer.victory(lab(95)).isEmpty());
            assertEquals(80, peer.leaderDays());

            peer.join(lab(10), lab(80), lab(95));
            assertEquals(95, peer.leaderDays());
        }

        @Test
        void aChangeOfLeaderIsReportedOnce() {
            Bench peer = Bench.joined(50, nat(80));

            assertTrue(events(peer.coordinator(lab(80))).contains(EventKind.LEADER_CHANGED));
            assertFalse(events(peer.coordinator(lab(80))).contains(EventKind.LEADER_CHANGED));
            assertTrue(only(Effect.Answer.class, peer.last()).isEmpty());
        }
    }
}
