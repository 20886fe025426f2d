package io.roundtable.net.nio;

import io.roundtable.net.StreamChannel;
import io.roundtable.net.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.List;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/** A TCP socket. */
final class NioStream implements StreamChannel {
    private final NioTransport transport;
    private final SocketChannel channel;
    private @Nullable SelectionKey key;

    private NioStream(NioTransport transport, SocketChannel channel) {
        this.transport = transport;
        this.channel = channel;
    }

    static NioStream open(NioTransport transport) throws IOException {
        return of(transport, SocketChannel.open());
    }

    static NioStream of(NioTransport transport, SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        return new NioStream(transport, channel);
    }

    @Override
    public void attach(Transport.Ready ready) throws IOException {
        register(SelectionKey.OP_READ, ready);
    }

    private void register(int ops, Transport.Ready ready) throws IOException {
        key = transport.register(channel, ops, ready);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    @Override
    public boolean connect(InetSocketAddress to, Transport.Ready ready) throws IOException {
        boolean connected;
        try {
            connected = channel.connect(to);
        } catch (UnsupportedAddressTypeException e) {
            // An IPv6 address on a machine without IPv6.
            throw (IOException) new ConnectException("no such kind of address here").initCause(e);
        }
        register(connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, ready);
        return connected;
    }

    @Override
    public boolean finishConnect() throws IOException {
        if (!channel.finishConnect()) {
            return false;
        }
        interest(SelectionKey.OP_READ);
        return true;
    }

    @Override
    public boolean isReadable() {
        SelectionKey current = key;
        return current != null && current.isValid() && current.isReadable();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return channel.read(into);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        return channel.write(from);
    }

    @Override
    public void awaitRoom(boolean waits) {
        interest(waits ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    private void interest(int ops) {
        SelectionKey current = key;
        if (current != null && current.isValid() && current.interestOps() != ops) {
            current.interestOps(ops);
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public InetSocketAddress local() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    @Override
    public InetSocketAddress remote() throws IOException {
        return (InetSocketAddress) channel.getRemoteAddress();
    }

    @Override
    public void keepAlive(int everyS) throws IOException {
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        for (SocketOption<Integer> option :
                List.of(ExtendedSocketOptions.TCP_KEEPIDLE, ExtendedSocketOptions.TCP_KEEPINTERVAL)) {
            if (channel.supportedOptions().contains(option)) {
                channel.setOption(option, everyS);
            }
        }
    }

    @Override
    public void detach() {
        if (key != null) {
            key.cancel();
        }
    }

    @Override
    public SocketChannel blocking() throws IOException {
        channel.configureBlocking(true);
        return channel;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
