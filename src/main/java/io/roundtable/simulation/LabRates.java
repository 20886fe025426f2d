package io.roundtable.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** How many messages of an election one peer of ours sends to each Python node: some die of bursts. */
final class LabRates {
    /** Within a second, to one node. */
    private static final int MAX = 2;

    private static final long WINDOW_MICROS = 1_000_000;
    /** How long a node that accepts and says nothing is left alone before somebody looks whether it goes on. */
    private static final long SILENT_PAUSE_MICROS = 30_000_000;

    private final SimulatedPeer peer;
    /** Never iterated. */
    private final Map<Host, Deque<Long>> sent = new HashMap<>();
    /** When the last message went to each silent node; never iterated. */
    private final Map<Host, Long> looks = new HashMap<>();

    private long count;
    private long settledMicros = Long.MAX_VALUE;

    LabRates(SimulatedPeer peer) {
        this.peer = peer;
    }

    void newLife() {
        sent.clear();
        looks.clear();
    }

    /** From now on nothing is sent but probes, and a look at silent nodes now and then. */
    void settled() {
        settledMicros = peer.world.nowMicros();
    }

    /** Something happens to the table. */
    void unsettled() {
        settledMicros = Long.MAX_VALUE;
        looks.clear();
    }

    /** How many messages of an election went to Python nodes. */
    long count() {
        return count;
    }

    void sent(Traffic traffic, Socket socket) {
        if (traffic != Traffic.ELECTION && traffic != Traffic.COORDINATOR) {
            return;
        }
        if (!(peer.world.network.listenerAt(socket.to) instanceof PythonNode to)) {
            return;
        }
        long now = peer.world.nowMicros();
        count++;
        Deque<Long> recent = sent.computeIfAbsent(to, host -> new ArrayDeque<>());
        while (!recent.isEmpty() && recent.peekFirst() <= now - WINDOW_MICROS) {
            recent.removeFirst();
        }
        recent.addLast(now);
        peer.world.checked(1);
        if (recent.size() > MAX) {
            throw new Violation("two messages of an election a second", recent.size() + " from " + peer + " to " + to);
        }
        if (now >= settledMicros) {
            demandRest(traffic, to, now);
        }
    }

    private void demandRest(Traffic traffic, PythonNode to, long now) {
        Long before = to.isSilent() ? looks.put(to, now) : null;
        if (!to.isSilent() || (before != null && now - before < SILENT_PAUSE_MICROS)) {
            throw new Violation(
                    "a settled table sends nothing but probes", peer + " sent " + traffic.text() + " to " + to);
        }
    }
}
