package io.roundtable.net.nio;

import io.roundtable.net.PacketChannel;
import io.roundtable.net.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/** A UDP socket. */
final class NioPackets implements PacketChannel {
    private final NioTransport transport;
    private final DatagramChannel channel;
    private @Nullable SelectionKey key;

    private NioPackets(NioTransport transport, DatagramChannel channel) {
        this.transport = transport;
        this.channel = channel;
    }

    static NioPackets open(NioTransport transport, InetSocketAddress at, int bufferBytes) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, bufferBytes);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, bufferBytes);
            channel.bind(at);
            channel.configureBlocking(false);
            return new NioPackets(transport, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void attach(Transport.Ready ready) throws IOException {
        key = transport.register(channel, SelectionKey.OP_READ, ready);
    }

    @Override
    public int port() {
        return channel.socket().getLocalPort();
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public @Nullable InetSocketAddress receive(ByteBuffer into) throws IOException {
        return (InetSocketAddress) channel.receive(into);
    }

    @Override
    public boolean send(ByteBuffer bytes, InetSocketAddress to) throws IOException {
        try {
            return channel.send(bytes, to) > 0 || !bytes.hasRemaining();
        } catch (IllegalArgumentException e) {
            // An address of no kind that this machine has, or port 0.
            throw new IOException("no address to send to: " + to, e);
        }
    }

    @Override
    public void awaitRoom(boolean waits) {
        SelectionKey current = key;
        if (current != null && current.isValid()) {
            current.interestOps(waits ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
