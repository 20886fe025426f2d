package io.roundtable.client;

import io.roundtable.stream.StreamOptions;

/**
 * How patient a {@link VolumeClient} is.
 *
 * @param answerMs how long one answer of the manager is waited for before it is asked again
 * @param deadlineMs how long the manager is looked for and asked before an error
 * @param stream of the data connections
 */
public record VolumeOptions(int answerMs, int deadlineMs, StreamOptions stream) {
    public static final VolumeOptions DEFAULT = new VolumeOptions(3_000, 30_000, StreamOptions.DEFAULT);

    public VolumeOptions {
        if (answerMs < 1 || deadlineMs < 1) {
            throw new IllegalArgumentException("times must be positive");
        }
    }
}
