package io.roundtable.wire;

import io.roundtable.wire.pickle.PickleException;
import io.roundtable.wire.pickle.PickleScanner;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The bytes of one connection to messages, in whatever pieces they come. The first byte of each message tells its
 * dialect: {@code R} opens a native frame, anything else is taken for a pickle.
 *
 * <p>Memory grows with the bytes that came, never with a length that they claim. After an exception the connection is
 * to be closed.
 */
public final class MessageDecoder {
    private static final int BUFFER_MIN = 512;

    private final NativeCodec codec;
    private final PickleScanner scanner = new PickleScanner();
    private byte[] buffer = new byte[0];
    private int length;

    public MessageDecoder(NativeCodec codec) {
        this.codec = codec;
    }

    /** Whether a message has begun and is not complete. */
    public boolean isMidMessage() {
        return length > 0;
    }

    /**
     * What is wrong with a message that has begun and will not be completed.
     *
     * @param what one phrase
     */
    public WireException cutOff(String what) {
        boolean isNative = length > 0 && buffer[0] == NativeCodec.MAGIC_0;
        return WireException.cutShort(what, isNative ? null : LabAdvice.ofBytes(buffer, 0, length, what, null));
    }

    /**
     * Takes all bytes and hands on what they complete.
     *
     * @throws WireException if they are no messages; what was complete before them has been handed on
     */
    public void feed(ByteBuffer bytes, Consumer<Inbound> messages) throws WireException {
        append(bytes);
        int at = 0;
        try {
            while (at < length) {
                int end = buffer[at] == NativeCodec.MAGIC_0 ? decodeFrame(at, messages) : decodePickle(at, messages);
                if (end < 0) {
                    break;
                }
                at = end;
            }
        } finally {
            discard(at);
        }
    }

    private int decodeFrame(int at, Consumer<Inbound> messages) throws WireException {
        if (length - at < NativeCodec.HEADER_BYTES) {
            return -1;
        }
        int headLength = NativeCodec.headLength(buffer, at);
        int end = at + NativeCodec.HEADER_BYTES + headLength;
        if (length < end) {
            return -1;
        }
        messages.accept(codec.decode(buffer, at, headLength));
        return end;
    }

    private int decodePickle(int at, Consumer<Inbound> messages) throws WireException {
        int size;
        try {
            size = scanner.scan(ByteBuffer.wrap(buffer, at, length - at));
        } catch (PickleException e) {
            String what = "neither a pickle nor a native frame: " + e.getMessage();
            throw new WireException(what, LabReader.MALFORMED, LabAdvice.ofBytes(buffer, at, length, what, e));
        }
        if (size == PickleScanner.NEED_MORE) {
            return -1;
        }
        messages.accept(LabCodec.decode(Arrays.copyOfRange(buffer, at, at + size)));
        return at + size;
    }

    private void append(ByteBuffer bytes) {
        int needed = length + bytes.remaining();
        if (needed > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(BUFFER_MIN, Math.max(needed, 2 * length)));
        }
        int count = bytes.remaining();
        bytes.get(buffer, length, count);
        length += count;
    }

    private void discard(int count) {
        length -= count;
        if (length == 0) {
            // Idle connections hold no memory.
            buffer = new byte[0];
        } else if (count > 0) {
            System.arraycopy(buffer, count, buffer, 0, length);
        }
    }
}
