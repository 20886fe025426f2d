package io.roundtable.net;

import io.roundtable.net.nio.NioTransport;
import io.roundtable.protocol.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A running loop, and ways to reach into it from a test's thread. */
final class TestLoop implements AutoCloseable {
    private static final int PATIENCE_MS = 10_000;
    /** Longer than any test that is not about this limit, on however busy a machine. */
    private static final int EXCHANGE_MS = 120_000;

    final List<String> complaints = new CopyOnWriteArrayList<>();
    final EventLoop loop;

    TestLoop() throws IOException {
        loop = NioTransport.loop("test-loop", complaints::add);
        loop.start();
    }

    /** Does something on the loop's thread. */
    <T> T call(Callable<T> action) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.post(() -> {
            try {
                result.complete(action.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
    }

    Listener listen(ConnectionHandler handler) throws Exception {
        return call(
                () -> loop.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), () -> handler, 1_000));
    }

    Connection connect(Address to, SocketState state, long limitMs, ConnectionHandler handler) throws Exception {
        return call(() -> loop.connect(to, state, limitMs, handler));
    }

    Connection connect(int port, SocketState state, ConnectionHandler handler) throws Exception {
        return connect(new Address("127.0.0.1", port), state, EXCHANGE_MS, handler);
    }

    /** A plain socket to a listener of the loop. */
    static Socket dial(Listener listener) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port());
        socket.setSoTimeout(PATIENCE_MS);
        socket.setTcpNoDelay(true);
        return socket;
    }

    @Override
    public void close() {
        loop.close();
    }
}
