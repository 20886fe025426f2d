package io.roundtable.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
        assertEquals(100, lane.open());
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
}
