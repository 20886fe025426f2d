package io.roundtable.foreign;

import io.roundtable.protocol.Address;
import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Map;

/**
 * Commands to a manager of the DSS protocol, all from one socket: some managers know a user by it. What changes something is
 * sent once, since a published manager carries out again what comes again. For one thread.
 */
public final class Commands implements Closeable {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Address manager;
    private final InetSocketAddress to;
    private final DatagramSocket socket;
    private final int patienceMs;

    /**
     * Opens the socket.
     *
     * @param port to send from (the protocol's {@code m_port}); 0 takes a free one
     * @param patienceMs how long an answer is waited for
     */
    public Commands(Address manager, InetAddress from, int port, int patienceMs) throws IOException {
        this.manager = manager;
        this.to = new InetSocketAddress(manager.host(), manager.port());
        this.patienceMs = patienceMs;
        if (to.isUnresolved()) {
            throw new UnknownHostException("no host is called " + manager.host());
        }
        socket = new DatagramSocket(new InetSocketAddress(from, port));
    }

    public int port() {
        return socket.getLocalPort();
    }

    /** @throws IOException with a sentence for people if the manager does not answer in time */
    public Words.Reply call(String command, Map<String, ?> args) throws IOException {
        drain();
        byte[] datagram = Words.command(command, args);
        socket.send(new DatagramPacket(datagram, datagram.length, to));
        long untilNs = System.nanoTime() + patienceMs * 1_000_000L;
        byte[] buffer = new byte[BUFFER_BYTES];
        for (long leftMs = patienceMs; leftMs > 0; leftMs = (untilNs - System.nanoTime()) / 1_000_000) {
            DatagramPacket came = new DatagramPacket(buffer, buffer.length);
            socket.setSoTimeout((int) Math.max(1, leftMs));
            try {
                socket.receive(came);
            } catch (SocketTimeoutException e) {
                break;
            }
            boolean isManager =
                    came.getPort() == to.getPort() && came.getAddress().equals(to.getAddress());
            Words.Reply reply = isManager ? Words.parse(Arrays.copyOf(buffer, came.getLength())) : null;
            if (reply != null) {
                return reply;
            }
        }
        throw new IOException("the manager at UDP " + manager + " has not answered " + command + " for "
                + patienceMs / 1_000 + " s; whether it carried it out is not known");
    }

    /** The same, and a refusal is an {@link IOException} with the manager's words. */
    public Words.Reply demand(String command, Map<String, ?> args) throws IOException {
        Words.Reply reply = call(command, args);
        if (!reply.isSuccess()) {
            String detail = reply.text("detail");
            throw new IOException((reply.error().isEmpty() ? command + " was refused" : reply.error())
                    + (detail.isEmpty() ? "" : ": " + detail));
        }
        return reply;
    }

    /** What came too late answers nothing that is asked from now on. */
    private void drain() throws IOException {
        socket.setSoTimeout(1);
        try {
            while (true) {
                socket.receive(new DatagramPacket(new byte[1], 1));
            }
        } catch (SocketTimeoutException e) {
            return;
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
