package io.roundtable.wire;

import io.roundtable.protocol.Message;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;

/**
 * Native frames with bodies on a blocking socket: a data connection, off the selector loop.
 *
 * <p>A body's bytes go between the socket and the caller's buffer or file; nothing holds more than a head in memory. One
 * thread may write while another reads; more need their own order.
 */
public final class FrameStream implements AutoCloseable {
    /** The most bytes of one body. */
    public static final long BODY_MAX = 1L << 40;

    private final SocketChannel channel;
    private final NativeCodec readCodec = new NativeCodec();
    private final NativeCodec writeCodec = new NativeCodec();
    private final byte[] header = new byte[NativeCodec.HEADER_BYTES];
    private byte[] head = new byte[512];
    private long bodyLeft;

    /** @param channel connected, and blocking */
    public FrameStream(SocketChannel channel) {
        this.channel = channel;
    }

    /** A frame whose head was read; its body is next on the socket. */
    public record Frame(Message message, FrameKind kind, long requestId, long bodyBytes) {}

    // ---- reading

    /**
     * Reads the next header and head.
     *
     * @throws EOFException if the other side ended the connection between two frames
     * @throws WireException if it is no frame of ours
     * @throws IllegalStateException if the body of the last frame was not read to its end
     */
    public Frame next() throws IOException, WireException {
        if (bodyLeft != 0) {
            throw new IllegalStateException(bodyLeft + " bytes of the last body were not read");
        }
        readFully(ByteBuffer.wrap(header));
        int length = NativeCodec.headLength(header, 0, BODY_MAX);
        byte[] whole = head.length < NativeCodec.HEADER_BYTES + length
                ? (head = new byte[NativeCodec.HEADER_BYTES + length])
                : head;
        System.arraycopy(header, 0, whole, 0, header.length);
        readFully(ByteBuffer.wrap(whole, NativeCodec.HEADER_BYTES, length));
        Inbound inbound = readCodec.decode(whole, 0, length);
        bodyLeft = NativeCodec.bodyLength(header, 0);
        return new Frame(inbound.message(), inbound.kind(), inbound.requestId(), bodyLeft);
    }

    /** Fills the buffer to its limit from the body. */
    public void readBody(ByteBuffer to) throws IOException {
        if (to.remaining() > bodyLeft) {
            throw new EOFException("the body has only " + bodyLeft + " bytes left");
        }
        bodyLeft -= to.remaining();
        readFully(to);
    }

    /** Reads the rest of the body and drops it. */
    public void skipBody() throws IOException {
        ByteBuffer scratch = ByteBuffer.allocate((int) Math.min(64 * 1024, bodyLeft));
        while (bodyLeft > 0) {
            scratch.clear().limit((int) Math.min(scratch.capacity(), bodyLeft));
            readBody(scratch);
        }
    }

    private void readFully(ByteBuffer to) throws IOException {
        while (to.hasRemaining()) {
            if (channel.read(to) < 0) {
                throw new EOFException("the other side ended the connection");
            }
        }
    }

    // ---- writing

    public void send(FrameKind kind, long requestId, Message message) throws IOException {
        writeFully(writeCodec.encode(kind, requestId, message));
    }

    /** Sends a frame whose body is these buffers, in one write if the socket takes it. */
    public void send(FrameKind kind, long requestId, Message message, ByteBuffer... body) throws IOException {
        long bytes = 0;
        ByteBuffer[] all = new ByteBuffer[body.length + 1];
        for (int i = 0; i < body.length; i++) {
            all[i + 1] = body[i];
            bytes += body[i].remaining();
        }
        all[0] = writeCodec.encode(kind, requestId, message, bytes);
        long left = bytes + all[0].remaining();
        while (left > 0) {
            left -= channel.write(all);
        }
    }

    /** Sends a frame whose body is a part of a file, without it passing through this process where the system can. */
    public void send(FrameKind kind, long requestId, Message message, FileChannel file, long position, long bytes)
            throws IOException {
        writeFully(writeCodec.encode(kind, requestId, message, bytes));
        long at = position;
        long left = bytes;
        while (left > 0) {
            long sent = file.transferTo(at, left, channel);
            if (sent <= 0) {
                throw new EOFException("the file ends before the body that was announced");
            }
            at += sent;
            left -= sent;
        }
    }

    private void writeFully(ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            channel.write(from);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
