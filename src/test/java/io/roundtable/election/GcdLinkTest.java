package io.roundtable.election;

import static io.roundtable.election.Fixtures.events;
import static io.roundtable.election.Fixtures.lab;
import static io.roundtable.election.Fixtures.nat;
import static io.roundtable.election.Fixtures.only;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.event.EventKind;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.PeerState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Membership at the GCD, seen through the whole machine. */
class GcdLinkTest {
    private final Bench peer = Bench.of(50);

    @Test
    void aNewcomerWaitsForItsGcdSaysSoOnceAndJoinsWhenItComes() {
        peer.start();
        for (int i = 0; i < 1_000; i++) {
            List<Effect> effects = peer.gcdLost();
            assertTrue(only(Effect.GiveUp.class, effects).isEmpty());
            assertEquals(i == 0, events(effects).contains(EventKind.GCD_AWAITED), "said once");
            peer.fire(PeerTimer.REJOIN);
        }
        assertEquals(2_000, peer.timerSet(PeerTimer.REJOIN).delayMs());

        assertTrue(events(peer.join(lab(80))).contains(EventKind.JOINED));
        assertTrue(events(peer.gcdLost()).contains(EventKind.GCD_LOST), "now it was there");
    }

    @Test
    void aNewcomerThatWasGivenATimeKeepsTryingAndGivesUpAfterIt() {
        Bench peer = Bench.of(50, Timing.NATIVE.withGcdPatienceMs(3_000));
        peer.start();
        long startMs = peer.nowMs;
        List<Long> retriesMs = new ArrayList<>();
        while (only(Effect.GiveUp.class, peer.gcdLost()).isEmpty()) {
            retriesMs.add(peer.timerSet(PeerTimer.REJOIN).delayMs());
            assertEquals(
                    1, only(Effect.AskGcd.class, peer.fire(PeerTimer.REJOIN)).size());
        }
        assertEquals(List.of(100L, 200L, 400L, 800L, 1600L), retriesMs);
        assertTrue(peer.nowMs - startMs >= 3_000);
        assertEquals(List.of(new Effect.GiveUp("timeout")), peer.last());
    }

    @Test
    void aRefusedNewcomerGivesUpAtOnceWithTheReason() {
        peer.start();

        assertEquals(List.of(new Effect.GiveUp("no")), peer.joinRefused());
    }

    @Test
    void whoHasJoinedNeverGivesUpAndTriesEveryTwoSecondsInTheEnd() {
        peer.start();
        peer.join(lab(80));
        for (int i = 0; i < 100; i++) {
            assertTrue(only(Effect.GiveUp.class, peer.gcdLost()).isEmpty());
            assertEquals(i == 0, events(peer.last()).contains(EventKind.GCD_LOST), "reported once");
            peer.fire(PeerTimer.REJOIN);
        }
        assertEquals(2_000, peer.timerSet(PeerTimer.REJOIN).delayMs());
        assertEquals(PeerState.LEADER, peer.state(), "the election does not care");
    }

    @Test
    void comingBackIsReportedOnceAndStartsTheRetriesAnew() {
        peer.start();
        assertTrue(events(peer.join(lab(80))).contains(EventKind.JOINED));
        assertFalse(events(peer.join(lab(80))).contains(EventKind.JOINED));
        peer.gcdLost();
        peer.gcdLost();

        assertTrue(events(peer.join(lab(80))).contains(EventKind.JOINED));
        peer.gcdLost();
        assertEquals(100, peer.timerSet(PeerTimer.REJOIN).delayMs());
    }

    @Test
    void whoHasJoinedOutlivesARefusalAndTriesLater() {
        peer.start();
        peer.join(lab(80));

        assertTrue(events(peer.joinRefused()).contains(EventKind.JOIN_REFUSED));
        assertEquals(5_000, peer.timerSet(PeerTimer.REJOIN).delayMs());
    }

    @Test
    void aLabGcdWhoseRestartNobodyNoticesIsJoinedAgainEveryFiveSeconds() {
        peer.start();
        peer.machine.onJoined(List.of(lab(80)), true, peer.nowMs);
        assertFalse(peer.hasSet(PeerTimer.REJOIN), "a native GCD keeps the connection");

        List<Effect> effects = peer.machine.onJoined(List.of(lab(80)), false, peer.nowMs);

        Effect.SetTimer rejoin = only(Effect.SetTimer.class, effects).get(0);
        assertEquals(PeerTimer.REJOIN, rejoin.timer());
        assertEquals(5_000, rejoin.delayMs());
        assertEquals(1, only(Effect.AskGcd.class, peer.fire(rejoin)).size());
    }

    @Test
    void theGcdsWordOnWhoSitsWhereReplacesOurs() {
        peer.start();
        peer.join(lab(80));
        Member moved = new Member(Fixtures.id(80), Fixtures.addressOf(81), Dialect.LAB);

        peer.join(moved);

        assertEquals(moved, peer.machine.roster().get(Fixtures.id(80)));
    }

    // ---- victors of whom nobody knows where they are

    private static boolean asksTheGcd(List<Effect> effects) {
        return !only(Effect.AskGcd.class, effects).isEmpty();
    }

    @Test
    void twoUnknownVictorsInASecondAreBothAskedFor() {
        Bench peer = Bench.joined(10, lab(80));
        assertTrue(asksTheGcd(peer.victory(lab(90))));
        peer.join(lab(80), lab(90));
        peer.pass(300);
        assertFalse(asksTheGcd(peer.victory(lab(95))));

        assertTrue(asksTheGcd(peer.fire(PeerTimer.REJOIN)));
        peer.join(lab(80), lab(90), lab(95));
        assertEquals(95, peer.leaderDays());
    }

    @Test
    void anAnswerThatWasOnItsWayDoesNotPutTheNextQuestionOff() {
        Bench peer = Bench.joined(10, lab(80));
        peer.victory(lab(90));
        peer.victory(lab(95));
        peer.joinAtLabGcd(lab(80), lab(90));

        assertTrue(peer.timerSet(PeerTimer.REJOIN).delayMs() <= 1_000);
        assertTrue(asksTheGcd(peer.fire(PeerTimer.REJOIN)));
    }

    /** A table of the simulator held an election for an announcement of five seconds before. */
    @Test
    void aVictorThatSomebodyElseFollowedIsOver() {
        Bench peer = Bench.joined(10, lab(80));
        peer.victory(lab(90));
        peer.coordinator(nat(120), nat(120));
        List<Effect> effects = peer.join(lab(80), lab(90), nat(120));

        assertEquals(120, peer.leaderDays());
        assertEquals(List.of(), only(Effect.Ask.class, effects));
    }

    @Test
    void aVictorOfWhomTheGcdTellsTooLateIsOver() {
        Bench peer = Bench.joined(10, lab(80));
        peer.victory(lab(90));
        peer.pass(Timing.NATIVE.labVictorTimeoutMs() + 1L);
        peer.join(lab(80), lab(90));

        assertNotEquals(90, peer.leaderDays());
    }
}
