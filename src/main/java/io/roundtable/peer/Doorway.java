package io.roundtable.peer;

import io.roundtable.net.ConnectionHandler;
import io.roundtable.net.EventLoop;
import io.roundtable.net.Listener;
import io.roundtable.net.TimerHandle;
import io.roundtable.protocol.Address;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The listener of a peer: opened at the start, closed and opened again while the peer feigns failure. For the loop's thread. */
final class Doorway {
    /** Connections that others may hold to this peer at a time. */
    private static final int CONNECTIONS_MAX = 8_192;

    private static final int RETRY_MS = 100;

    private final EventLoop loop;
    private final PeerOptions options;
    private final ConnectionHandler handler;
    private @Nullable Listener listener;
    private @Nullable TimerHandle retry;
    private int portBefore;

    Doorway(EventLoop loop, PeerOptions options, ConnectionHandler handler) {
        this.loop = loop;
        this.options = options;
        this.handler = handler;
        this.portBefore = options.port();
    }

    /**
     * @return where others reach it
     * @throws IOException if the port cannot be had
     */
    Address open() throws IOException {
        return listen(options.port());
    }

    private Address listen(int port) throws IOException {
        Listener opened = loop.listen(new InetSocketAddress(options.listen(), port), () -> handler, CONNECTIONS_MAX);
        listener = opened;
        Address address = opened.address(options.advertised());
        portBefore = address.port();
        return address;
    }

    /**
     * The same port if it can be had, another one if somebody took it meanwhile; tried until it works, or until
     * {@link #close}. Whoever asks again while that goes on waits for the same.
     *
     * @param opened told where others reach it, once
     */
    void openAgain(Consumer<Address> opened) {
        stopTrying();
        if (listener != null) {
            return;
        }
        Address address;
        try {
            address = listenAgain();
        } catch (IOException e) {
            retry = loop.schedule(RETRY_MS, () -> openAgain(opened));
            return;
        }
        opened.accept(address);
    }

    private Address listenAgain() throws IOException {
        try {
            return listen(portBefore);
        } catch (IOException e) {
            return listen(options.port());
        }
    }

    void close() {
        stopTrying();
        if (listener != null) {
            listener.close();
            listener = null;
        }
    }

    private void stopTrying() {
        if (retry != null) {
            retry.cancel();
            retry = null;
        }
    }
}
