package io.roundtable.client;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.Reason;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.MessageDecoder;
import io.roundtable.wire.NativeCodec;
import io.roundtable.wire.WireException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;

/** A connection for one blocking question after another. Used by one thread at a time. */
final class KeptCall implements AutoCloseable {
    private final Address address;
    private final Socket socket;
    private final NativeCodec codec = new NativeCodec();
    private final MessageDecoder decoder = new MessageDecoder(codec);
    private final Queue<Inbound> inbound = new ArrayDeque<>();
    private final byte[] bytes = new byte[64 * 1024];
    private long lastRequest;

    /** The other side is connected and does not answer. */
    static final class NoAnswerException extends IOException {
        private static final long serialVersionUID = 1L;

        NoAnswerException(String message) {
            super(message);
        }
    }

    private KeptCall(Address address, Socket socket) {
        this.address = address;
        this.socket = socket;
    }

    static KeptCall open(Address to, int connectMs) throws IOException {
        InetSocketAddress address = new InetSocketAddress(to.host(), to.port());
        if (address.isUnresolved()) {
            throw new UnknownHostException("unknown host '" + to.host() + "'");
        }
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(address, connectMs);
            return new KeptCall(to, socket);
        } catch (IOException e) {
            socket.close();
            throw new IOException("the manager at " + to + " cannot be reached (" + Reason.of(e) + ")", e);
        }
    }

    Address address() {
        return address;
    }

    /** @throws IOException if there is no answer within the time; the connection is then closed */
    Message ask(Message question, int timeoutMs) throws IOException {
        long id = ++lastRequest;
        try {
            write(codec.encode(FrameKind.REQUEST, id, question));
            long deadline = System.nanoTime() + timeoutMs * 1_000_000L;
            while (true) {
                Inbound answer = read(deadline);
                if (answer.dialect() == Dialect.NATIVE
                        && answer.kind() == FrameKind.ANSWER
                        && answer.requestId() == id) {
                    return answer.message();
                }
            }
        } catch (SocketTimeoutException e) {
            close();
            throw new NoAnswerException("the manager at " + address + " does not answer");
        } catch (WireException e) {
            close();
            throw new IOException("what listens at " + address + " is no peer: " + e.getMessage(), e);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    void tell(Message message) throws IOException {
        try {
            write(codec.encode(FrameKind.ONE_WAY, 0, message));
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void write(ByteBuffer frame) throws IOException {
        socket.getOutputStream().write(frame.array(), frame.position(), frame.remaining());
    }

    private Inbound read(long deadline) throws IOException, WireException {
        while (inbound.isEmpty()) {
            long leftMs = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                throw new SocketTimeoutException();
            }
            socket.setSoTimeout((int) leftMs);
            int count = socket.getInputStream().read(bytes);
            if (count < 0) {
                throw new IOException("the manager at " + address + " ended the connection");
            }
            decoder.feed(ByteBuffer.wrap(bytes, 0, count), inbound::add);
        }
        return inbound.remove();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is given up anyway.
            inbound.clear();
        }
    }
}
