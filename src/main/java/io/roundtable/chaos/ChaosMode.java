package io.roundtable.chaos;

import io.roundtable.protocol.FeignMode;
import java.util.random.RandomGenerator;

/** Which way of feigning a schedule uses. */
public enum ChaosMode {
    CLOSE,
    IGNORE,
    /** Either, by the toss of a coin each time. */
    BOTH;

    FeignMode pick(RandomGenerator random) {
        return switch (this) {
            case CLOSE -> FeignMode.CLOSE;
            case IGNORE -> FeignMode.IGNORE;
            case BOTH -> random.nextBoolean() ? FeignMode.CLOSE : FeignMode.IGNORE;
        };
    }
}
