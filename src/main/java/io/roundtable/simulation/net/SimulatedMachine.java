package io.roundtable.simulation.net;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One machine: an address, ports, and processes. Its power may fail, and then nobody hears of it. */
public final class SimulatedMachine {
    private static final int EPHEMERAL_MIN = 32_768;
    private static final int EPHEMERAL_MAX = 60_999;

    private final int index;
    private final InetAddress address;
    private final Map<Integer, SimulatedListen> listeners = new HashMap<>();
    private final Map<Integer, SimulatedPackets> packets = new HashMap<>();
    private final List<SimulatedProcess> processes = new ArrayList<>();
    private boolean isOn = true;
    private int boot = 1;
    private int nextPort = EPHEMERAL_MIN;

    SimulatedMachine(int index, InetAddress address) {
        this.index = index;
        this.address = address;
    }

    int index() {
        return index;
    }

    public InetAddress address() {
        return address;
    }

    public boolean isOn() {
        return isOn;
    }

    /** Counts the times that it was switched on: what belongs to an earlier one is unknown here. */
    int boot() {
        return boot;
    }

    /** The power fails: nothing is said on any connection, and nobody is there to refuse one. */
    public void powerOff() {
        isOn = false;
        boot++;
        processes.forEach(SimulatedProcess::lose);
        processes.clear();
        listeners.clear();
        packets.clear();
    }

    /** It is back, without any process; who still sends on a connection of its former life is reset. */
    public void powerOn() {
        isOn = true;
    }

    void add(SimulatedProcess process) {
        processes.add(process);
    }

    void remove(SimulatedProcess process) {
        processes.remove(process);
    }

    // ---- ports

    @Nullable
    SimulatedListen listenerAt(int port) {
        return listeners.get(port);
    }

    @Nullable
    SimulatedPackets packetsAt(int port) {
        return packets.get(port);
    }

    /** @return false if somebody has it */
    boolean bind(int port, SimulatedListen listener) {
        return listeners.putIfAbsent(port, listener) == null;
    }

    void unbind(int port, SimulatedListen listener) {
        listeners.remove(port, listener);
    }

    boolean bind(int port, SimulatedPackets socket) {
        return packets.putIfAbsent(port, socket) == null;
    }

    void unbind(int port, SimulatedPackets socket) {
        packets.remove(port, socket);
    }

    /** A port that nobody listens at. */
    int freePort() {
        do {
            nextPort = nextPort == EPHEMERAL_MAX ? EPHEMERAL_MIN : nextPort + 1;
        } while (listeners.containsKey(nextPort) || packets.containsKey(nextPort));
        return nextPort;
    }

    @Override
    public String toString() {
        return address.getHostAddress();
    }
}
