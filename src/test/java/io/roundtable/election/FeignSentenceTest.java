package io.roundtable.election;

import static io.roundtable.election.Fixtures.askedOf;
import static io.roundtable.election.Fixtures.events;
import static io.roundtable.election.Fixtures.lab;
import static io.roundtable.election.Fixtures.nat;
import static io.roundtable.election.Fixtures.only;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.chaos.ChaosMode;
import io.roundtable.chaos.ChaosSchedule;
import io.roundtable.event.EventKind;
import io.roundtable.protocol.FeignMode;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.PeerState;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sentence 8 of docs/PROTOCOL.md, "The algorithm". */
@DisplayName("8. --chaos: from start and after every recovery, pretend to fail after a random 0 to 10000 ms, for a "
        + "random 1000 to 4000 ms, either by closing every socket (the listener too) or by ignoring all that comes in; "
        + "recovery opens the listener again and starts an election. Both ways are selectable and seeded.")
class FeignSentenceTest {
    private final Bench peer = Bench.following(lab(80), 50, lab(10));

    private static Bench chaotic(ChaosMode mode, long seed) {
        Bench bench = new Bench(nat(50), Timing.NATIVE, new ChaosSchedule(mode, new SplittableRandom(seed)));
        bench.start();
        bench.join(lab(10), lab(80));
        return bench;
    }

    private static void comeBack(Bench bench) {
        List<Effect> effects = bench.fire(PeerTimer.RECOVER);
        if (!only(Effect.OpenListener.class, effects).isEmpty()) {
            bench.reopened();
        }
    }

    @ParameterizedTest
    @EnumSource(ChaosMode.class)
    void everyFailureKeepsTheBoundsAndIsFollowedByAnother(ChaosMode mode) {
        Bench chaotic = chaotic(mode, 7);
        for (int i = 0; i < 200; i++) {
            long afterMs = chaotic.timerSet(PeerTimer.FEIGN).delayMs();
            assertTrue(afterMs >= 0 && afterMs <= 10_000, "after " + afterMs);

            chaotic.fire(PeerTimer.FEIGN);
            assertEquals(PeerState.FEIGNING, chaotic.state());
            long forMs = chaotic.timerSet(PeerTimer.RECOVER).delayMs();
            assertTrue(forMs >= 1_000 && forMs <= 4_000, "for " + forMs);

            long before = chaotic.timerSet(PeerTimer.FEIGN).generation();
            comeBack(chaotic);
            assertTrue(chaotic.timerSet(PeerTimer.FEIGN).generation() > before);
        }
    }

    @ParameterizedTest
    @EnumSource(ChaosMode.class)
    void theSelectedWayIsTaken(ChaosMode mode) {
        Bench chaotic = chaotic(mode, 7);
        int closed = 0;
        for (int i = 0; i < 50; i++) {
            closed += only(Effect.CloseSockets.class, chaotic.fire(PeerTimer.FEIGN))
                    .size();
            comeBack(chaotic);
        }
        switch (mode) {
            case CLOSE -> assertEquals(50, closed);
            case IGNORE -> assertEquals(0, closed);
            case BOTH -> assertTrue(closed > 10 && closed < 40, "closed " + closed);
        }
    }

    @Test
    void withoutChaosNothingIsFeigned() {
        assertFalse(peer.hasSet(PeerTimer.FEIGN));
    }

    @Test
    void closingClosesEverySocketAndRecoveryOpensTheListenerBeforeAnythingElse() {
        List<Effect> closed = peer.feign(FeignMode.CLOSE, 2_000);
        assertEquals(1, only(Effect.CloseSockets.class, closed).size());

        assertEquals(List.of(new Effect.OpenListener()), peer.fire(PeerTimer.RECOVER));
        assertEquals(PeerState.FEIGNING, peer.state());

        List<Effect> back = peer.reopened();
        assertEquals(List.of(80), askedOf(back));
        assertTrue(events(back).containsAll(List.of(EventKind.RECOVERED, EventKind.ELECTION_STARTED)));
        assertEquals(1, only(Effect.AskGcd.class, back).size());
        assertEquals(PeerState.WAIT_OK, peer.state());
    }

    @Test
    void ignoringKeepsTheSocketsAndRecoveryStartsAnElectionAtOnce() {
        List<Effect> deaf = peer.feign(FeignMode.IGNORE, 2_000);
        assertTrue(only(Effect.CloseSockets.class, deaf).isEmpty());

        List<Effect> back = peer.fire(PeerTimer.RECOVER);

        assertTrue(only(Effect.OpenListener.class, back).isEmpty());
        assertEquals(List.of(80), askedOf(back));
        assertEquals(PeerState.WAIT_OK, peer.state());
    }

    @ParameterizedTest
    @EnumSource(FeignMode.class)
    void allThatComesInMeanwhileIsIgnored(FeignMode mode) {
        Effect.Ask probe = Fixtures.asks(peer.fire(PeerTimer.PROBE)).get(0);
        peer.feign(mode, 2_000);

        assertEquals(List.of(), peer.labElection(lab(20)));
        assertEquals(List.of(), peer.election(nat(20), true, lab(21)));
        assertEquals(List.of(), peer.labProbe());
        assertEquals(List.of(), peer.coordinator(lab(90), lab(22)));
        assertEquals(List.of(), peer.victory(lab(80)));
        assertEquals(List.of(), peer.labOk(probe));
        assertEquals(List.of(), peer.noAnswer(probe, NoAnswer.REFUSED));
        assertEquals(List.of(), peer.disconnected(nat(80)));
        assertEquals(List.of(), peer.join(lab(23)));
        assertEquals(List.of(), peer.joinRefused());
        assertEquals(List.of(), peer.gcdLost());
        assertEquals(3, peer.machine.roster().size(), "nobody is learned either");
        assertEquals(PeerState.FEIGNING, peer.state());
    }

    @Test
    void anOrderedFailureWithoutEndLastsUntilTheOrderToRecover() {
        peer.feign(FeignMode.IGNORE, 0);
        assertFalse(peer.hasSet(PeerTimer.RECOVER));

        peer.recover();

        assertEquals(PeerState.WAIT_OK, peer.state());
        assertTrue(peer.recover().isEmpty(), "there is nothing to recover from");
    }

    @Test
    void aSecondOrderChangesTheTimeAndNotTheWay() {
        peer.feign(FeignMode.CLOSE, 2_000);
        Effect.SetTimer first = peer.timerSet(PeerTimer.RECOVER);

        assertTrue(only(Effect.CloseSockets.class, peer.feign(FeignMode.IGNORE, 5_000))
                .isEmpty());

        assertTrue(peer.fire(first).isEmpty(), "the first time is over");
        assertEquals(List.of(new Effect.OpenListener()), peer.fire(PeerTimer.RECOVER));
    }

    @Test
    void whoFailedBeforeItHadJoinedJoinsFirst() {
        Bench early = Bench.of(50);
        early.start();
        early.feign(FeignMode.IGNORE, 1_000);

        List<Effect> back = early.fire(PeerTimer.RECOVER);
        assertEquals(1, only(Effect.AskGcd.class, back).size());
        assertEquals(PeerState.QUIESCENT, early.state());

        assertEquals(List.of(80), askedOf(early.join(lab(80))));
    }

    @Test
    void aListenerThatOpensElsewhereIsAnnouncedThere() {
        peer.feign(FeignMode.CLOSE, 1_000);
        peer.fire(PeerTimer.RECOVER);

        List<Effect> back = peer.machine.onReopened(Fixtures.addressOf(51), peer.nowMs);

        Member self = only(Effect.AskGcd.class, back).get(0).join().self();
        assertEquals(Fixtures.addressOf(51), self.address());
        assertEquals(self, peer.machine.roster().self());
    }

    @Test
    void aListenerThatOpensTwiceRecoversOnce() {
        peer.feign(FeignMode.CLOSE, 1_000);
        peer.fire(PeerTimer.RECOVER);
        peer.recover();
        peer.reopened();

        assertEquals(List.of(), peer.reopened());
        assertEquals(PeerState.WAIT_OK, peer.state());
    }
}
