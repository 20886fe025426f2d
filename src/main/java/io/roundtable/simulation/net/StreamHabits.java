package io.roundtable.simulation.net;

import java.util.random.RandomGenerator;

/**
 * What systems do with streams.
 *
 * @param bufferBytes what one direction holds that was written and not read
 * @param splitOneIn one in so many writes arrives in several pieces; 0 for none
 * @param isResetRude whether a reset takes away what had arrived before it and was not read
 */
public record StreamHabits(int bufferBytes, int splitOneIn, boolean isResetRude) {
    /** What most systems do. */
    public static final StreamHabits USUAL = new StreamHabits(64 * 1024, 0, false);

    /** Whatever some system does. */
    public static StreamHabits drawn(RandomGenerator random) {
        int[] buffers = {2 * 1024, 16 * 1024, 64 * 1024, 64 * 1024};
        int[] splits = {0, 16, 4, 1};
        return new StreamHabits(
                buffers[random.nextInt(buffers.length)], splits[random.nextInt(splits.length)], random.nextBoolean());
    }
}
