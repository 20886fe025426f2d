package io.roundtable.chaos;

import io.roundtable.protocol.FeignMode;
import java.util.random.RandomGenerator;

/**
 * When a peer pretends to fail, for how long and how (docs/PROTOCOL.md, sentence 8).
 *
 * <p>The same generator state gives the same schedule, so a seed replays a whole run.
 */
public final class ChaosSchedule {
    /** Bounds of the time from start or recovery to the next feigned failure, milliseconds, both inclusive. */
    public static final int HEALTHY_MIN_MS = 0;

    public static final int HEALTHY_MAX_MS = 10_000;
    /** Bounds of a feigned failure, milliseconds, both inclusive. */
    public static final int FEIGN_MIN_MS = 1_000;

    public static final int FEIGN_MAX_MS = 4_000;

    private final ChaosMode mode;
    private final RandomGenerator random;

    public ChaosSchedule(ChaosMode mode, RandomGenerator random) {
        this.mode = mode;
        this.random = random;
    }

    /** One feigned failure. */
    public record Failure(long afterMs, long durationMs, FeignMode mode) {}

    /** Draws the next failure; call it at the start and after every recovery. */
    public Failure next() {
        long afterMs = random.nextInt(HEALTHY_MIN_MS, HEALTHY_MAX_MS + 1);
        long durationMs = random.nextInt(FEIGN_MIN_MS, FEIGN_MAX_MS + 1);
        return new Failure(afterMs, durationMs, mode.pick(random));
    }
}
