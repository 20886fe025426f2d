package io.roundtable.gcd;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Waiting for futures in tests. */
final class CompletableFutures {
    private CompletableFutures() {}

    /** Whichever comes first. */
    static String either(CompletableFuture<String> one, CompletableFuture<String> other) throws Exception {
        return one.applyToEither(other, each -> each).get(30, TimeUnit.SECONDS);
    }
}
