package io.roundtable.simulation.net;

import io.roundtable.net.PacketChannel;
import io.roundtable.net.Transport;
import io.roundtable.simulation.net.SimulatedNetwork.What;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A UDP port: what it sends may be lost or overtaken, and what nobody takes in time is dropped. */
final class SimulatedPackets extends SimulatedChannel implements PacketChannel {
    private static final int PAYLOAD_BYTES_MAX = 65_507;

    private record Packet(InetSocketAddress from, byte[] bytes) {}

    private final SimulatedNetwork network;
    private final InetSocketAddress at;
    private final int bufferBytes;
    private final Deque<Packet> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private boolean isClosed;

    SimulatedPackets(SimulatedProcess process, SimulatedNetwork network, InetSocketAddress at, int bufferBytes) {
        super(process);
        this.network = network;
        this.at = at;
        this.bufferBytes = bufferBytes;
    }

    @Override
    boolean isReady() {
        return !isClosed && !waiting.isEmpty();
    }

    @Override
    public void attach(Transport.Ready ready) {
        attachTo(ready);
    }

    @Override
    public int port() {
        return at.getPort();
    }

    @Override
    public boolean isOpen() {
        return !isClosed;
    }

    @Override
    public @Nullable InetSocketAddress receive(ByteBuffer into) throws IOException {
        if (isClosed) {
            throw new ClosedChannelException();
        }
        Packet next = waiting.poll();
        if (next == null) {
            return null;
        }
        waitingBytes -= next.bytes.length;
        into.put(next.bytes, 0, Math.min(into.remaining(), next.bytes.length));
        return next.from;
    }

    @Override
    public boolean send(ByteBuffer bytes, InetSocketAddress to) throws IOException {
        if (isClosed) {
            throw new ClosedChannelException();
        }
        if (to.getPort() == 0 || to.isUnresolved() || bytes.remaining() > PAYLOAD_BYTES_MAX) {
            throw new IOException("cannot be sent to " + to);
        }
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        network.mix(process, What.PACKET, copy.length);
        if (!network.paths().losesDatagram()) {
            Packet packet = new Packet(at, copy);
            SimulatedMachine from = process.machine();
            network.time().after(network.paths().delayMicros(), () -> arrive(packet, from, to));
        }
        return true;
    }

    private void arrive(Packet packet, SimulatedMachine from, InetSocketAddress to) {
        SimulatedMachine there = network.machineAt(to);
        SimulatedPackets socket =
                there == null || network.paths().isCut(from, there) ? null : there.packetsAt(to.getPort());
        if (socket != null) {
            socket.take(packet);
        }
    }

    private void take(Packet packet) {
        if (waitingBytes + packet.bytes.length <= bufferBytes) {
            waitingBytes += packet.bytes.length;
            waiting.add(packet);
            look();
        }
    }

    @Override
    public void awaitRoom(boolean waits) {
        // There is always room: what is too much gets lost at the other end.
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            detachFrom();
            process.machine().unbind(at.getPort(), this);
            process.closed(this);
        }
    }
}
