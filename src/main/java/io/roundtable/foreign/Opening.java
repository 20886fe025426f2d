package io.roundtable.foreign;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The lines over which a foreign disk is read when it is taken over. A disk that is full takes minutes; no program, however
 * slowly it answers, keeps its reader for longer than {@value #OPEN_MS} ms. Thread-safe.
 */
public final class Opening implements Line.To {
    /** What a disk holds at the most, at an answer every 50 ms, and its list of names. */
    static final long OPEN_MS = 600_000;

    private final Line.To to;
    private final LongSupplier nowMs;
    private final long untilMs;
    private final AtomicLong questions = new AtomicLong();
    private volatile boolean isOver;
    private volatile boolean isGivenUp;

    /** @param nowMs milliseconds since any moment; never goes back */
    public Opening(Line.To to, LongSupplier nowMs) {
        this.to = to;
        this.nowMs = nowMs;
        this.untilMs = nowMs.getAsLong() + OPEN_MS;
    }

    @Override
    public Line open() throws IOException {
        if (!isOver) {
            demand();
            questions.incrementAndGet();
        }
        return to.open();
    }

    private void demand() throws IOException {
        if (isGivenUp) {
            throw new IOException("another peer is to present it");
        }
        if (nowMs.getAsLong() > untilMs) {
            throw new IOException("it could not be read within " + OPEN_MS / 60_000 + " min");
        }
    }

    /**
     * It is read: from now on there is no deadline for all together.
     *
     * @throws IOException if it was too late, and something was not read that is there
     */
    public void done() throws IOException {
        demand();
        isOver = true;
    }

    public boolean isOver() {
        return isOver;
    }

    /** Nobody waits for it any more. */
    public void giveUp() {
        isGivenUp = true;
    }

    /** How many times something was asked so far. */
    public long questions() {
        return questions.get();
    }
}
