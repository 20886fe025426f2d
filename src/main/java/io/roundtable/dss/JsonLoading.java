package io.roundtable.dss;

import io.roundtable.net.EventLoop;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Has the JSON library loaded by a thread of its own. It takes a quarter of a second, and a whole one on a busy machine: on
 * the loop, a leader that hears its first command would be silent for longer than its followers wait.
 */
final class JsonLoading {
    /** Of the whole process: a class is loaded once. Null until somebody needs it. */
    private static @Nullable CompletableFuture<@Nullable Void> loaded;

    private JsonLoading() {}

    private static synchronized CompletableFuture<@Nullable Void> loaded(EventLoop loop) {
        CompletableFuture<@Nullable Void> known = loaded;
        if (known == null) {
            known = CompletableFuture.runAsync(DssJson::load, work -> loop.background("dss-json", work));
            loaded = known;
        }
        return known;
    }

    /** Runs an action on the loop's thread: at once if the library is there, else as soon as it is. */
    static void whenDone(EventLoop loop, Runnable action) {
        CompletableFuture<@Nullable Void> done = loaded(loop);
        if (done.isDone()) {
            action.run();
        } else {
            done.whenComplete((nothing, fault) -> loop.post(action));
        }
    }
}
