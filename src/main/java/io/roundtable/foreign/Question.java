package io.roundtable.foreign;

import java.io.IOException;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a program of the DSS protocol, and asks again with growing pauses until it answers. Commands are repeated under the
 * same words, so only what may happen twice is to be asked in this way.
 */
public final class Question {
    /** The first wait for an answer; then twice as long each time. */
    private static final long FIRST_MS = 250;

    private static final long WAIT_MAX_MS = 500;
    /** A published disk does one thing at a time, and what waits at it is at most some blocks. */
    private static final long PATIENCE_MS = 4_000;

    private final Line.To to;
    private final String name;
    private final LongSupplier nowMs;
    private final long patienceMs;

    /**
     * Makes it.
     *
     * @param name of whoever is asked, for people
     * @param nowMs milliseconds since any moment; never goes back
     */
    public Question(Line.To to, String name, LongSupplier nowMs) {
        this(to, name, nowMs, PATIENCE_MS);
    }

    /** @param patienceMs after which it counts as silent */
    public Question(Line.To to, String name, LongSupplier nowMs, long patienceMs) {
        this.to = to;
        this.name = name;
        this.nowMs = nowMs;
        this.patienceMs = patienceMs;
    }

    /** Takes answers apart. */
    public interface Judge<T> {
        /**
         * What the answer comes to.
         *
         * @return null if it answers something else: the next one is waited for
         * @throws IOException with a sentence for people if it is a refusal
         */
        @Nullable
        T of(Words.Reply reply) throws IOException;
    }

    /** @throws IOException with a sentence for people if nobody answers in time, or the judge says so */
    public <T> T ask(String command, Map<String, ?> args, Judge<T> judge) throws IOException {
        byte[] datagram = Words.command(command, args);
        long untilMs = nowMs.getAsLong() + patienceMs;
        long waitMs = FIRST_MS;
        try (Line line = to.open()) {
            while (nowMs.getAsLong() < untilMs) {
                line.send(datagram);
                T answer = wait(line, Math.min(untilMs, nowMs.getAsLong() + waitMs), judge);
                if (answer != null) {
                    return answer;
                }
                waitMs = Math.min(WAIT_MAX_MS, 2 * waitMs);
            }
        }
        throw new IOException(name + " has not answered " + command + " for " + patienceMs / 1_000 + " s");
    }

    private <T> @Nullable T wait(Line line, long untilMs, Judge<T> judge) throws IOException {
        for (long leftMs = untilMs - nowMs.getAsLong(); leftMs > 0; leftMs = untilMs - nowMs.getAsLong()) {
            byte[] datagram = line.receive(leftMs);
            if (datagram == null) {
                return null;
            }
            Words.Reply reply = Words.parse(datagram);
            T answer = reply == null ? null : judge.of(reply);
            if (answer != null) {
                return answer;
            }
        }
        return null;
    }
}
