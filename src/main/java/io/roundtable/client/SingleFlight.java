package io.roundtable.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A question that several threads have at the same time is asked once, and all get its answer or its failure: were each to
 * wait for its turn, the last would wait for the time limits of all.
 */
final class SingleFlight<T> {
    /** A question to the group. */
    interface Question<T> {
        T ask() throws GroupException;
    }

    private @Nullable CompletableFuture<T> current;

    /**
     * Asks, or waits for whoever does already. No lock is held meanwhile.
     *
     * @throws GroupException as the question does, or if the thread is interrupted
     */
    T ask(Question<T> question) throws GroupException {
        while (true) {
            CompletableFuture<T> mine = new CompletableFuture<>();
            CompletableFuture<T> flight = join(mine);
            if (flight == mine) {
                return lead(mine, question);
            }
            try {
                return flight.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new GroupException("interrupted");
            } catch (ExecutionException e) {
                Throwable cause = e.getCause();
                if (cause instanceof GroupException failure) {
                    throw failure;
                }
                // Whoever asked was interrupted, or there is a bug: then this thread is to meet it, too.
            }
        }
    }

    private synchronized CompletableFuture<T> join(CompletableFuture<T> mine) {
        if (current == null) {
            current = mine;
        }
        return current;
    }

    private T lead(CompletableFuture<T> mine, Question<T> question) throws GroupException {
        Throwable failure = new IllegalStateException("not asked to the end");
        try {
            T answer = question.ask();
            land();
            mine.complete(answer);
            return answer;
        } catch (GroupException e) {
            // That this thread is interrupted is nothing to the others.
            failure = Thread.currentThread().isInterrupted() ? failure : e;
            throw e;
        } finally {
            if (!mine.isDone()) {
                land();
                mine.completeExceptionally(failure);
            }
        }
    }

    /** Before the answer is told: who comes now asks anew. */
    private synchronized void land() {
        current = null;
    }
}
