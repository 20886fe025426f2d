package io.roundtable.net;

import io.roundtable.protocol.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait for their answers. Each ends once: by its answer, its time limit, or the end of the way that it went.
 * For one thread.
 */
public final class OpenRequests {
    /** Why there is no answer. */
    public enum End {
        /** Its time is over. */
        SILENCE,
        /** The way that it went has ended. */
        CLOSED,
        /** Nobody wants to know any more. */
        DROPPED
    }

    /** Told how a request ends, once. */
    public interface Outcome {
        void onAnswer(Message answer);

        void onNone(End why);

        /** For whom one absence of an answer is as good as another; told null then. */
        static Outcome either(Consumer<@Nullable Message> then) {
            return new Outcome() {
                @Override
                public void onAnswer(Message answer) {
                    then.accept(answer);
                }

                @Override
                public void onNone(End why) {
                    then.accept(null);
                }
            };
        }
    }

    /** Does something later, on the same thread. */
    public interface Later {
        TimerHandle schedule(long delayMs, Runnable action);
    }

    private record Open(Object way, Outcome outcome, TimerHandle limit) {}

    private final Later later;
    /** The oldest first, so that what ends together ends in the same order each time. */
    private final Map<Long, Open> open = new LinkedHashMap<>();

    private long last;

    /** @param before the first number comes after it */
    public OpenRequests(Later later, long before) {
        this.later = later;
        this.last = before;
    }

    /** A number that no request has; also for messages that have no answer. */
    public long nextNumber() {
        return ++last;
    }

    /**
     * A request is about to be sent.
     *
     * @param way on which its answer will come, such as a connection
     * @return its number
     */
    public long begin(Object way, long timeoutMs, Outcome outcome) {
        long number = nextNumber();
        open.put(number, new Open(way, outcome, later.schedule(timeoutMs, () -> fail(number, End.SILENCE))));
        return number;
    }

    /** An answer came; false if nobody waits for it, perhaps any more. */
    public boolean answer(long number, Message answer) {
        Open ended = end(number);
        if (ended == null) {
            return false;
        }
        ended.outcome.onAnswer(answer);
        return true;
    }

    private void fail(long number, End why) {
        Open ended = end(number);
        if (ended != null) {
            ended.outcome.onNone(why);
        }
    }

    private @Nullable Open end(long number) {
        Open ended = open.remove(number);
        if (ended != null) {
            ended.limit.cancel();
        }
        return ended;
    }

    /** Nothing that was asked this way will be answered. */
    public void close(Object way) {
        List<Long> lost = new ArrayList<>();
        open.forEach((number, each) -> {
            if (each.way == way) {
                lost.add(number);
            }
        });
        lost.forEach(number -> fail(number, End.CLOSED));
    }

    /** Nothing that was asked so far will be answered. */
    public void drop() {
        List.copyOf(open.keySet()).forEach(number -> fail(number, End.DROPPED));
    }
}
