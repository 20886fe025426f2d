package io.roundtable.gcd;

import java.util.function.Consumer;

/** Ratis' own threads: what they die of is told to the GCD, and not printed on somebody's screen. */
final class LogThreads extends ThreadGroup {
    private final Consumer<Throwable> onDeath;

    LogThreads(Consumer<Throwable> onDeath) {
        super("gcd-log");
        this.onDeath = onDeath;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable fault) {
        onDeath.accept(fault);
    }
}
