package io.roundtable.simulation.net;

import io.roundtable.simulation.Trace;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Machines and the ways between them. Streams are TCP as programs see it: in order, in pieces of any size, through bounded
 * buffers; what is lost is sent again, so that loss shows as a stall; an end that closes with something unread resets, and a
 * reset may be lost, which leaves the other end half open.
 */
public final class SimulatedNetwork {
    private final VirtualTime time;
    private final Trace trace;
    private final RandomGenerator random;
    private final Paths paths;
    private final StreamHabits habits;
    private final int machinesMax;
    private ByteBuffer readBuffer = ByteBuffer.allocate(0);
    private final List<SimulatedMachine> machines = new ArrayList<>();
    private final Map<InetAddress, SimulatedMachine> byAddress = new HashMap<>();

    /** @param machinesMax more are never added */
    public SimulatedNetwork(
            VirtualTime time, SplittableRandom random, Trace trace, StreamHabits habits, int machinesMax) {
        this.time = time;
        this.trace = trace;
        this.habits = habits;
        this.machinesMax = machinesMax;
        this.paths = new Paths(time, random.split(), machinesMax);
        this.random = random.split();
    }

    /** Another machine, at an address of its own. */
    public SimulatedMachine addMachine() {
        int index = machines.size();
        SimulatedMachine made = new SimulatedMachine(index, addressOf(index));
        machines.add(made);
        byAddress.put(made.address(), made);
        return made;
    }

    private static InetAddress addressOf(int index) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, (byte) (index / 250), (byte) (1 + index % 250)});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One for all: a single thread drives every loop. */
    ByteBuffer readBuffer(int bytes) {
        if (readBuffer.capacity() < bytes) {
            readBuffer = ByteBuffer.allocate(bytes);
        }
        return readBuffer;
    }

    int machinesMax() {
        return machinesMax;
    }

    public Paths paths() {
        return paths;
    }

    VirtualTime time() {
        return time;
    }

    RandomGenerator random() {
        return random;
    }

    StreamHabits habits() {
        return habits;
    }

    @Nullable
    SimulatedMachine machineAt(InetSocketAddress address) {
        return byAddress.get(address.getAddress());
    }

    void mix(SimulatedProcess process, What what, long detail) {
        trace.mix(time.nowMicros(), process.number(), what.ordinal(), detail);
    }

    /** What the trace tells apart. */
    enum What {
        TURN,
        CONNECT,
        ACCEPT,
        WRITE,
        READ,
        CLOSE,
        PACKET,
        KILL
    }
}
