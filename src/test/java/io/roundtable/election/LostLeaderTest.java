package io.roundtable.election;

import static io.roundtable.election.Fixtures.askedOf;
import static io.roundtable.election.Fixtures.asks;
import static io.roundtable.election.Fixtures.fact;
import static io.roundtable.election.Fixtures.nat;
import static io.roundtable.election.Fixtures.nats;
import static io.roundtable.election.Fixtures.view;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.event.EventKind;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.PeerState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How followers lose a native leader, and how leaders find a higher one again. */
class LostLeaderTest {
    @Nested
    class LosingTheLeader {
        @Test
        void theHighestFollowerStartsAtOnceWhenTheConnectionBreaks() {
            Bench peer = Bench.following(nat(80), 50, nat(10), nat(20));

            List<Effect> effects = peer.disconnected(nat(80));

            assertEquals("connection_broken", fact(effects, EventKind.LEADER_LOST, "reason"));
            assertEquals(List.of(80), askedOf(effects));
        }

        @ParameterizedTest
        @CsvSource({"1, 20", "2, 40", "14, 280", "15, 300", "60, 300"})
        void theOthersHoldBackByRank(int betterPlaced, int holdBackMs) {
            Bench peer =
                    Bench.following(nat(300), 50, nats(51, 50 + betterPlaced).toArray(Member[]::new));

            peer.disconnected(nat(300));

            assertEquals(PeerState.QUIESCENT, peer.state());
            assertEquals(holdBackMs, peer.timerSet(PeerTimer.HOLD_BACK).delayMs());
            assertEquals(List.of(50 + betterPlaced), askedOf(peer.fire(PeerTimer.HOLD_BACK)));
        }

        @Test
        void aVictorEndsTheHoldBack() {
            Bench peer = Bench.following(nat(80), 50, nat(70));
            peer.disconnected(nat(80));
            peer.coordinator(nat(70));

            assertTrue(peer.fire(peer.timerSet(PeerTimer.HOLD_BACK)).isEmpty());
            assertEquals(70, peer.leaderDays());
        }

        @Test
        void anotherMembersBrokenConnectionMeansNothing() {
            assertTrue(
                    Bench.following(nat(80), 50, nat(70)).disconnected(nat(70)).isEmpty());
        }

        @Test
        void aLeaderLostByItsConnectionIsNotBelievedInOnHearsayForHalfASecond() {
            Bench peer = Bench.following(nat(80), 50, nat(70), nat(75));
            peer.disconnected(nat(80));
            peer.fire(PeerTimer.HOLD_BACK);
            peer.ok(peer.askOf(75), view(nat(75), PeerState.FOLLOWER, nat(80)));
            assertEquals(PeerState.WAIT_VICTOR, peer.state());

            peer.fire(PeerTimer.VICTOR);
            peer.ok(peer.askOf(75), view(nat(75), PeerState.FOLLOWER, nat(80)));
            assertEquals(PeerState.FOLLOWER, peer.state());
        }

        @Test
        void aSilentLeaderIsGivenUpOnlyWhenASecondOpinionAgrees() {
            Bench peer = Bench.following(nat(80), 50, nat(70));
            fallSilent(peer);
            assertEquals("silent", fact(peer.last(), EventKind.LEADER_LOST, "reason"));
            peer.fire(PeerTimer.HOLD_BACK);
            assertEquals(List.of(70), askedOf(peer.last()));

            peer.ok(peer.askOf(70), view(nat(70), PeerState.FOLLOWER, nat(80)));

            assertEquals(80, peer.leaderDays());
        }

        @Test
        void aSilentLeaderIsAskedLastAndBriefly() {
            Bench peer = Bench.following(nat(80), 50, nat(70));
            fallSilent(peer);
            peer.fire(PeerTimer.HOLD_BACK);
            peer.noAnswer(peer.askOf(70), NoAnswer.REFUSED);

            assertEquals(List.of(80), askedOf(peer.last()));
            assertEquals(40, peer.askOf(80).timeoutMs());
        }

        @Test
        void aLeaderThatSaysItDoesNotLeadHasTimeToSortItselfOut() {
            Bench peer = Bench.following(nat(80), 50);
            long sinceMs = 0;
            while (peer.state() == PeerState.FOLLOWER) {
                Effect.Ask probe = asks(peer.fire(PeerTimer.PROBE)).get(0);
                sinceMs = sinceMs == 0 ? peer.nowMs : sinceMs;
                peer.ok(probe, view(nat(80), PeerState.WAIT_OK, null));
            }
            assertEquals("stepped_down", fact(peer.last(), EventKind.LEADER_LOST, "reason"));
            assertTrue(peer.nowMs - sinceMs > 600, "after " + (peer.nowMs - sinceMs));
        }

        @Test
        void aLeaderThatFollowsAHigherOneHandsItsFollowersOver() {
            Bench peer = Bench.following(nat(80), 50);
            Effect.Ask probe = asks(peer.fire(PeerTimer.PROBE)).get(0);

            peer.ok(probe, view(nat(80), PeerState.FOLLOWER, nat(90)));

            assertEquals(90, peer.leaderDays());
            assertEquals(0, peer.timerSet(PeerTimer.PROBE).delayMs());
        }

        @Test
        void oneThatProbesRarelyLooksAtOnceWhenAMemberBelowAsks() {
            Bench peer = Bench.of(50, Timing.LAB);
            peer.start();
            peer.join(nat(10), nat(20));
            peer.coordinator(nat(80));
            assertTrue(peer.timerSet(PeerTimer.PROBE).delayMs() >= 500);

            peer.election(nat(20), false);

            assertEquals(0, peer.timerSet(PeerTimer.PROBE).delayMs());
            Effect.Ask probe = asks(peer.fire(PeerTimer.PROBE)).get(0);
            assertTrue(peer.election(nat(10), false).stream().noneMatch(Effect.SetTimer.class::isInstance));
            peer.noAnswer(probe, NoAnswer.REFUSED);
            assertEquals(List.of(80), askedOf(peer.last()));
        }

        private void fallSilent(Bench peer) {
            for (int i = 0; i < 100 && peer.state() == PeerState.FOLLOWER; i++) {
                peer.fire(PeerTimer.PROBE);
            }
        }
    }

    @Nested
    class LookingForHigherOnes {
        private final Bench leader = Bench.joined(50, nat(10), nat(70), nat(80));

        LookingForHigherOnes() {
            leader.noAnswer(leader.askOf(80), NoAnswer.REFUSED);
            leader.noAnswer(leader.askOf(70), NoAnswer.REFUSED);
        }

        @Test
        void aLeaderLooksNowAndThenAndEverMoreSeldom() {
            List<Long> delaysMs = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                delaysMs.add(leader.timerSet(PeerTimer.RECHECK).delayMs());
                assertEquals(
                        List.of(80, 70),
                        askedOf(leader.fire(PeerTimer.RECHECK)).stream()
                                .sorted((a, b) -> b - a)
                                .toList());
            }
            assertEquals(List.of(1000L, 2000L, 4000L, 8000L, 8000L), delaysMs);
        }

        @Test
        void aHigherLeaderIsFollowedWithoutAnElection() {
            leader.fire(PeerTimer.RECHECK);
            leader.ok(leader.askOf(70), view(nat(70), PeerState.FOLLOWER, nat(80)));

            assertEquals(80, leader.leaderDays());
            assertTrue(asks(leader.last()).isEmpty());
        }

        @Test
        void aHigherMemberThatDoesNotLeadMeansAnElection() {
            leader.fire(PeerTimer.RECHECK);
            leader.ok(leader.askOf(70), view(nat(70), PeerState.FOLLOWER, nat(50)));

            assertEquals(PeerState.WAIT_OK, leader.state());
        }

        @ParameterizedTest
        @ValueSource(ints = {70, 80})
        void anAnswerThatComesAfterTheHigherOneAnnouncedItselfStartsNoElection(int by) {
            leader.fire(PeerTimer.RECHECK);
            leader.coordinator(nat(80));

            leader.ok(leader.askOf(by), view(nat(by), PeerState.FOLLOWER, nat(80)));

            assertEquals(PeerState.FOLLOWER, leader.state());
        }
    }
}
