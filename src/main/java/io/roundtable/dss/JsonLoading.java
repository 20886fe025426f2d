package io.roundtable.dss;

import io.roundtable.net.SelectorLoop;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Has the JSON library loaded by a thread of its own. It takes a quarter of a second, and a whole one on a busy machine: on
 * the loop, a leader that hears its first command would be silent for longer than its followers wait.
 */
final class JsonLoading {
    private static final CompletableFuture<@Nullable Void> LOADED =
            CompletableFuture.runAsync(DssJson::load, JsonLoading::start);

    private JsonLoading() {}

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "dss-json");
        thread.setDaemon(true);
        thread.start();
    }

    /** Runs an action on the loop's thread: at once if the library is there, else as soon as it is. */
    static void whenDone(SelectorLoop loop, Runnable action) {
        if (LOADED.isDone()) {
            action.run();
        } else {
            LOADED.whenComplete((done, fault) -> loop.post(action));
        }
    }
}
