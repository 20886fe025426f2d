package io.roundtable.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepairLaneTest {
    private static final long NOW_MS = 1_000;

    private final RepairLane lane = new RepairLane();

    private int begin(LongUnaryOperator weigh) {
        int begun = 0;
        while (lane.begin(weigh) != null) {
            begun++;
        }
        return begun;
    }

    @ParameterizedTest(name = "of shares of {0} bytes, {1} at a time")
    @CsvSource({"0,64", "4096,64", "65536,32", "262144,8", "1048576,2", "1073741824,2"})
    void manySmallSharesAreComputedAtATimeAndFewBigOnes(long bytes, int expected) {
        for (long file = 1; file <= 100; file++) {
            lane.add(file);
        }

        assertEquals(expected, begin(file -> bytes));
        assertEquals(100, lane.open(0));
        lane.end(1);
        assertEquals(1, begin(file -> bytes), "the next one follows when one is done");
        lane.fail(2, "broken", NOW_MS);
        assertEquals(1, begin(file -> bytes), "or has failed");
    }

    @Test
    void aBigOneWaitsForTheSmallOnesBeforeItNotTheOtherWayRound() {
        for (long file = 1; file <= 20; file++) {
            lane.add(file);
        }
        LongUnaryOperator weigh = file -> file == 10 ? 100L << 20 : 4_096;

        assertEquals(9, begin(weigh));
        for (long file = 1; file <= 8; file++) {
            lane.end(file);
        }
        assertEquals(1, begin(weigh), "the big one beside one small one");
        lane.end(9);
        assertEquals(1, begin(weigh), "at least two at a time");
        lane.end(10);
        assertEquals(9, begin(weigh));
    }

    @Test
    void whatIsComputedForADiskThatWasReplacedIsComputedAgain() {
        lane.add(1);
        lane.add(2);
        lane.add(3);
        assertEquals(2, begin(file -> 1L << 30));
        int before = lane.round();

        lane.restart();

        assertFalse(lane.round() == before);
        assertEquals(2, begin(file -> 1L << 30), "nothing of the earlier round counts any more");
        lane.end(1);
        lane.end(2);
        assertEquals(1, begin(file -> 1L << 30));
        lane.end(3);
        assertTrue(lane.isEmpty());
    }

    @Test
    void whatFailsOftenIsTriedNowAndThen() {
        lane.add(1);
        long now = NOW_MS;
        for (int tries = 1; tries <= 5; tries++) {
            assertEquals(1, begin(file -> 1), "try " + tries);
            assertFalse(lane.isAtRest());
            lane.fail(1, "broken", now);
            lane.retry(now + 1_999);
            assertEquals(0, begin(file -> 1), "not at once");
            now += 30_000;
            if (tries == 5) {
                assertTrue(lane.isAtRest());
            }
            lane.retry(now);
        }
        assertEquals("{1=broken}", lane.reasons(10).toString());
        assertEquals(1, begin(file -> 1));
        lane.end(1);
        assertTrue(lane.isEmpty());
    }

    /** Of a million shares that are to be computed a handful is in memory, and what is added meanwhile is not lost. */
    @Test
    void aSweepFindsSomeAtATimeWhateverHappensMeanwhile() {
        int files = 5_000;
        TreeSet<Long> missing = new TreeSet<>();
        for (long file = 1; file <= files; file++) {
            missing.add(file);
        }
        RepairLane.Finder finder = (behind, found) -> {
            List<Long> some = missing.tailSet(behind, false).stream().limit(100).toList();
            some.forEach(found::accept);
            return some.isEmpty() ? Long.MAX_VALUE : some.get(some.size() - 1);
        };
        lane.sweep();
        int restarts = 0;
        for (int step = 0; !missing.isEmpty(); step++) {
            assertFalse(lane.isEmpty());
            lane.refill(finder);
            assertTrue(lane.open(0) < 400, "kept in memory");
            assertTrue(lane.open(missing.size()) >= missing.size() - 1 || !lane.isSweeping());
            Long next = lane.begin(file -> 1);
            if (next == null) {
                continue;
            }
            if (step == 700 || step == 2_000) {
                // Lost again, behind the sweep; and all are lost.
                missing.add(3L);
                lane.add(3);
                restarts++;
            } else if (step == 1_000) {
                lane.restart();
                lane.sweep();
                continue;
            }
            missing.remove(next);
            lane.end(next);
        }
        assertEquals(2, restarts);
        lane.refill(finder);
        while (lane.isSweeping()) {
            lane.refill(finder);
        }
        Long rest;
        while ((rest = lane.begin(file -> 1)) != null) {
            lane.end(rest);
        }
        assertTrue(lane.isEmpty());
    }

    /** What fails beyond what is kept in mind is found by another sweep, later. */
    @Test
    void veryManyThatFailAreTriedAgainByAnotherSweep() {
        int files = RepairLane.FAILED_MAX + 500;
        RepairLane.Finder finder = (behind, found) -> {
            for (long file = behind + 1; file <= files && file <= behind + 100; file++) {
                found.accept(file);
            }
            return behind + 100 >= files ? Long.MAX_VALUE : behind + 100;
        };
        lane.sweep();
        int tries = failAll(finder, 1_000);
        assertEquals(files, tries);
        assertEquals(RepairLane.FAILED_MAX, lane.reasons(files).size());
        lane.retry(1_000 + 29_000);
        assertFalse(lane.isSweeping());
        failAll(finder, 1_000 + 29_000);
        lane.retry(1_000 + 30_000);
        assertTrue(lane.isSweeping());
        assertEquals(500, failAll(finder, 1_000 + 30_000));
    }

    private int failAll(RepairLane.Finder finder, long nowMs) {
        int tries = 0;
        while (true) {
            lane.refill(finder);
            Long next = lane.begin(file -> 1);
            if (next != null) {
                tries++;
                lane.fail(next, "its sources are away", nowMs);
            } else if (!lane.isSweeping()) {
                return tries;
            }
        }
    }
}
