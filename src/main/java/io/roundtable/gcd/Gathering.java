package io.roundtable.gcd;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Looks again and again whether the GCDs of a group are together, and says for whom they wait until they are. */
final class Gathering {
    private static final long SEEK_EVERY_MS = 100;
    private static final long LOOK_EVERY_MS = 2_000;

    private final CompletableFuture<@Nullable Void> started;
    private final BooleanSupplier isClosing;
    private final Runnable onLooked;
    private final Consumer<String> onForeign;
    private CatalogLog.@Nullable Listener listener;
    private @Nullable Waiting waiting;

    /**
     * @param started when the catalog can be used
     * @param onLooked called after each look
     * @param onForeign called with a sentence for the user if they will never be together
     */
    Gathering(
            CompletableFuture<@Nullable Void> started,
            BooleanSupplier isClosing,
            Runnable onLooked,
            Consumer<String> onForeign) {
        this.started = started;
        this.isClosing = isClosing;
        this.onLooked = onLooked;
        this.onForeign = onForeign;
    }

    /** Who hears for whom this GCD waits; is told at once what is known. */
    synchronized void listen(CatalogLog.Listener heard) {
        listener = heard;
        if (waiting != null) {
            waiting.listen(heard);
        }
    }

    private synchronized Waiting wait(Membership membership) {
        Waiting made = new Waiting(membership, System.nanoTime());
        waiting = made;
        if (listener != null) {
            made.listen(listener);
        }
        return made;
    }

    /** Returns when the log is closing, or they will never be together. */
    void run(Membership membership) throws InterruptedException {
        Waiting waits = wait(membership);
        while (!isClosing.getAsBoolean()) {
            boolean isDone = false;
            try {
                isDone = membership.look();
            } catch (StoreException e) {
                onForeign.accept(String.valueOf(e.getMessage()));
                return;
            } catch (IOException e) {
                // Somebody is not there (yet), or another one leads by now: the next look tells.
                isDone = started.isDone();
            }
            onLooked.run();
            if (!started.isDone()) {
                waits.look(System.nanoTime());
            }
            TimeUnit.MILLISECONDS.sleep(isDone ? LOOK_EVERY_MS : SEEK_EVERY_MS);
        }
    }
}
