package io.roundtable.foreign;

import io.roundtable.protocol.Address;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A line of UDP, connected: what others send is not heard, and a port at which nobody listens says so at once. */
public final class UdpLine implements Line {
    private final Address to;
    private final DatagramSocket socket;
    private final byte[] buffer = new byte[64 * 1024];

    private UdpLine(Address to) throws IOException {
        this.to = to;
        InetSocketAddress address = new InetSocketAddress(to.host(), to.port());
        if (address.isUnresolved()) {
            throw new UnknownHostException("no host is called " + to.host());
        }
        socket = new DatagramSocket();
        boolean done = false;
        try {
            socket.connect(address);
            done = true;
        } finally {
            if (!done) {
                socket.close();
            }
        }
    }

    public static Line.To to(Address address) {
        return () -> new UdpLine(address);
    }

    private IOException nobody() {
        return new IOException("nobody listens at UDP " + to);
    }

    @Override
    public void send(byte[] datagram) throws IOException {
        try {
            socket.send(new DatagramPacket(datagram, datagram.length));
        } catch (PortUnreachableException e) {
            throw nobody();
        }
    }

    @Override
    public byte @Nullable [] receive(long timeoutMs) throws IOException {
        socket.setSoTimeout((int) Math.max(1, timeoutMs));
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        try {
            socket.receive(packet);
        } catch (SocketTimeoutException e) {
            return null;
        } catch (PortUnreachableException e) {
            throw nobody();
        }
        return Arrays.copyOf(buffer, packet.getLength());
    }

    @Override
    public void close() {
        socket.close();
    }
}
