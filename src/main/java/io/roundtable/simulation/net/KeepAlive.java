package io.roundtable.simulation.net;

/** The system's own look at the other side of a silent connection. */
final class KeepAlive implements Runnable {
    private static final int LOST_MAX = 9;

    private final SimulatedNetwork network;
    private final SimulatedStream stream;
    private final long everyMicros;
    private int lost;

    KeepAlive(SimulatedNetwork network, SimulatedStream stream, int everyS) {
        this.network = network;
        this.stream = stream;
        this.everyMicros = everyS * 1_000_000L;
    }

    void begin() {
        network.time().after(everyMicros, this);
    }

    @Override
    public void run() {
        SimulatedStream other = stream.other();
        if (!stream.isOpen() || stream.isForgotten() || other == null) {
            return;
        }
        boolean isReached = !network.paths().isCut(stream.machine(), other.machine())
                && !network.paths().isCut(other.machine(), stream.machine());
        lost = isReached ? 0 : lost + 1;
        if (lost > LOST_MAX || (isReached && (other.isForgotten() || other.isClosed()))) {
            stream.reset();
        } else {
            begin();
        }
    }
}
