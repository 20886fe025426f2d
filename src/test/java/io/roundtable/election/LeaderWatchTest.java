package io.roundtable.election;

import static io.roundtable.election.Fixtures.lab;
import static io.roundtable.election.Fixtures.nat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import java.util.HashSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LeaderWatchTest {
    private final Roster roster = new Roster(nat(50));
    private final LeaderWatch watch = new LeaderWatch(Timing.NATIVE, roster, new SplittableRandom(Bench.SEED));

    @ParameterizedTest
    @CsvSource({"0, 50", "3, 50", "7, 100", "48, 612", "239, 3000", "5000, 3000"})
    void theHighestFollowersProbeFastAndTheManyBelowSlowly(int rank, int intervalMs) {
        watch.follow(nat(80), rank, 0);
        long shortestMs = Long.MAX_VALUE;
        long longestMs = 0;
        for (int i = 0; i < 1_000; i++) {
            long delayMs = watch.nextDelayMs(0);
            shortestMs = Math.min(shortestMs, delayMs);
            longestMs = Math.max(longestMs, delayMs);
        }
        assertTrue(shortestMs >= (long) (intervalMs * 0.75), "shortest " + shortestMs);
        assertTrue(longestMs <= intervalMs * 1.25 + 1, "longest " + longestMs);
        assertTrue(longestMs - shortestMs > intervalMs * 0.4, "not in step with each other");
    }

    @Test
    void aSilentNativeIsSuspectedAfterTheFloorAndNotBefore() {
        watch.follow(nat(80), 0, 0);
        watch.nextDelayMs(200);
        watch.probe();
        watch.probe();

        assertFalse(watch.isSuspected(159));
        assertTrue(watch.isSuspected(160));
    }

    @Test
    void aSlowProberWaitsForThreeOfItsOwnIntervals() {
        watch.follow(nat(80), 47, 0);
        watch.nextDelayMs(10_000);
        watch.probe();
        watch.probe();

        assertFalse(watch.isSuspected(1_799));
        assertTrue(watch.isSuspected(1_800));
    }

    @Test
    void ourOwnLateTimerIsNotTheLeadersFault() {
        watch.follow(nat(80), 0, 0);
        watch.probe();
        watch.probe();
        watch.nextDelayMs(0);

        assertFalse(watch.isSuspected(400), "the timer was due at some 50 ms");
    }

    @Test
    void aSilentLabLeaderIsNeverSuspected() {
        watch.follow(lab(80), 0, 0);
        watch.probe();
        watch.probe();

        assertFalse(watch.isSuspected(1_000_000));
    }

    @ParameterizedTest
    @EnumSource(NoAnswer.class)
    void onlyARefusalProvesANativeLeaderGone(NoAnswer why) {
        watch.follow(nat(80), 0, 0);
        watch.answered(Message.Ok.BARE, 1, 1);

        assertEquals(why == NoAnswer.REFUSED, watch.isGone(why));
    }

    @Test
    void aHungLeaderGetsNoMoreThanSixteenProbes() {
        watch.follow(nat(80), 0, 0);
        for (int i = 0; i < 16; i++) {
            assertFalse(watch.hasTooManyUnanswered());
            watch.probe();
        }
        assertTrue(watch.hasTooManyUnanswered());
        watch.heard(1);
        assertFalse(watch.hasTooManyUnanswered());
    }

    @Test
    void whoAnswersWithoutLeadingHasTheVictorTimeoutToLeadAgain() {
        watch.follow(nat(80), 0, 0);

        assertFalse(watch.hasNotLedForLong(false, 1_000));
        assertFalse(watch.hasNotLedForLong(false, 1_600));
        assertTrue(watch.hasNotLedForLong(false, 1_601));
        assertFalse(watch.hasNotLedForLong(true, 1_700));
        assertFalse(watch.hasNotLedForLong(false, 1_800));
    }

    @Test
    void theProbeSaysWhoWeAreAndWhatWeKnow() {
        watch.follow(nat(80), 0, 0);

        Message.Sync sync = watch.probe().probe();

        assertEquals(nat(50), sync.self());
        assertEquals(roster.digest(), sync.digest());
        assertEquals(0, sync.members().size());
    }

    /** A leader and its follower, and how many each knows that the other does not. */
    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "0, 1", "64, 64", "65, 65", "300, 0", "0, 300", "200, 150"})
    void membershipConvergesThroughProbesAndTheirAnswersInBothDirections(int ofLeader, int ofFollower) {
        Bench leader = Bench.joined(365);
        Bench follower = Bench.following(nat(365), 350);
        for (int i = 0; i < ofLeader; i++) {
            leader.machine.roster().learn(RosterTest.numbered(i));
        }
        for (int i = 0; i < ofFollower; i++) {
            follower.machine.roster().learn(RosterTest.numbered(1_000 + i));
        }
        leader.machine.roster().learn(follower.self);
        int probes = 0;
        while (leader.machine.roster().digest() != follower.machine.roster().digest()) {
            assertTrue(++probes <= 20, "still not in step");
            probeOnce(follower, leader);
        }
        assertEquals(ofLeader + ofFollower + 2, leader.machine.roster().size());
        assertEquals(
                new HashSet<>(leader.machine.roster().all()),
                new HashSet<>(follower.machine.roster().all()));
        assertTrue(probeOnce(follower, leader).view().inStep());
        assertEquals(0, probeOnce(follower, leader).members().size(), "news are over");
    }

    private static Message.Ok probeOnce(Bench follower, Bench leader) {
        Effect.Ask ask = Fixtures.asks(follower.fire(PeerTimer.PROBE)).get(0);
        Message.Probe probe = (Message.Probe) ask.message();
        assertTrue(probe.probe().members().size() <= LeaderWatch.NEWS_MAX);
        Effect.Answer answer =
                Fixtures.answers(leader.machine.onProbe(1, probe, leader.nowMs)).get(0);
        Message.Ok ok = (Message.Ok) answer.message();
        assertTrue(ok.members().size() <= LeaderWatch.NEWS_MAX);
        follower.machine.onOk(ask.token(), ok, follower.nowMs);
        return ok;
    }

    @Test
    void whatTheLeaderKnowsBetterIsToldOnceAndNotForEver() {
        Bench follower = Bench.following(nat(80), 50, nat(10));
        Message.View differs = new Message.View(nat(80), PeerState.LEADER, nat(80), false, 7);
        int told = 0;
        for (int i = 0; i < 10; i++) {
            Effect.Ask ask = Fixtures.asks(follower.fire(PeerTimer.PROBE)).get(0);
            told += ((Message.Probe) ask.message()).probe().members().size();
            follower.ok(ask, differs);
        }
        assertEquals(3, told);
    }
}
