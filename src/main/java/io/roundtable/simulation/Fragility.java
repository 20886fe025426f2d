package io.roundtable.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a Python node suffers from our peers: what would kill it, or drive it mad, is a violation. What other Python nodes do to
 * it is theirs.
 */
final class Fragility {
    /** What comes within this time is read in one round of select. */
    private static final long ROUND_MICROS = 20_000;

    private static final long BLAMELESS_MICROS = Long.MIN_VALUE / 2;

    private final PythonNode node;
    private final Set<Habit> habits;
    /** When each of our peers last sent a request; never iterated. */
    private final Map<Host, Long> lastRequests = new HashMap<>();
    /** When a request came on a socket; never iterated. */
    private final Map<Socket, Long> requests = new HashMap<>();
    /** PROBE sockets that are open and unanswered, by who opened them; never iterated. */
    private final Map<Host, Socket> probes = new HashMap<>();
    /** What piled up while the process was stopped comes in one round, whoever sent it. */
    private long awakeSinceMicros = BLAMELESS_MICROS;

    Fragility(PythonNode node, Set<Habit> habits) {
        this.node = node;
        this.habits = habits;
    }

    void newLife() {
        lastRequests.clear();
        requests.clear();
        probes.clear();
    }

    void awoke() {
        awakeSinceMicros = node.world.nowMicros();
    }

    /** The peer of ours at the other end, if it is alive and not feigning failure. */
    private static @Nullable SimulatedPeer blamed(Socket socket) {
        Socket other = socket.other();
        return other != null && other.isAlive() && other.owner instanceof SimulatedPeer peer && peer.isUp()
                ? peer
                : null;
    }

    void onRequest(Socket socket) {
        SimulatedPeer peer = blamed(socket);
        if (peer == null || !habits.contains(Habit.DIES_OF_BURST)) {
            return;
        }
        long now = node.world.nowMicros();
        requests.put(socket, now);
        Long before = lastRequests.put(peer, now);
        node.world.checked(1);
        if (before != null && now - before < ROUND_MICROS && now - awakeSinceMicros > ROUND_MICROS) {
            throw new Violation("nobody dies of what we send", node + " read two messages of " + peer + " at once");
        }
    }

    void onEnd(Socket socket) {
        SimulatedPeer peer = blamed(socket);
        Long cameAt = requests.remove(socket);
        if (peer == null || cameAt == null || peer.isFeigning()) {
            return;
        }
        long now = node.world.nowMicros();
        if (now - cameAt < ROUND_MICROS && now - awakeSinceMicros > ROUND_MICROS) {
            throw new Violation(
                    "nobody dies of what we send", node + " read a message of " + peer + " that had closed already");
        }
    }

    void onReset(Socket socket) {
        SimulatedPeer peer = blamed(socket);
        if (peer != null && habits.contains(Habit.DIES_OF_RESET)) {
            throw new Violation("nobody dies of what we send", node + " was reset by " + peer);
        }
    }

    /** A PROBE that is not answered came on a socket that stays open. */
    void onUnansweredProbe(Socket socket) {
        SimulatedPeer peer = blamed(socket);
        if (peer == null) {
            return;
        }
        Socket before = probes.put(peer, socket);
        node.world.checked(1);
        if (before != null && before != socket && before.isOpen()) {
            throw new Violation("one open probe", peer + " probes " + node + ", which has not answered the last one");
        }
    }

    void onUnansweredProbeEnd(Socket socket) {
        SimulatedPeer peer = blamed(socket);
        node.world.checked(1);
        if (peer != null && !peer.isFeigning()) {
            throw new Violation("an unanswered probe stays open", peer + " closed one, and " + node + " spins");
        }
    }

    /** An ignoring peer is as silent as a stopped process. */
    void onEndOfQuestion(Socket socket) {
        SimulatedPeer peer = blamed(socket);
        if (peer != null && peer.isIgnoring()) {
            throw new Violation("who ignores closes nothing", peer + " closed a question of " + node);
        }
    }
}
