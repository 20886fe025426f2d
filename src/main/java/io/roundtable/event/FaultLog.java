package io.roundtable.event;

import io.roundtable.protocol.Identity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Passes events on, and lets through as many about others' faults as a person can read: of each fault of each member the first one at once, then
 * one in each period, with how many there were as {@code times}. A node that commits the same fault 20 times a second does not flood the log.
 *
 * <p>A fault is the same if its kind, its {@code peer} and its {@code to}, {@code in} and {@code reason} are. Strangers, who are known by their address, are
 * counted by host, and {@value #STRANGERS_AT_ONCE} of them are told at once. Bounded in members and in faults of each; without time: whoever owns it
 * calls {@link #tick} when a period is over.
 */
public final class FaultLog implements EventLog {
    /** How long a period is meant to be. */
    public static final int PERIOD_MS = 10_000;

    static final int STRANGERS_AT_ONCE = 4;
    static final int FAULTS_OF_ONE_MAX = 8;
    static final int MEMBERS_MAX = 512;
    private static final String OTHERS = "others";

    private static final class Count {
        private int toldAtOnce;
        private int held;
        private boolean isFresh;
        private List<Fact> last = List.of();
    }

    private record Key(EventKind kind, String what) {}

    private final EventLog out;
    private final Runnable needsTick;
    private final Map<Object, Map<Key, Count>> byMember = new LinkedHashMap<>();

    /**
     * @param out takes what is let through
     * @param needsTick told that {@link #tick} is to be called in {@value #PERIOD_MS} ms
     */
    public FaultLog(EventLog out, Runnable needsTick) {
        this.out = out;
        this.needsTick = needsTick;
    }

    @Override
    public void report(EventKind kind, List<Fact> facts) {
        if (!kind.isFault()) {
            out.report(kind, facts);
            return;
        }
        if (byMember.isEmpty()) {
            needsTick.run();
        }
        Object peer = fact(facts, "peer");
        boolean isStranger = !(peer instanceof Identity);
        Count count = count(isStranger ? host(String.valueOf(peer)) : peer, kind, facts);
        count.isFresh = true;
        count.last = facts;
        if (count.toldAtOnce < (isStranger ? STRANGERS_AT_ONCE : 1)) {
            count.toldAtOnce++;
            out.report(kind, facts);
        } else {
            count.held++;
        }
    }

    private Count count(Object who, EventKind kind, List<Fact> facts) {
        boolean isFull = byMember.size() >= MEMBERS_MAX && !byMember.containsKey(who);
        Map<Key, Count> faults = byMember.computeIfAbsent(isFull ? OTHERS : who, each -> new LinkedHashMap<>());
        Key key = new Key(kind, fact(facts, "to") + " " + fact(facts, "in") + " " + fact(facts, "reason"));
        if (faults.size() >= FAULTS_OF_ONE_MAX && !faults.containsKey(key)) {
            // Whoever finds ever new faults to commit has one more, for all of them.
            key = new Key(kind, "");
        }
        return faults.computeIfAbsent(key, each -> new Count());
    }

    private static Object fact(List<Fact> facts, String name) {
        for (Fact fact : facts) {
            if (fact.name().equals(name)) {
                return fact.value();
            }
        }
        return "";
    }

    /** Of {@code host:port}: its port is another one each time. */
    private static String host(String address) {
        int colon = address.lastIndexOf(':');
        return colon < 0 ? address : address.substring(0, colon);
    }

    /** A period is over: what was held back is told as one event each. */
    public void tick() {
        byMember.values().removeIf(faults -> {
            faults.entrySet().removeIf(entry -> isOver(entry.getKey().kind, entry.getValue()));
            return faults.isEmpty();
        });
        if (!byMember.isEmpty()) {
            needsTick.run();
        }
    }

    /** Told again at once only after a whole period without it. */
    private boolean isOver(EventKind kind, Count count) {
        if (count.held > 0) {
            List<Fact> facts = new ArrayList<>(count.last);
            facts.add(Fact.of("times", count.held));
            out.report(kind, facts);
            count.held = 0;
        }
        boolean wasFresh = count.isFresh;
        count.isFresh = false;
        return !wasFresh;
    }
}
