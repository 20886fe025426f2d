package io.roundtable.simulation.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.wire.NativeCodec;
import org.junit.jupiter.api.Test;

/** The real peers and GCD in virtual time. */
class GroupSimulationTest {
    private static final GroupOptions LONG = GroupOptions.of(5).withLength(GroupOptions.Length.LONG);

    private final NativeCodec codec = new NativeCodec();

    private GroupResult run(GroupOptions options, long seed) {
        return new GroupSimulation(options, seed, codec, false).run();
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        GroupOptions options = GroupOptions.of(5).withLab(true);
        GroupResult first = run(options, 7);
        GroupResult again = new GroupSimulation(options, 7, new NativeCodec(), true).run();
        assertEquals(first.traceHash(), again.traceHash());
        assertEquals(first.events(), again.events());
        assertNotEquals(first.traceHash(), run(options, 8).traceHash());
    }

    @Test
    void aGroupWithoutFaultsAgreesIsManagedAndFallsSilent() {
        for (long seed = 1; seed <= 10; seed++) {
            assertNull(run(GroupOptions.of(5).withFaults(false), seed).failure());
        }
    }

    // Each of these seeds failed before the mend of which its test tells.

    private void demandClean(GroupOptions options, long... seeds) {
        for (long seed : seeds) {
            assertNull(run(options, seed).failure(), () -> "seed " + seed);
        }
    }

    /** All that was said to it while it was stopped comes in no order, and the older line ends. */
    @Test
    void aGcdThatGoesOnKeepsWhoCameLast() {
        demandClean(LONG, 159, 415, 669, 681);
    }

    /** Its former connection has not ended, for nobody could say so. */
    @Test
    void aMachineThatLostItsPowerTakesItsSeatAtAnotherPort() {
        demandClean(LONG, 69, 84, 119);
    }

    /** It stood by in its former life, whose goodbye comes after it has joined again. */
    @Test
    void aLateGoodbyeUnseatsNobody() {
        demandClean(LONG, 20830);
    }

    @Test
    void halfAnAnswerOfTheGcdIsNoReasonToGiveUp() {
        demandClean(LONG, 629, 2316);
    }

    /** One joined when the GCD had just lost its memory, and its leader's line to it is half open. */
    @Test
    void aLeaderShowsItselfToAllWhenItsGcdIsBack() {
        demandClean(LONG, 167, 938, 1235, 2181);
    }

    @Test
    void aCoordinatorThatGotLostWithItsConnectionIsSaidAgain() {
        demandClean(LONG, 2535);
    }

    @Test
    void whoBeginsToFeignFailureLeavesUnsaidWhatWaitsForAConnection() {
        demandClean(LONG, 182, 806, 899);
    }

    @Test
    void underALabLeaderTheManagersDoNotTakeTurns() {
        demandClean(LONG.withLab(true), 3, 46, 47, 51);
    }

    @Test
    void faultsBreakNothing() {
        GroupSimulations.Report report = GroupSimulations.run(150, 1, 2, LONG);
        assertTrue(report.isClean(), report::text);
        GroupSimulations.Report schedules = GroupSimulations.run(1_000, 1, 2, GroupOptions.of(5));
        assertTrue(schedules.isClean(), schedules::text);
    }

    @Test
    void faultsBreakNothingAmongPeersThatSpeakLab() {
        GroupSimulations.Report report = GroupSimulations.run(100, 1, 2, LONG.withLab(true));
        assertTrue(report.isClean(), report::text);
    }
}
