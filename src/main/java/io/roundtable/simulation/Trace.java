package io.roundtable.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What happened in one run: always a hash of it, so that two runs can be compared; its last lines as text only when asked,
 * for text costs more than the run.
 */
public final class Trace {
    private static final int LINES_MAX = 400;

    private final boolean keepsText;
    private final Deque<String> lines = new ArrayDeque<>();
    private long hash = 0xcbf29ce484222325L;

    public Trace(boolean keepsText) {
        this.keepsText = keepsText;
    }

    public boolean keepsText() {
        return keepsText;
    }

    public void mix(long nowMicros, int host, int what, long detail) {
        long h = hash ^ (nowMicros * 0x9E3779B97F4A7C15L);
        h = Long.rotateLeft(h, 23) + ((long) what << 32) + host;
        h = (h ^ detail) * 0xD6E8FEB86659FD93L;
        hash = h ^ (h >>> 29);
    }

    /** Call it only if text is kept: making the line is what costs. */
    public void text(long nowMicros, String who, String what) {
        if (lines.size() == LINES_MAX) {
            lines.remove();
        }
        lines.add(String.format("%9.3f ms  %-16s %s", nowMicros / 1_000.0, who, what));
    }

    public long hash() {
        return hash;
    }

    /** The last lines, oldest first. */
    public List<String> lines() {
        return List.copyOf(lines);
    }
}
