package io.roundtable.election;

import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How much each lab member is told and asked: real nodes die of bursts (docs/PROTOCOL.md, Sparing lab nodes).
 *
 * <p>Per member: one ELECTION unanswered, one PROBE unanswered, one COORDINATOR on its way; never two messages of an
 * election within half a second, nor any two within a tenth. What has to wait is replaced by what is newer.
 */
final class LabLanes {
    /** Between two messages of an election: so there are never more than two in a second, late timers and all. */
    static final int ELECTION_GAP_MS = 510;
    /** Between any two messages: they must not be read in one round of select. */
    static final int GAP_MS = 100;

    private static final long LONG_AGO = Long.MIN_VALUE / 2;
    /** Lanes that hold and await nothing are forgotten beyond this number. */
    private static final int IDLE_MAX = 1_024;

    private static final class Lane {
        private long anyAtMs = LONG_AGO;
        private long electionAtMs = LONG_AGO;
        /** Tokens of what is out or held; 0 for none. */
        private long question;

        private long probe;
        private long probeAtMs;
        private long victory;
        private Effect.@Nullable Ask heldQuestion;
        private Effect.@Nullable Ask heldProbe;
        private Effect.@Nullable Tell heldVictory;

        private long electionDueMs() {
            return Math.max(electionAtMs + ELECTION_GAP_MS, anyAtMs + GAP_MS);
        }

        private boolean isIdle(long nowMs) {
            return question == 0
                    && probe == 0
                    && victory == 0
                    && heldVictory == null
                    && electionAtMs + ELECTION_GAP_MS <= nowMs;
        }
    }

    private final LongSupplier tokens;
    private final Map<Identity, Lane> lanes = new TreeMap<>();

    /** @param tokens gives the next token of a request or of what is told */
    LabLanes(LongSupplier tokens) {
        this.tokens = tokens;
    }

    private Lane lane(Member to, long nowMs) {
        if (lanes.size() > IDLE_MAX) {
            lanes.values().removeIf(lane -> lane.isIdle(nowMs));
        }
        return lanes.computeIfAbsent(to.identity(), member -> new Lane());
    }

    /**
     * Asks, or joins the question of the same kind that is open.
     *
     * @return the token under which the outcome comes
     */
    long ask(Member to, Message message, long timeoutMs, long nowMs) {
        Lane lane = lane(to, nowMs);
        if (message instanceof Message.Probe) {
            if (lane.probe == 0) {
                lane.probe = tokens.getAsLong();
                lane.heldProbe = new Effect.Ask(lane.probe, to, message, timeoutMs);
            }
            return lane.probe;
        }
        if (lane.question == 0) {
            lane.question = tokens.getAsLong();
            lane.heldQuestion = new Effect.Ask(lane.question, to, message, timeoutMs);
        } else if (lane.heldQuestion != null) {
            lane.heldQuestion = new Effect.Ask(lane.question, to, message, timeoutMs);
        }
        return lane.question;
    }

    /** Since when a PROBE has been unanswered, by whom it was sent to. */
    Map<Identity, Long> unansweredProbesSinceMs() {
        Map<Identity, Long> open = new TreeMap<>();
        lanes.forEach((member, lane) -> {
            if (lane.probe != 0 && lane.heldProbe == null) {
                open.put(member, lane.probeAtMs);
            }
        });
        return open;
    }

    /** The newest victory is the one that counts. */
    void tell(Member to, Message message, long nowMs) {
        lane(to, nowMs).heldVictory = new Effect.Tell(0, to, message);
    }

    /** A victory that was not told yet is out of date. */
    void recall() {
        lanes.values().forEach(lane -> lane.heldVictory = null);
    }

    /** The outcome of a request or of what was told. */
    void over(Identity member, long token) {
        Lane lane = lanes.get(member);
        if (lane != null) {
            lane.question = lane.question == token ? 0 : lane.question;
            lane.probe = lane.probe == token ? 0 : lane.probe;
            lane.victory = lane.victory == token ? 0 : lane.victory;
        }
    }

    /** Nobody waits for this any more: if it was not sent yet, it is not sent. */
    void withdraw(Identity member, long token) {
        Lane lane = lanes.get(member);
        if (lane == null) {
            return;
        }
        if (lane.question == token && lane.heldQuestion != null) {
            lane.heldQuestion = null;
            lane.question = 0;
        }
        if (lane.probe == token && lane.heldProbe != null) {
            lane.heldProbe = null;
            lane.probe = 0;
        }
    }

    /** What may be sent now. */
    List<Effect> due(long nowMs) {
        List<Effect> out = new ArrayList<>();
        lanes.forEach((member, lane) -> {
            Effect next = next(lane, nowMs);
            if (next != null) {
                lane.anyAtMs = nowMs;
                out.add(next);
            }
        });
        return out;
    }

    private @Nullable Effect next(Lane lane, long nowMs) {
        Effect.Ask question = lane.heldQuestion;
        Effect.Tell victory = lane.heldVictory;
        Effect.Ask probe = lane.heldProbe;
        if (lane.electionDueMs() <= nowMs) {
            if (question != null) {
                lane.heldQuestion = null;
                lane.electionAtMs = nowMs;
                return question;
            }
            if (victory != null && lane.victory == 0) {
                lane.heldVictory = null;
                lane.electionAtMs = nowMs;
                lane.victory = tokens.getAsLong();
                return new Effect.Tell(lane.victory, victory.to(), victory.message());
            }
        }
        if (probe != null && lane.anyAtMs + GAP_MS <= nowMs) {
            lane.heldProbe = null;
            lane.probeAtMs = nowMs;
            return probe;
        }
        return null;
    }

    /** When something that is held may be sent; {@link Long#MAX_VALUE} if nothing waits for the time alone. */
    long nextDueMs() {
        long due = Long.MAX_VALUE;
        for (Lane lane : lanes.values()) {
            if (lane.heldQuestion != null || (lane.heldVictory != null && lane.victory == 0)) {
                due = Math.min(due, lane.electionDueMs());
            }
            if (lane.heldProbe != null) {
                due = Math.min(due, lane.anyAtMs + GAP_MS);
            }
        }
        return due;
    }

    /** Nothing that waits is sent any more; what is out goes on. */
    void drop() {
        for (Lane lane : lanes.values()) {
            lane.question = lane.heldQuestion == null ? lane.question : 0;
            lane.probe = lane.heldProbe == null ? lane.probe : 0;
            lane.heldQuestion = null;
            lane.heldProbe = null;
            lane.heldVictory = null;
        }
    }

    /** All sockets are closed: no outcome comes any more. */
    void clear() {
        drop();
        for (Lane lane : lanes.values()) {
            lane.question = 0;
            lane.probe = 0;
            lane.victory = 0;
        }
    }
}
