package io.roundtable.election;

import static io.roundtable.election.Fixtures.answers;
import static io.roundtable.election.Fixtures.askedOf;
import static io.roundtable.election.Fixtures.asks;
import static io.roundtable.election.Fixtures.events;
import static io.roundtable.election.Fixtures.fact;
import static io.roundtable.election.Fixtures.lab;
import static io.roundtable.election.Fixtures.nat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.event.EventKind;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sentence 7 of docs/PROTOCOL.md, "The algorithm", towards a lab leader. */
@DisplayName("7. Every member but the leader sends the leader a PROBE, each next one after a random 500 to 3000 ms; "
        + "no OK: start an election.")
class ProbeSentenceTest {
    private final Bench peer = Bench.following(lab(80), 50, lab(10), lab(70));

    @Test
    void onlyTheLeaderIsProbedWithTheBareProbeThatOldNodesRead() {
        List<Effect> effects = peer.fire(PeerTimer.PROBE);

        assertEquals(List.of(80), askedOf(effects));
        assertEquals(Message.Probe.BARE, asks(effects).get(0).message());
        assertEquals(0, asks(effects).get(0).timeoutMs(), "it has never answered: the socket stays open");
        peer.labOk(asks(effects).get(0));

        assertEquals(1000, asks(peer.fire(PeerTimer.PROBE)).get(0).timeoutMs());
    }

    @Test
    void theTimeBetweenProbesIsRandomFrom500To3000Ms() {
        long shortestMs = Long.MAX_VALUE;
        long longestMs = 0;
        for (int i = 0; i < 2_000; i++) {
            long delayMs = peer.timerSet(PeerTimer.PROBE).delayMs();
            shortestMs = Math.min(shortestMs, delayMs);
            longestMs = Math.max(longestMs, delayMs);
            peer.labOk(asks(peer.fire(PeerTimer.PROBE)).get(0));
        }
        assertTrue(shortestMs >= 500 && shortestMs < 600, "shortest " + shortestMs);
        assertTrue(longestMs <= 3000 && longestMs > 2900, "longest " + longestMs);
    }

    @Test
    void thereIsNeverMoreThanOneProbeUnderWay() {
        peer.fire(PeerTimer.PROBE);
        Effect.SetTimer fired = peer.timerSet(PeerTimer.PROBE);

        assertTrue(peer.fire(fired).isEmpty());
        peer.labOk(peer.askOf(80));
        assertNotEquals(fired.generation(), peer.timerSet(PeerTimer.PROBE).generation());
    }

    @Test
    void aLeaderProbesNobody() {
        Bench leader = Bench.joined(90, lab(10));

        assertTrue(asks(leader.last()).isEmpty());
        assertEquals(false, leader.hasSet(PeerTimer.PROBE));
    }

    @ParameterizedTest
    @EnumSource(NoAnswer.class)
    void aLeaderThatHasAnsweredMustGoOnAnswering(NoAnswer why) {
        peer.labOk(asks(peer.fire(PeerTimer.PROBE)).get(0));

        Effect.Ask probe = asks(peer.fire(PeerTimer.PROBE)).get(0);
        peer.pass(999);
        List<Effect> effects = peer.noAnswer(probe, why);

        assertEquals(why.word(), fact(effects, EventKind.LEADER_LOST, "reason"));
        assertTrue(events(effects).contains(EventKind.ELECTION_STARTED));
        assertEquals(List.of(80, 70), askedOf(effects));
        assertEquals(PeerState.WAIT_OK, peer.state());
    }

    @Test
    void aLeaderThatClosesEveryProbeWithoutAnAnswerCountsAsAlive() {
        for (int i = 0; i < 10; i++) {
            peer.noAnswer(asks(peer.fire(PeerTimer.PROBE)).get(0), NoAnswer.CLOSED);
        }

        assertEquals(PeerState.FOLLOWER, peer.state());
        assertEquals(80, peer.leaderDays());
    }

    @Test
    void toALeaderThatNeverAnswersOneProbeStaysOpenAndItsEndIsTheNews() {
        Effect.Ask probe = asks(peer.fire(PeerTimer.PROBE)).get(0);
        // No answer in time: it counts as alive, and is sent nothing more.
        peer.fire(PeerTimer.PROBE);
        assertTrue(asks(peer.last()).isEmpty());
        Effect.SetTimer judged = peer.timerSet(PeerTimer.PROBE);
        peer.pass(600_000);
        assertTrue(peer.fire(judged).isEmpty());
        assertEquals(80, peer.leaderDays());

        peer.noAnswer(probe, NoAnswer.CLOSED);
        assertEquals(List.of(80), askedOf(peer.fire(PeerTimer.PROBE)));
        peer.noAnswer(asks(peer.last()).get(0), NoAnswer.REFUSED);
        assertTrue(events(peer.last()).contains(EventKind.LEADER_LOST));
    }

    @Test
    void theOpenProbeIsTheWatchAgainWhenTheSameLeaderIsFollowedLater() {
        Effect.Ask probe = asks(peer.fire(PeerTimer.PROBE)).get(0);
        peer.fire(PeerTimer.PROBE);
        peer.coordinator(lab(90), lab(90));
        peer.noAnswer(asks(peer.fire(PeerTimer.PROBE)).get(0), NoAnswer.REFUSED);
        peer.coordinator(lab(80), lab(80));

        assertTrue(asks(peer.fire(PeerTimer.PROBE)).isEmpty());
        peer.labOk(probe);
        assertEquals(List.of(80), askedOf(peer.fire(PeerTimer.PROBE)));
    }

    @Test
    void refusedKillsEvenALeaderThatNeverAnswered() {
        List<Effect> effects = peer.noAnswer(asks(peer.fire(PeerTimer.PROBE)).get(0), NoAnswer.REFUSED);

        assertTrue(events(effects).containsAll(List.of(EventKind.LEADER_LOST, EventKind.ELECTION_STARTED)));
    }

    @Test
    void whoAnsweredAsLeaderOnceIsRememberedWhenItLeadsAgain() {
        peer.labOk(asks(peer.fire(PeerTimer.PROBE)).get(0));
        peer.coordinator(lab(90), lab(90));
        peer.noAnswer(asks(peer.fire(PeerTimer.PROBE)).get(0), NoAnswer.REFUSED);
        peer.coordinator(lab(80), lab(80));

        peer.noAnswer(asks(peer.fire(PeerTimer.PROBE)).get(0), NoAnswer.SILENT);

        assertEquals(PeerState.WAIT_OK, peer.state());
    }

    @Test
    void anOkThatComesAfterTheLeaderIsGivenUpChangesNothing() {
        peer.labOk(asks(peer.fire(PeerTimer.PROBE)).get(0));
        Effect.Ask probe = asks(peer.fire(PeerTimer.PROBE)).get(0);
        peer.labElection(lab(10));

        peer.labOk(probe);
        assertEquals(PeerState.WAIT_OK, peer.state());
    }

    @ParameterizedTest
    @EnumSource(names = {"QUIESCENT", "WAIT_OK", "WAIT_VICTOR", "FOLLOWER", "LEADER"})
    void aProbeIsAnsweredWithOkInEveryStateAndDisturbsNothing(PeerState state) {
        Bench asked = Situations.labPeerIn(state);

        List<Effect> effects = asked.labProbe();

        assertEquals(1, effects.size());
        assertEquals("OK", answers(effects).get(0).message().word());
        assertEquals(state, asked.state());
    }

    @Test
    void labTimingProbesNativeLeadersTheSameWay() {
        Bench plain = new Bench(nat(50), Timing.LAB, null);
        plain.start();
        plain.join(nat(10));
        plain.coordinator(nat(80));
        assertTrue(plain.timerSet(PeerTimer.PROBE).delayMs() >= 500);
        Effect.Ask probe = asks(plain.fire(PeerTimer.PROBE)).get(0);

        assertEquals(PeerState.FOLLOWER, plain.state());
        plain.disconnected(nat(80));
        assertEquals(PeerState.FOLLOWER, plain.state(), "broken connections mean nothing here");
        plain.noAnswer(probe, NoAnswer.SILENT);
        assertTrue(events(plain.last()).contains(EventKind.LEADER_LOST));
    }
}
