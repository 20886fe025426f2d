package io.roundtable.simulation.net;

import io.roundtable.net.ListenChannel;
import io.roundtable.net.StreamChannel;
import io.roundtable.net.Transport;
import io.roundtable.simulation.net.SimulatedNetwork.What;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A listening port with those that the system has let in and the process has not looked at. */
final class SimulatedListen extends SimulatedChannel implements ListenChannel {
    private final SimulatedNetwork network;
    private final InetSocketAddress at;
    private final int backlogMax;
    private final Deque<SimulatedStream> backlog = new ArrayDeque<>();
    private boolean awaits = true;
    private boolean isClosed;

    SimulatedListen(SimulatedProcess process, SimulatedNetwork network, InetSocketAddress at, int backlogMax) {
        super(process);
        this.network = network;
        this.at = at;
        this.backlogMax = backlogMax;
    }

    InetSocketAddress at() {
        return at;
    }

    boolean isFull() {
        return backlog.size() >= backlogMax;
    }

    void add(SimulatedStream stream) {
        backlog.add(stream);
        look();
    }

    @Override
    boolean isReady() {
        return awaits && !isClosed && !backlog.isEmpty();
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
    public @Nullable StreamChannel accept() {
        SimulatedStream next = backlog.poll();
        if (next != null) {
            network.mix(process, What.ACCEPT, backlog.size());
            process.opened(next);
        }
        return next;
    }

    @Override
    public void awaitConnections(boolean waits) {
        awaits = waits;
        look();
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            detachFrom();
            process.machine().unbind(at.getPort(), this);
            process.closed(this);
            for (SimulatedStream each : backlog) {
                SimulatedStream there = each.other();
                each.close();
                if (there != null) {
                    there.sendReset(each);
                }
            }
            backlog.clear();
        }
    }
}
