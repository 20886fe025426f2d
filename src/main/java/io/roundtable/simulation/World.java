package io.roundtable.simulation;

import io.roundtable.protocol.Address;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What all hosts of one run share: the time, what will happen, the network, the trace. */
final class World {
    final SimulationOptions options;
    final Trace trace;
    final Network network;
    final List<Host> hosts = new ArrayList<>();
    private final EventQueue events = new EventQueue();
    private final EnumMap<Traffic, Long> counts = new EnumMap<>(Traffic.class);
    private final long sentInWindowMax;
    private long nowMicros;
    private boolean calm;
    private long changes;
    private long checks;
    private long windowEndMicros;
    private long sentInWindow;

    World(SimulationOptions options, SplittableRandom random, Wire wire, Trace trace) {
        this.options = options;
        this.trace = trace;
        this.calm = !options.faults();
        int hostCount = options.peers() + 1;
        this.network = new Network(this, random, wire, hostCount);
        // What a second may cost at most: every peer electing four times in vain, or eight times in a small group.
        this.sentInWindowMax = 4L * hostCount * hostCount + 200L * hostCount;
    }

    long nowMicros() {
        return nowMicros;
    }

    void at(long atMicros, Runnable event) {
        events.add(atMicros, event);
    }

    void after(long delayMicros, Runnable event) {
        events.add(nowMicros + delayMicros, event);
    }

    boolean hasNext() {
        return !events.isEmpty();
    }

    /** When the next thing is due; there must be one. */
    long nextAtMicros() {
        return events.nextAtMicros();
    }

    /** Nothing is due before then. */
    void passTo(long micros) {
        nowMicros = micros;
    }

    /** Lets the next thing happen. */
    void step() {
        nowMicros = events.nextAtMicros();
        events.poll().run();
    }

    /** Whether the time of faults is over. */
    boolean isCalm() {
        return calm;
    }

    void calmDown() {
        calm = true;
        network.weather.clearUp();
    }

    /** Whether nobody above takes part now. */
    boolean isHighest(Participant participant) {
        for (Host host : hosts) {
            boolean isAbove = host instanceof Participant other
                    && other.identity.isHigherThan(participant.identity)
                    && other.takesPart();
            if (isAbove) {
                return false;
            }
        }
        return true;
    }

    @Nullable
    Host ownerOf(Address address) {
        for (Host host : hosts) {
            if (host.hasVanished() && host.address.equals(address)) {
                return host;
            }
        }
        return null;
    }

    // ---- books

    void sent(Host from, Traffic what, Socket socket) {
        counts.merge(what, 1L, Long::sum);
        trace.mix(nowMicros, from.index, what.ordinal(), socket.to.port());
        if (what.isElection()) {
            if (nowMicros >= windowEndMicros) {
                windowEndMicros = nowMicros + 1_000_000;
                sentInWindow = 0;
            }
            if (++sentInWindow > sentInWindowMax) {
                throw new Violation("bounded messages", sentInWindow + " election messages within a second");
            }
        }
    }

    /** What has been sent of each kind. */
    Map<Traffic, Long> counts() {
        return counts;
    }

    long sentForElections() {
        long sum = 0;
        for (Map.Entry<Traffic, Long> entry : counts.entrySet()) {
            sum += entry.getKey().isElection() ? entry.getValue() : 0;
        }
        return sum;
    }

    /** Some peer's state or leader is another one now. */
    void changed() {
        changes++;
    }

    long changes() {
        return changes;
    }

    void checked(int invariants) {
        checks += invariants;
    }

    long checks() {
        return checks;
    }
}
