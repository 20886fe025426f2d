package io.roundtable.net;

import io.roundtable.protocol.Reason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A UDP port of the loop. Nothing that comes in ends it; what cannot be sent is lost, as datagrams may be.
 *
 * <p>For the loop's thread only.
 */
public final class DatagramPort {
    /** What UDP over IPv4 carries at most. */
    public static final int PAYLOAD_BYTES_MAX = 65_507;

    /** Datagrams received in one turn, about a millisecond of work. */
    private static final int RECEIVE_MAX = 16;
    /** Datagrams that wait for room in the system's buffer. */
    private static final int OUTBOX_MAX = 64;
    /** Room for a burst of the largest while the loop does something else; the system may give less. */
    private static final int SYSTEM_BUFFER_BYTES = 4 << 20;

    private static final int COMPLAIN_EVERY_MS = 10_000;

    /** Hears what comes in. */
    public interface Handler {
        /** @param bytes 0 to {@link #PAYLOAD_BYTES_MAX}, the receiver's own */
        void onDatagram(InetSocketAddress from, byte[] bytes);
    }

    private record Waiting(InetSocketAddress to, ByteBuffer bytes) {}

    private final EventLoop loop;
    private final PacketChannel channel;
    private final Handler handler;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
    private final Deque<Waiting> outbox = new ArrayDeque<>();
    private long complainAgainMs;

    private DatagramPort(EventLoop loop, PacketChannel channel, Handler handler) {
        this.loop = loop;
        this.channel = channel;
        this.handler = handler;
    }

    static DatagramPort open(EventLoop loop, InetSocketAddress at, Handler handler) throws IOException {
        PacketChannel channel = loop.transport().openPackets(at, SYSTEM_BUFFER_BYTES);
        DatagramPort port = new DatagramPort(loop, channel, handler);
        try {
            channel.attach(port::onReady);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return port;
    }

    public int port() {
        return channel.port();
    }

    void onReady() {
        flush();
        for (int i = 0; i < RECEIVE_MAX && channel.isOpen(); i++) {
            try {
                buffer.clear();
                InetSocketAddress from = channel.receive(buffer);
                if (from == null) {
                    return;
                }
                byte[] bytes = new byte[buffer.flip().remaining()];
                buffer.get(bytes);
                if (bytes.length <= PAYLOAD_BYTES_MAX) {
                    handler.onDatagram(from, bytes);
                }
            } catch (IOException e) {
                // Of one datagram: the next may be fine.
                complain("receive", e);
                return;
            }
        }
    }

    /** Sends one datagram, or loses it. */
    public void send(InetSocketAddress to, byte[] bytes) {
        if (!channel.isOpen() || outbox.size() >= OUTBOX_MAX) {
            return;
        }
        outbox.add(new Waiting(to, ByteBuffer.wrap(bytes)));
        flush();
    }

    private void flush() {
        Waiting next;
        while (channel.isOpen() && (next = outbox.peek()) != null) {
            try {
                if (!channel.send(next.bytes, next.to)) {
                    break;
                }
            } catch (IOException e) {
                // To somewhere that cannot be reached from here, or with port 0: a sender may claim any address.
                complain("send", e);
            }
            outbox.remove();
        }
        channel.awaitRoom(!outbox.isEmpty());
    }

    private void complain(String doing, Exception e) {
        if (channel.isOpen() && loop.nowMs() >= complainAgainMs) {
            complainAgainMs = loop.nowMs() + COMPLAIN_EVERY_MS;
            loop.report("cannot " + doing + " a datagram: " + Reason.of(e));
        }
    }

    /** Gives the port back. */
    public void close() {
        outbox.clear();
        try {
            channel.close();
        } catch (IOException e) {
            loop.report("close: " + Reason.of(e));
        }
    }
}
