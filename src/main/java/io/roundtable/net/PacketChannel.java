package io.roundtable.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A bound UDP socket. */
public interface PacketChannel extends Closeable {
    void attach(Transport.Ready ready) throws IOException;

    int port();

    boolean isOpen();

    /** The sender of the next datagram; null if there is none. */
    @Nullable
    InetSocketAddress receive(ByteBuffer into) throws IOException;

    /**
     * @return false if there is no room for it now
     * @throws IOException if it cannot be sent there, whatever the reason: a sender may claim any address
     */
    boolean send(ByteBuffer bytes, InetSocketAddress to) throws IOException;

    /** Whether room to send makes it ready, too. */
    void awaitRoom(boolean waits);
}
