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

    /** A small share with what is before it; a large body goes past the buffer but for its beginning. */
    private static final int AHEAD_BYTES = 8 << 10;

    private final SocketChannel channel;
    private final NativeCodec readCodec = new NativeCodec();
    private final NativeCodec writeCodec = new NativeCodec();
    /** Read from the socket and not yet used: one call to the system mostly gets a header, its head and a small body. */
    private ByteBuffer ahead = ByteBuffer.allocate(AHEAD_BYTES).limit(0);

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
        fill(NativeCodec.HEADER_BYTES);
        int length = NativeCodec.headLength(ahead.array(), ahead.position(), BODY_MAX);
        fill(NativeCodec.HEADER_BYTES + length);
        Inbound inbound = readCodec.decode(ahead.array(), ahead.position(), length);
        bodyLeft = NativeCodec.bodyLength(ahead.array(), ahead.position());
        ahead.position(ahead.position() + NativeCodec.HEADER_BYTES + length);
        return new Frame(inbound.message(), inbound.kind(), inbound.requestId(), bodyLeft);
    }

    /** Has at least this many bytes in the buffer, and as many more as have come and fit in. */
    private void fill(int bytes) throws IOException {
        if (ahead.remaining() >= bytes) {
            return;
        }
        if (ahead.capacity() < bytes) {
            ahead = ByteBuffer.allocate(bytes).put(ahead);
        } else {
            ahead.compact();
        }
        while (ahead.position() < bytes) {
            read(ahead);
        }
        ahead.flip();
    }

    /** Whether the last frame was read to the end of its body, and nothing of another has come. */
    public boolean isBetweenFrames() {
        return bodyLeft == 0 && !ahead.hasRemaining();
    }

    /** Whether the beginning of another frame has come already, the body of the last one having been read. */
    public boolean hasMore() throws IOException {
        return ahead.hasRemaining() || channel.socket().getInputStream().available() > 0;
    }

    /** Fills the buffer to its limit from the body. */
    public void readBody(ByteBuffer to) throws IOException {
        if (to.remaining() > bodyLeft) {
            throw new EOFException("the body has only " + bodyLeft + " bytes left");
        }
        bodyLeft -= to.remaining();
        int here = Math.min(ahead.remaining(), to.remaining());
        to.put(ahead.slice().limit(here));
        ahead.position(ahead.position() + here);
        while (to.hasRemaining()) {
            read(to);
        }
    }

    /** Reads the rest of the body and drops it. */
    public void skipBody() throws IOException {
        ByteBuffer scratch = ByteBuffer.allocate((int) Math.min(64 * 1024, bodyLeft));
        while (bodyLeft > 0) {
            scratch.clear().limit((int) Math.min(scratch.capacity(), bodyLeft));
            readBody(scratch);
        }
    }

    private void read(ByteBuffer to) throws IOException {
        if (channel.read(to) < 0) {
            throw new EOFException("the other side ended the connection");
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

    /** Sends all of a frame but its body, which follows in pieces by {@link #sendPiece}: so many bytes, or the connection ends. */
    public void sendHead(FrameKind kind, long requestId, Message message, long bodyBytes) throws IOException {
        writeFully(writeCodec.encode(kind, requestId, message, bodyBytes));
    }

    public void sendPiece(ByteBuffer piece) throws IOException {
        writeFully(piece);
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
