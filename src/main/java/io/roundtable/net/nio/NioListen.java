package io.roundtable.net.nio;

import io.roundtable.net.ListenChannel;
import io.roundtable.net.StreamChannel;
import io.roundtable.net.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A listening TCP socket. */
final class NioListen implements ListenChannel {
    private final NioTransport transport;
    private final ServerSocketChannel channel;
    private @Nullable SelectionKey key;

    private NioListen(NioTransport transport, ServerSocketChannel channel) {
        this.transport = transport;
        this.channel = channel;
    }

    static NioListen open(NioTransport transport, InetSocketAddress at, int backlog) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            // A recovered peer wants its own port again while old connections to it still fade.
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(at, backlog);
            channel.configureBlocking(false);
            return new NioListen(transport, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void attach(Transport.Ready ready) throws IOException {
        key = transport.register(channel, SelectionKey.OP_ACCEPT, ready);
    }

    @Override
    public int port() {
        return channel.socket().getLocalPort();
    }

    @Override
    public @Nullable StreamChannel accept() throws IOException {
        SocketChannel accepted = channel.accept();
        if (accepted == null) {
            return null;
        }
        try {
            return NioStream.of(transport, accepted);
        } catch (IOException e) {
            accepted.close();
            throw e;
        }
    }

    @Override
    public void awaitConnections(boolean waits) {
        SelectionKey current = key;
        if (current != null && current.isValid()) {
            current.interestOps(waits ? SelectionKey.OP_ACCEPT : 0);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
