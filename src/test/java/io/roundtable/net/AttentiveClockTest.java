package io.roundtable.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AttentiveClockTest {
    private static final long MS = 1_000_000;
    private static final long START = 5_000_000_000L;
    private static final long GRACE_MS = AttentiveClock.GRACE_NS / MS;

    private final AttentiveClock clock = new AttentiveClock(START);

    @Test
    void sleepAsMeantIsCounted() {
        clock.tick(START + 100 * MS, 100 * MS);
        clock.tick(START + 350 * MS, 250 * MS);

        assertEquals(350, clock.nowMs());
    }

    @Test
    void wakingEarlyCountsOnlyTheTimeThatPassed() {
        clock.tick(START + 3 * MS, 1_000 * MS);

        assertEquals(3, clock.nowMs());
    }

    @Test
    void absenceIsNotCounted() {
        clock.tick(START + 10_000 * MS, 100 * MS);

        assertEquals(100 + GRACE_MS, clock.nowMs());
    }

    @Test
    void ordinaryLatenessIsCounted() {
        clock.tick(START + (100 + GRACE_MS) * MS, 100 * MS);

        assertEquals(100 + GRACE_MS, clock.nowMs());
    }

    @Test
    void afterAnAbsenceTimeRunsOnAsBefore() {
        clock.tick(START + 10_000 * MS, 0);
        long before = clock.nowMs();
        clock.tick(START + 10_050 * MS, 50 * MS);

        assertEquals(before + 50, clock.nowMs());
    }

    @Test
    void fractionsOfAMillisecondAddUp() {
        for (int i = 1; i <= 10; i++) {
            clock.tick(START + i * MS / 2, MS);
        }

        assertEquals(5, clock.nowMs());
    }

    @Test
    void tellsWhenTheProcessCameBack() {
        AttentiveClock clock = new AttentiveClock(0);
        clock.tick(1_000_000_000L, 1_000_000_000L);
        assertEquals(0, clock.backSinceMs());

        clock.tick(61_000_000_000L, 1_000_000_000L);

        assertEquals(clock.nowMs(), clock.backSinceMs());
        clock.tick(62_000_000_000L, 1_000_000_000L);
        assertEquals(clock.nowMs() - 1_000, clock.backSinceMs());
    }
}
