package io.roundtable.election;

import static io.roundtable.election.Fixtures.answers;
import static io.roundtable.election.Fixtures.askedOf;
import static io.roundtable.election.Fixtures.asks;
import static io.roundtable.election.Fixtures.days;
import static io.roundtable.election.Fixtures.events;
import static io.roundtable.election.Fixtures.fact;
import static io.roundtable.election.Fixtures.lab;
import static io.roundtable.election.Fixtures.nat;
import static io.roundtable.election.Fixtures.nats;
import static io.roundtable.election.Fixtures.tells;
import static io.roundtable.election.Fixtures.toldTo;
import static io.roundtable.election.Fixtures.view;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.event.EventKind;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What native members spare each other. */
class DampingTest {
    private static Bench joinedBelow(int self, List<Member> others) {
        return Bench.joined(self, others.toArray(Member[]::new));
    }

    @Nested
    class Asking {
        @Test
        void theHighestIsAskedFirstAndAloneWithoutMembers() {
            Bench peer = joinedBelow(1, nats(2, 40));

            assertEquals(List.of(40), askedOf(peer.last()));
            Effect.Ask ask = asks(peer.last()).get(0);
            assertEquals(300, ask.timeoutMs());
            assertEquals(new Message.Election(nat(1), List.of(), false), ask.message());
        }

        @Test
        void silenceDoublesTheBatchSoThatManyDeadCostFewTimeLimits() {
            Bench peer = joinedBelow(1, nats(2, 40));
            List<Integer> sizes = new ArrayList<>();
            while (peer.state() == PeerState.WAIT_OK) {
                List<Effect.Ask> batch = asks(peer.last());
                sizes.add(batch.size());
                batch.forEach(ask -> peer.noAnswer(ask, NoAnswer.SILENT));
            }
            assertEquals(List.of(1, 2, 4, 8, 16, 8), sizes);
            assertEquals(PeerState.LEADER, peer.state());
            assertEquals("ok_timeout", fact(peer.last(), EventKind.LEADER_CHANGED, "reason"));
        }

        @Test
        void whoWasUnreachableIsAskedLast() {
            Bench peer = joinedBelow(1, nats(2, 4));
            peer.noAnswer(peer.askOf(4), NoAnswer.REFUSED);
            peer.ok(peer.askOf(3), view(nat(3), PeerState.WAIT_OK, null));

            assertEquals(List.of(3), askedOf(peer.fire(PeerTimer.VICTOR)));
        }

        @Test
        void labMembersAreAllAskedAtOnceWithAllMembersNextToTheHighestNative() {
            Bench peer = Bench.joined(1, lab(20), nat(30), lab(35), nat(40));

            assertEquals(List.of(35, 20, 40), askedOf(peer.last()));
            assertEquals(
                    5, ((Message.Election) peer.askOf(20).message()).members().size());
            assertEquals(
                    0, ((Message.Election) peer.askOf(40).message()).members().size());
        }
    }

    @Nested
    class Told {
        private final Bench peer = joinedBelow(1, nats(2, 40));

        @ParameterizedTest
        @CsvSource({"40, LEADER", "39, FOLLOWER"})
        void anOkThatNamesALeaderAtOrAboveTheAnswererMakesAFollowerWithoutFurtherMessages(int by, PeerState state) {
            if (by == 39) {
                peer.noAnswer(peer.askOf(40), NoAnswer.SILENT);
            }
            List<Effect> effects = peer.ok(peer.askOf(by), view(nat(by), state, nat(40)));

            assertEquals(PeerState.FOLLOWER, peer.state());
            assertEquals(40, peer.leaderDays());
            assertTrue(asks(effects).isEmpty() && tells(effects).isEmpty());
        }

        @Test
        void whatOthersSayOfALeaderIsCheckedAtOnce() {
            peer.noAnswer(peer.askOf(40), NoAnswer.SILENT);
            peer.ok(peer.askOf(39), view(nat(39), PeerState.FOLLOWER, nat(40)));

            assertEquals(0, peer.timerSet(PeerTimer.PROBE).delayMs());
            assertEquals(List.of(40), askedOf(peer.fire(PeerTimer.PROBE)));
        }

        @Test
        void aLeaderBelowTheAnswererIsNotBelieved() {
            peer.ok(peer.askOf(40), view(nat(40), PeerState.FOLLOWER, nat(30)));

            assertEquals(PeerState.WAIT_VICTOR, peer.state());
            assertEquals(600, peer.timerSet(PeerTimer.VICTOR).delayMs());
        }

        @Test
        void aVictorWhoseConnectionBreaksBeforeItAnnouncedIsNotWaitedFor() {
            peer.ok(peer.askOf(40), view(nat(40), PeerState.WAIT_OK, null));
            assertEquals(PeerState.WAIT_VICTOR, peer.state());

            assertEquals(List.of(39), askedOf(peer.disconnected(nat(40))));
            assertEquals(PeerState.WAIT_OK, peer.state());
        }

        @Test
        void somebodyElsesBrokenConnectionMeansNothingWhileWaiting() {
            peer.ok(peer.askOf(40), view(nat(40), PeerState.WAIT_OK, null));

            assertTrue(peer.disconnected(nat(39)).isEmpty());
        }

        @ParameterizedTest
        @ValueSource(ints = {40, 5})
        void anOkFromAnotherPeerAtThatAddressSaysNothingAboutTheOneWeAsked(int itsAddress) {
            Member tenant = new Member(Fixtures.id(5), Fixtures.addressOf(itsAddress), nat(5).dialect());

            peer.ok(peer.askOf(40), view(tenant, PeerState.LEADER, tenant));

            assertNull(peer.machine.roster().get(Fixtures.id(40)));
            assertEquals(tenant, peer.machine.roster().get(Fixtures.id(5)));
            assertEquals(List.of(39, 38), askedOf(peer.last()));
        }

        @Test
        void whoAnswersIsTakenForReachableAgain() {
            peer.machine.roster().markUnreachable(Fixtures.id(40));

            peer.ok(peer.askOf(40), view(nat(40), PeerState.LEADER, nat(40)));

            assertTrue(peer.machine.roster().isReachable(Fixtures.id(40)));
        }

        @Test
        void whoSaysWhereItIsReachedIsReachedThere() {
            Member moved = new Member(Fixtures.id(40), Fixtures.addressOf(41), nat(40).dialect());

            peer.ok(peer.askOf(40), view(moved, PeerState.WAIT_OK, null));

            assertEquals(moved, peer.machine.roster().get(Fixtures.id(40)));
        }

        @Test
        void aLeaderThatTurnsOutToBeNativeIsProbedAsOne() {
            Bench follower = Bench.following(lab(80), 50, lab(10));
            follower.machine.roster().learn(nat(80));

            Effect.Ask probe = asks(follower.fire(PeerTimer.PROBE)).get(0);

            assertEquals(nat(50), ((Message.Probe) probe.message()).probe().self());
            assertTrue(follower.timerSet(PeerTimer.PROBE).delayMs() < 100);
        }
    }

    @Nested
    class Newcomers {
        private long settleMs(int others) {
            List<Member> known = new ArrayList<>();
            for (int i = 0; i < others; i++) {
                known.add(RosterTest.numbered(i));
            }
            Bench peer = Bench.of(365);
            peer.start();
            peer.join(known.toArray(Member[]::new));
            assertEquals(PeerState.QUIESCENT, peer.state());
            return peer.timerSet(PeerTimer.HOLD_BACK).delayMs();
        }

        @Test
        void aNewcomerAboveEveryoneWaitsForAStillHigherOneTheLongerTheMoreItsVictoryWouldCost() {
            assertTrue(settleMs(1) <= 20, "two peers do not wait");
            assertTrue(settleMs(1) < settleMs(40) && settleMs(40) < settleMs(200));
            assertEquals(1_000, settleMs(2_000), "and the wait is bounded");
        }

        @Test
        void afterTheWaitItLeads() {
            Bench peer = Bench.of(365);
            peer.start();
            peer.join(nat(10), lab(20));
            peer.fire(PeerTimer.HOLD_BACK);

            assertEquals(List.of(20, 10), toldTo(peer.last()));
            assertEquals(PeerState.LEADER, peer.state());
        }

        @Test
        void aHigherOneThatWinsMeanwhileIsFollowedInstead() {
            Bench peer = Bench.of(50);
            peer.start();
            peer.join(nat(10));
            peer.coordinator(nat(60));

            assertTrue(peer.fire(peer.timerSet(PeerTimer.HOLD_BACK)).isEmpty());
            assertEquals(60, peer.leaderDays());
        }

        @Test
        void aLeaderShowsItselfToMembersThatTheGcdNamesAnew() {
            Bench leader = Bench.joined(90, nat(10), lab(20));

            assertEquals(List.of(30, 40), toldTo(leader.join(nat(10), lab(20), nat(30), lab(40))));
            assertTrue(leader.join(nat(10), nat(30)).isEmpty());
        }
    }

    @Nested
    class BeingAsked {
        private final Bench follower = Bench.following(nat(80), 50, nat(10), lab(20));

        @Test
        void aFollowerAskedByANativeTellsTheLeaderAndStartsNoElection() {
            List<Effect> effects = follower.election(nat(10), false);

            assertEquals(1, effects.size());
            Message.Ok ok = (Message.Ok) answers(effects).get(0).message();
            assertEquals(nat(80), ok.view().leader());
            assertEquals(nat(50), ok.view().self());
            assertEquals(PeerState.FOLLOWER, follower.state());
        }

        @Test
        void aLeaderAskedByANativeGoesOnLeading() {
            Bench leader = Bench.joined(80, nat(10), lab(20));

            assertEquals(1, leader.election(nat(10), false).size());
            assertEquals(PeerState.LEADER, leader.state());
        }

        @Test
        void aFollowerAskedByALabMemberStartsAnElectionThatAsksTheLeaderToAnnounceItself() {
            List<Effect> effects = follower.labElection(lab(20));

            Message.Election election = (Message.Election) asks(effects).get(0).message();
            assertEquals(List.of(80), askedOf(effects));
            assertTrue(election.announce());
            assertEquals(List.of(20), days(election.members()), "and names the lab members, lest it miss one");
        }

        @Test
        void announceIsPassedOnByNativesToo() {
            List<Effect> effects = follower.election(nat(10), true, lab(21));

            Message.Election election = (Message.Election) asks(effects).get(0).message();
            assertTrue(election.announce());
            assertEquals(List.of(20, 21), days(election.members()));
        }

        @Test
        void askedByALabMemberDuringAnElectionItAsksTheNextOnesToAnnounce() {
            Bench peer = Bench.joined(50, nat(60), nat(80), lab(20));
            peer.labElection(lab(20));
            peer.noAnswer(peer.askOf(80), NoAnswer.SILENT);

            assertTrue(((Message.Election) peer.askOf(60).message()).announce());
        }

        @Test
        void aLeaderAskedToAnnounceRepeatsItsVictoryOnlyToLabAndUnattachedMembers() {
            Bench leader = Bench.joined(80, nat(10), nat(15), lab(20), lab(21));
            leader.probeInStep(nat(10));
            leader.pass(1_000);

            assertEquals(List.of(22, 21, 20, 15), toldTo(leader.election(nat(10), true, lab(22))));
            assertEquals(PeerState.LEADER, leader.state());
            assertEquals(
                    List.of(),
                    events(leader.last()).stream()
                            .filter(kind -> kind == EventKind.LEADER_CHANGED)
                            .toList());
        }

        @Test
        void whoBrokeItsConnectionIsNotAttachedAnyMore() {
            Bench leader = Bench.joined(80, nat(10), nat(15));
            leader.probeInStep(nat(10));
            leader.disconnected(nat(10));

            assertEquals(List.of(15, 10), toldTo(leader.labElection()));
        }

        @Test
        void aVictoryAfterALostLeadershipIsToldToEveryone() {
            Bench leader = Bench.joined(80, nat(10), nat(15));
            leader.probeInStep(nat(10));
            leader.coordinator(nat(15));

            assertEquals(List.of(15, 10), toldTo(leader.last()));
        }

        @Test
        void nativesAreToldTheVictoryWithoutMembers() {
            Bench leader = Bench.joined(80, nat(10), lab(20));

            Effect.Tell toNative = tells(leader.last()).get(1);
            assertEquals(List.of(20, 10), toldTo(leader.last()));
            assertEquals(List.of(), ((Message.Coordinator) toNative.message()).members());
        }
    }
}
