package io.roundtable.gcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogClockTest {
    @Test
    void aLeaderAddsItsOwnTimeToTheLogsLastStamp() {
        long[] nanos = {77_000_000_000L};
        LogClock clock = new LogClock(() -> nanos[0]);
        assertEquals(500, clock.nowMs(3, 500));
        nanos[0] += 250_000_000;
        assertEquals(750, clock.nowMs(3, 600), "its own count, whatever it has applied meanwhile");
    }

    @Test
    void whoLeadsAgainBeginsFromTheStampsThatOthersGaveMeanwhile() {
        long[] nanos = {0};
        LogClock clock = new LogClock(() -> nanos[0]);
        clock.nowMs(3, 500);
        nanos[0] += 60_000_000_000L;
        assertEquals(900, clock.nowMs(5, 900), "the minute in which it did not lead does not count");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void betweenTwoStampsAtLeastAsMuchTimeHasReallyPassedWhoeverLeads(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] realNanos = {0};
        // Monotonic clocks of different machines have nothing to do with each other but their pace.
        LogClock[] clocks = new LogClock[3];
        for (int i = 0; i < clocks.length; i++) {
            long offset = random.nextLong(1L << 50);
            clocks[i] = new LogClock(() -> realNanos[0] + offset);
        }
        long lastStampMs = 0;
        long lastRealMs = 0;
        long appliedMs = 0;
        int leader = 0;
        for (long term = 0, i = 0; i < 5_000; i++) {
            realNanos[0] += random.nextLong(300) * 1_000_000;
            if (random.nextInt(20) == 0) {
                term++;
                leader = random.nextInt(3);
                // A new leader has applied all entries from before its term.
                appliedMs = lastStampMs;
            }
            long stampMs = Math.max(lastStampMs, clocks[leader].nowMs(term, appliedMs));
            long realMs = realNanos[0] / 1_000_000;
            assertTrue(stampMs - lastStampMs <= realMs - lastRealMs, "with seed " + seed);
            lastStampMs = stampMs;
            lastRealMs = realMs;
            if (random.nextBoolean()) {
                appliedMs = lastStampMs;
            }
        }
        assertTrue(lastStampMs > 100_000, "time goes on");
    }
}
