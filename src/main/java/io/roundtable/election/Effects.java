package io.roundtable.election;

import io.roundtable.event.EventKind;
import io.roundtable.event.EventLog;
import io.roundtable.event.Fact;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Collects what the machine's parts want done, and keeps book of open requests and timer generations. */
final class Effects implements EventLog {
    /** Why a request was made. */
    enum Purpose {
        ELECTION,
        PROBE,
        RECHECK,
        ANNOUNCE,
        /** A PROBE to whom a lab member's COORDINATOR may mean. */
        VERIFY
    }

    /** A request that is not answered yet. */
    record Asked(Purpose purpose, Member to, long atMs) {}

    private final Map<Long, Asked> asked = new TreeMap<>();
    /** Whom each request and each victory to a lab member went to, until its outcome comes. */
    private final Map<Long, Identity> labTokens = new HashMap<>();

    private final Map<PeerTimer, Long> generations = new EnumMap<>(PeerTimer.class);
    private final LabLanes lanes = new LabLanes(this::nextToken);
    private List<Effect> out = new ArrayList<>();
    private long lastToken;
    private long lastGeneration;
    private long lanesDueMs = Long.MAX_VALUE;

    private long nextToken() {
        return ++lastToken;
    }

    /**
     * Asks. A lab member to whom a question of the same kind is open is not asked again: the open one counts for both.
     *
     * @param timeoutMs see {@link Effect.Ask}
     */
    void ask(Purpose purpose, Member to, Message message, long timeoutMs, long nowMs) {
        if (to.isNative()) {
            long token = nextToken();
            asked.put(token, new Asked(purpose, to, nowMs));
            out.add(new Effect.Ask(token, to, message, timeoutMs));
            return;
        }
        long token = lanes.ask(to, message, timeoutMs, nowMs);
        labTokens.put(token, to.identity());
        Asked open = asked.get(token);
        if (open == null || open.purpose() != Purpose.ELECTION) {
            // An election waits for its outcome; a look or a request to announce may share it.
            asked.put(token, new Asked(purpose, to, nowMs));
        }
        sendDue(nowMs);
    }

    void tell(Member to, Message message, long nowMs) {
        if (to.isNative()) {
            out.add(new Effect.Tell(0, to, message));
        } else {
            lanes.tell(to, message, nowMs);
            sendDue(nowMs);
        }
    }

    /** What was to be told to lab members and has not been is not true any more. */
    void recallVictories() {
        lanes.recall();
    }

    /** Sends to lab members what may be sent now; the timer does it for the rest. */
    void sendDue(long nowMs) {
        for (Effect effect : lanes.due(nowMs)) {
            if (effect instanceof Effect.Tell tell) {
                labTokens.put(tell.token(), tell.to().identity());
            }
            out.add(effect);
        }
        long due = lanes.nextDueMs();
        if (due == Long.MAX_VALUE) {
            lanesDueMs = due;
            cancel(PeerTimer.LANES);
        } else if (due != lanesDueMs || !generations.containsKey(PeerTimer.LANES)) {
            lanesDueMs = due;
            setTimer(PeerTimer.LANES, Math.max(0, due - nowMs));
        }
    }

    /** Since when a PROBE to a lab member has been unanswered. */
    Map<Identity, Long> unansweredProbesSinceMs() {
        return lanes.unansweredProbesSinceMs();
    }

    /** The request behind a token, once; null if it is over or was forgotten. */
    @Nullable
    Asked take(long token, long nowMs) {
        over(token, nowMs);
        return asked.remove(token);
    }

    /** A request to a lab member, or what it was told, has its outcome. */
    void over(long token, long nowMs) {
        Identity member = labTokens.remove(token);
        if (member != null) {
            lanes.over(member, token);
            sendDue(nowMs);
        }
    }

    boolean isAsking(Purpose purpose) {
        return asked.values().stream().anyMatch(asked -> asked.purpose() == purpose);
    }

    /** Open questions to lab members for this purpose, by token. */
    Map<Long, Asked> askedOfLab(Purpose purpose) {
        Map<Long, Asked> open = new TreeMap<>(asked);
        open.values().removeIf(each -> each.purpose() != purpose || each.to().isNative());
        return open;
    }

    /** Nobody here waits for this outcome any more; a question that is out stays so. */
    void forget(long token) {
        Asked forgotten = asked.remove(token);
        if (forgotten != null && !forgotten.to().isNative()) {
            lanes.withdraw(forgotten.to().identity(), token);
        }
    }

    void forget(Purpose purpose) {
        for (Map.Entry<Long, Asked> each : List.copyOf(asked.entrySet())) {
            if (each.getValue().purpose() == purpose) {
                forget(each.getKey());
            }
        }
    }

    /** Whom a request or a victory to a lab member went to; null if it went to none or is over. */
    @Nullable
    Identity labMember(long token) {
        return labTokens.get(token);
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

    boolean isSet(PeerTimer timer) {
        return generations.containsKey(timer);
    }

    /** @param areSocketsClosed whether no outcome of what is out comes any more */
    void cancelAll(boolean areSocketsClosed) {
        generations.clear();
        asked.clear();
        if (areSocketsClosed) {
            lanes.clear();
            labTokens.clear();
        } else {
            lanes.drop();
        }
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
