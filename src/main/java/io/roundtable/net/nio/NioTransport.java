package io.roundtable.net.nio;

import io.roundtable.net.EventLoop;
import io.roundtable.net.Lane;
import io.roundtable.net.ListenChannel;
import io.roundtable.net.NameService;
import io.roundtable.net.PacketChannel;
import io.roundtable.net.StreamChannel;
import io.roundtable.net.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A machine's sockets, clocks and threads. */
public final class NioTransport implements Transport {
    private static final SecureRandom ENTROPY = new SecureRandom();

    private final Selector selector;
    private @Nullable Thread thread;

    private NioTransport() throws IOException {
        selector = Selector.open();
    }

    /**
     * Makes a loop on sockets; it runs from {@link EventLoop#start} on.
     *
     * @param complaints takes one line about a fault of the system that no connection can be blamed for
     * @throws IOException if the system has no descriptor left
     */
    public static EventLoop loop(String name, Consumer<String> complaints) throws IOException {
        return loop(name, complaints, NameService.SYSTEM);
    }

    /** @param names tells where hosts are */
    public static EventLoop loop(String name, Consumer<String> complaints, NameService names) throws IOException {
        return new EventLoop(name, new NioTransport(), complaints, names);
    }

    // ---- the loop's thread

    @Override
    public void start(String name, Turns loop) {
        Thread made = new Thread(() -> run(loop), name);
        thread = made;
        made.start();
    }

    private void run(Turns loop) {
        Throwable failure = null;
        try {
            while (loop.goesOn()) {
                long restMs = loop.restMs();
                if (restMs == 0) {
                    selector.selectNow();
                } else {
                    selector.select(restMs);
                }
                loop.turn(restMs);
            }
        } catch (IOException e) {
            failure = e;
        } catch (RuntimeException | Error e) {
            failure = e;
            // Loudly: the thread's end prints where.
            throw e;
        } finally {
            loop.onEnd(failure);
        }
    }

    @Override
    public void serveReady() {
        Iterator<SelectionKey> ready = selector.selectedKeys().iterator();
        while (ready.hasNext()) {
            SelectionKey key = ready.next();
            ready.remove();
            if (key.isValid() && key.attachment() instanceof Ready attached) {
                attached.onReady();
            }
        }
    }

    @Override
    public void wakeUp() {
        selector.wakeup();
    }

    @Override
    public void awaitEnd() throws InterruptedException {
        Thread running = thread;
        if (running != null && Thread.currentThread() != running) {
            running.join();
        }
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    // ---- channels

    SelectionKey register(SelectableChannel channel, int ops, Ready ready) throws IOException {
        return channel.register(selector, ops, ready);
    }

    @Override
    public StreamChannel openStream() throws IOException {
        return NioStream.open(this);
    }

    @Override
    public ListenChannel listen(InetSocketAddress at, int backlog) throws IOException {
        return NioListen.open(this, at, backlog);
    }

    @Override
    public PacketChannel openPackets(InetSocketAddress at, int bufferBytes) throws IOException {
        return NioPackets.open(this, at, bufferBytes);
    }

    @Override
    public ByteBuffer readBuffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes);
    }

    @Override
    public boolean isThisMachine(InetAddress address) {
        return isLocal(address);
    }

    /** Whether an address is this machine's; asked anew each time, since addresses come and go. */
    public static boolean isLocal(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    // ---- time, chance, threads

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public long entropy() {
        return ENTROPY.nextLong();
    }

    @Override
    public void background(String name, boolean holdsProcess, Runnable work) {
        Thread made = new Thread(work, name);
        made.setDaemon(!holdsProcess);
        made.start();
    }

    @Override
    public Lane lane(String name, int threadsMax, int waitingMax) {
        return new ThreadLane(name, threadsMax, waitingMax);
    }
}
