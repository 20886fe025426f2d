package io.roundtable.simulation.net;

import io.roundtable.net.StreamChannel;
import io.roundtable.net.Transport;
import io.roundtable.simulation.net.SimulatedNetwork.What;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** One end of a stream, as the system of its machine keeps it. */
final class SimulatedStream extends SimulatedChannel implements StreamChannel {
    private enum State {
        NEW,
        CONNECTING,
        REFUSED,
        OPEN,
        RESET,
        CLOSED
    }

    private final SimulatedNetwork network;
    private final SimulatedMachine machine;
    private final int boot;
    private State state = State.NEW;
    private final InetSocketAddress local;
    private @Nullable InetSocketAddress remote;
    private @Nullable SimulatedStream other;
    private @Nullable Flow in;
    private @Nullable Flow out;
    private boolean isOutputShut;
    private boolean awaitsRoom;
    /** Whether the end of connecting has been told. */
    private boolean connectionSeen;

    SimulatedStream(SimulatedProcess process, SimulatedNetwork network, InetSocketAddress local) {
        super(process);
        this.network = network;
        this.machine = process.machine();
        this.boot = machine.boot();
        this.local = local;
    }

    SimulatedMachine machine() {
        return machine;
    }

    /** Whether its machine has been off since, and knows nothing of it. */
    boolean isForgotten() {
        return machine.boot() != boot;
    }

    boolean isClosed() {
        return state == State.CLOSED || state == State.RESET;
    }

    boolean isConnecting() {
        return state == State.CONNECTING;
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    @Nullable
    SimulatedStream other() {
        return other;
    }

    // ---- connecting

    @Override
    public boolean connect(InetSocketAddress to, Transport.Ready ready) {
        state = State.CONNECTING;
        remote = to;
        attachTo(ready);
        network.mix(process, What.CONNECT, to.hashCode());
        process.count().connects++;
        network.time().after(network.paths().delayMicros(), new Handshake(network, this, to));
        return false;
    }

    /** The end at the listener; from now on each has the other. */
    SimulatedStream pairedAt(SimulatedListen listener) {
        SimulatedStream accepted = new SimulatedStream(listener.process, network, listener.at());
        accepted.state = State.OPEN;
        accepted.remote = local;
        accepted.other = this;
        other = accepted;
        out = new Flow(network, this, accepted);
        in = new Flow(network, accepted, this);
        accepted.in = out;
        accepted.out = in;
        return accepted;
    }

    void established() {
        if (state == State.CONNECTING) {
            state = State.OPEN;
            look();
        } else if (other != null) {
            // Closed meanwhile.
            other.sendReset(this);
        }
    }

    void refused() {
        if (state == State.CONNECTING) {
            state = State.REFUSED;
            look();
        }
    }

    @Override
    public boolean finishConnect() throws IOException {
        if (state == State.REFUSED) {
            throw new ConnectException("Connection refused");
        }
        if (state == State.CLOSED) {
            throw new ClosedChannelException();
        }
        return state == State.OPEN || state == State.RESET;
    }

    // ---- resets

    /** The other machine answers with a reset, which is sent once only: if it gets lost, this end stays half open. */
    void sendReset(SimulatedStream by) {
        network.time().after(network.paths().delayMicros(), () -> {
            if (!network.paths().isCut(by.machine, machine)) {
                reset();
            }
        });
    }

    /** The connection is over at this end, whatever the other thinks. */
    void reset() {
        if (state == State.OPEN && !isForgotten()) {
            state = State.RESET;
            if (network.habits().isResetRude() && in != null) {
                in.drop();
            }
            look();
        }
    }

    // ---- bytes

    @Override
    public void attach(Transport.Ready ready) {
        attachTo(ready);
    }

    @Override
    boolean isReady() {
        return switch (state) {
            case NEW, CONNECTING, CLOSED -> false;
            case REFUSED, RESET -> true;
            case OPEN -> !connectionSeen || isReadable() || (awaitsRoom && out != null && out.room() > 0);
        };
    }

    @Override
    public boolean isReadable() {
        connectionSeen = true;
        return state == State.RESET || (state == State.OPEN && in != null && (in.hasBytes() || in.hasEnded()));
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        Flow source = in;
        if (state == State.CLOSED || source == null) {
            throw new ClosedChannelException();
        }
        if (source.hasBytes()) {
            int count = source.read(into);
            network.mix(process, What.READ, count);
            return count;
        }
        if (state == State.RESET) {
            throw new IOException("Connection reset");
        }
        return source.hasEnded() ? -1 : 0;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        if (state != State.OPEN || isOutputShut || out == null) {
            throw new IOException("Broken pipe");
        }
        int count = out.write(from);
        network.mix(process, What.WRITE, count);
        if (other != null) {
            process.count().bytesTo[other.machine.index()] += count;
        }
        return count;
    }

    @Override
    public void awaitRoom(boolean waits) {
        awaitsRoom = waits;
        look();
    }

    @Override
    public void shutdownOutput() throws IOException {
        if (state != State.OPEN || out == null) {
            throw new IOException("Transport endpoint is not connected");
        }
        isOutputShut = true;
        out.end();
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public InetSocketAddress remote() throws IOException {
        InetSocketAddress there = remote;
        if (there == null) {
            throw new IOException("not connected");
        }
        return there;
    }

    @Override
    public void keepAlive(int everyS) throws IOException {
        if (state != State.OPEN) {
            throw new ClosedChannelException();
        }
        new KeepAlive(network, this, everyS).begin();
    }

    @Override
    public void detach() {
        detachFrom();
    }

    @Override
    public SocketChannel blocking() throws IOException {
        throw new IOException("streams of a disk's data are modelled apart from this network");
    }

    // ---- the end

    @Override
    public void close() {
        if (state == State.CLOSED) {
            return;
        }
        State before = state;
        state = State.CLOSED;
        detachFrom();
        process.closed(this);
        network.mix(process, What.CLOSE, before.ordinal());
        SimulatedStream there = other;
        if (before != State.OPEN || there == null || in == null || out == null) {
            return;
        }
        if (in.hasBytes()) {
            there.sendReset(this);
        } else {
            out.end();
        }
    }
}
