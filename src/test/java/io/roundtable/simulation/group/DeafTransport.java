package io.roundtable.simulation.group;

import io.roundtable.net.Lane;
import io.roundtable.net.ListenChannel;
import io.roundtable.net.PacketChannel;
import io.roundtable.net.StreamChannel;
import io.roundtable.net.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;

/** Loses every wake-up: what other threads post is seen when something else wakes the loop. */
record DeafTransport(Transport below) implements Transport {
    @Override
    public void wakeUp() {}

    @Override
    public void start(String name, Turns loop) {
        below.start(name, loop);
    }

    @Override
    public void serveReady() {
        below.serveReady();
    }

    @Override
    public void awaitEnd() throws InterruptedException {
        below.awaitEnd();
    }

    @Override
    public void close() throws IOException {
        below.close();
    }

    @Override
    public StreamChannel openStream() throws IOException {
        return below.openStream();
    }

    @Override
    public ListenChannel listen(InetSocketAddress at, int backlog) throws IOException {
        return below.listen(at, backlog);
    }

    @Override
    public PacketChannel openPackets(InetSocketAddress at, int bufferBytes) throws IOException {
        return below.openPackets(at, bufferBytes);
    }

    @Override
    public ByteBuffer readBuffer(int bytes) {
        return below.readBuffer(bytes);
    }

    @Override
    public boolean isThisMachine(InetAddress address) {
        return below.isThisMachine(address);
    }

    @Override
    public long nanoTime() {
        return below.nanoTime();
    }

    @Override
    public Instant now() {
        return below.now();
    }

    @Override
    public long entropy() {
        return below.entropy();
    }

    @Override
    public void background(String name, boolean holdsProcess, Runnable work) {
        below.background(name, holdsProcess, work);
    }

    @Override
    public Lane lane(String name, int threadsMax, int waitingMax) {
        return below.lane(name, threadsMax, waitingMax);
    }
}
