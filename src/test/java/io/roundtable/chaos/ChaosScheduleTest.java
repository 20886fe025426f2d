package io.roundtable.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.chaos.ChaosSchedule.Failure;
import io.roundtable.protocol.FeignMode;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChaosScheduleTest {
    private static List<Failure> draw(ChaosMode mode, long seed, int count) {
        ChaosSchedule schedule = new ChaosSchedule(mode, new SplittableRandom(seed));
        return Stream.generate(schedule::next).limit(count).toList();
    }

    private static Set<FeignMode> modes(List<Failure> failures) {
        return failures.stream()
                .map(Failure::mode)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(FeignMode.class)));
    }

    /** A generator that always draws the lowest, or the highest, of what it is asked for. */
    private static RandomGenerator extreme(boolean highest) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                return 0;
            }

            @Override
            public int nextInt(int origin, int bound) {
                return highest ? bound - 1 : origin;
            }
        };
    }

    @Test
    void bothBoundsAreInclusive() {
        assertEquals(new Failure(0, 1_000, FeignMode.CLOSE), new ChaosSchedule(ChaosMode.CLOSE, extreme(false)).next());
        assertEquals(
                new Failure(10_000, 4_000, FeignMode.CLOSE), new ChaosSchedule(ChaosMode.CLOSE, extreme(true)).next());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, -1, Long.MAX_VALUE})
    void theBoundsAreReachedAndNeverPassed(long seed) {
        var after = draw(ChaosMode.BOTH, seed, 200_000).stream()
                .mapToLong(Failure::afterMs)
                .summaryStatistics();
        var duration = draw(ChaosMode.BOTH, seed, 200_000).stream()
                .mapToLong(Failure::durationMs)
                .summaryStatistics();

        assertEquals(0, after.getMin());
        assertEquals(10_000, after.getMax());
        assertEquals(1_000, duration.getMin());
        assertEquals(4_000, duration.getMax());
        assertEquals(5_000, after.getAverage(), 100);
        assertEquals(2_500, duration.getAverage(), 30);
    }

    @ParameterizedTest
    @EnumSource(ChaosMode.class)
    void theSameSeedGivesTheSameSchedule(ChaosMode mode) {
        assertEquals(draw(mode, 42, 1_000), draw(mode, 42, 1_000));
        assertNotEquals(draw(mode, 42, 1_000), draw(mode, 43, 1_000));
    }

    @ParameterizedTest
    @EnumSource(FeignMode.class)
    void aChosenWayIsTheOnlyOne(FeignMode way) {
        assertEquals(EnumSet.of(way), modes(draw(ChaosMode.valueOf(way.name()), 42, 1_000)));
    }

    @Test
    void bothWaysComeAboutEquallyOften() {
        long closed = draw(ChaosMode.BOTH, 42, 10_000).stream()
                .filter(failure -> failure.mode() == FeignMode.CLOSE)
                .count();
        assertTrue(closed > 4_700 && closed < 5_300, "closed " + closed);
    }
}
