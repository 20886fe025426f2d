package io.roundtable.peer;

import io.roundtable.protocol.Address;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.MessageDecoder;
import io.roundtable.wire.NativeCodec;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;

/** A plain blocking socket that speaks whatever bytes a test gives it. */
public final class Raw implements AutoCloseable {
    private final Socket socket;
    private final MessageDecoder decoder = new MessageDecoder(new NativeCodec());
    private final Queue<Inbound> read = new ArrayDeque<>();

    public Raw(Address to) throws IOException {
        this(new Socket(to.host(), to.port()));
    }

    Raw(Socket connected) throws IOException {
        socket = connected;
        socket.setSoTimeout(10_000);
    }

    public Raw send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    public Raw send(ByteBuffer message) throws IOException {
        byte[] bytes = new byte[message.remaining()];
        message.get(bytes);
        return send(bytes);
    }

    /** The next message, of either dialect. */
    public Inbound receive() throws Exception {
        byte[] bytes = new byte[16 * 1024];
        while (read.isEmpty()) {
            int count = socket.getInputStream().read(bytes);
            if (count < 0) {
                throw new AssertionError("the connection ended without a message");
            }
            decoder.feed(ByteBuffer.wrap(bytes, 0, count), read::add);
        }
        return read.remove();
    }

    /** Whether the other side ends the connection, orderly or not, within this time. */
    public boolean endsWithin(int ms) throws IOException {
        socket.setSoTimeout(ms);
        try {
            while (socket.getInputStream().read() >= 0) {
                // what was still under way
            }
            return true;
        } catch (SocketException e) {
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
