package io.roundtable.election;

import io.roundtable.event.EventKind;
import io.roundtable.event.EventLog;
import io.roundtable.event.Fact;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what the machine's parts want done, and keeps book of open requests and timer generations. */
final class Effects implements EventLog {
    /** Why a request was made. */
    enum Purpose {
        ELECTION,
        PROBE,
        RECHECK,
        ANNOUNCE
    }

    /** A request that is not answered yet. */
    record Asked(Purpose purpose, Member to, long atMs) {}

    private final Map<Long, Asked> asked = new HashMap<>();
    private final Map<PeerTimer, Long> generations = new EnumMap<>(PeerTimer.class);
    private List<Effect> out = new ArrayList<>();
    private long lastToken;
    private long lastGeneration;

    void ask(Purpose purpose, Member to, Message message, long timeoutMs, long nowMs) {
        long token = ++lastToken;
        asked.put(token, new Asked(purpose, to, nowMs));
        out.add(new Effect.Ask(token, to, message, timeoutMs));
    }

    /** The request behind a token, once; null if it is over or was forgotten. */
    @Nullable
    Asked take(long token) {
        return asked.remove(token);
    }

    boolean isAsking(Purpose purpose) {
        return asked.values().stream().anyMatch(asked -> asked.purpose() == purpose);
    }

    void forget(Purpose purpose) {
        asked.values().removeIf(asked -> asked.purpose() == purpose);
    }

    void add(Effect effect) {
        out.add(effect);
    }

    void setTimer(PeerTimer timer, long delayMs) {
        long generation = ++lastGeneration;
        generations.put(timer, generation);
        out.add(new Effect.SetTimer(timer, generation, delayMs));
    }

    /** A cancelled timer still fires; its generation says that it is not meant any more. */
    void cancel(PeerTimer timer) {
        generations.remove(timer);
    }

    void cancelAll() {
        generations.clear();
        asked.clear();
    }

    /** Whether this firing is the one that was set last; it then counts as fired. */
    boolean fires(PeerTimer timer, long generation) {
        return generations.remove(timer, generation);
    }

    @Override
    public void report(EventKind kind, List<Fact> facts) {
        out.add(new Effect.Report(kind, facts));
    }

    List<Effect> drain() {
        List<Effect> drained = out;
        out = new ArrayList<>();
        return drained;
    }
}
