package io.roundtable.simulation.net;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A connection is being made; systems do that, whatever their processes are at. */
final class Handshake implements Runnable {
    private static final long RETRY_MIN_MICROS = 50_000;
    private static final long RETRY_MAX_MICROS = 800_000;

    private final SimulatedNetwork network;
    private final SimulatedStream from;
    private final InetSocketAddress to;
    private long retryMicros = RETRY_MIN_MICROS;
    private @Nullable SimulatedStream accepted;

    Handshake(SimulatedNetwork network, SimulatedStream from, InetSocketAddress to) {
        this.network = network;
        this.from = from;
        this.to = to;
    }

    @Override
    public void run() {
        if (from.isForgotten() || (!from.isConnecting() && accepted == null)) {
            return;
        }
        SimulatedMachine there = network.machineAt(to);
        if (there == null
                || network.paths().isCut(from.machine(), there)
                || network.paths().isCut(there, from.machine())) {
            again();
        } else if (accepted != null) {
            from.established();
        } else {
            knock(there);
        }
    }

    private void knock(SimulatedMachine there) {
        SimulatedListen listener = there.listenerAt(to.getPort());
        if (listener == null) {
            network.time().after(network.paths().delayMicros(), from::refused);
        } else if (listener.isFull()) {
            again();
        } else {
            SimulatedStream end = from.pairedAt(listener);
            accepted = end;
            listener.add(end);
            network.time().after(network.paths().delayMicros(), this);
        }
    }

    private void again() {
        network.time().after(retryMicros, this);
        retryMicros = Math.min(RETRY_MAX_MICROS, 2 * retryMicros);
    }
}
