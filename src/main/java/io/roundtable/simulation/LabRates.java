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

    private final SimulatedPeer peer;
    /** Never iterated. */
    private final Map<Host, Deque<Long>> sent = new HashMap<>();

    private long lastMicros = -1;

    LabRates(SimulatedPeer peer) {
        this.peer = peer;
    }

    void newLife() {
        sent.clear();
    }

    void sent(Traffic traffic, Socket socket) {
        if (traffic != Traffic.ELECTION && traffic != Traffic.COORDINATOR) {
            return;
        }
        Host to = peer.world.network.listenerAt(socket.to);
        if (!(to instanceof PythonNode)) {
            return;
        }
        long now = peer.world.nowMicros();
        lastMicros = now;
        Deque<Long> recent = sent.computeIfAbsent(to, host -> new ArrayDeque<>());
        while (!recent.isEmpty() && recent.peekFirst() <= now - WINDOW_MICROS) {
            recent.removeFirst();
        }
        recent.addLast(now);
        peer.world.checked(1);
        if (recent.size() > MAX) {
            throw new Violation("two messages of an election a second", recent.size() + " from " + peer + " to " + to);
        }
    }

    /** When the last message of an election went to any Python node; negative for never. */
    long lastMicros() {
        return lastMicros;
    }
}
