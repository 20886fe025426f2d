package io.roundtable.wire;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.KryoBufferOverflowException;
import com.esotericsoftware.kryo.io.Output;
import io.roundtable.codec.CodecException;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Message;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Native frames: a header of {@value #HEADER_BYTES} bytes, a Kryo head, an optional raw body.
 *
 * <pre>
 *  0  'R' 'T'   magic
 *  2  u8        version, {@value #VERSION}
 *  3  u8        {@link FrameKind}
 *  4  u32       length of the head, at most {@value #HEAD_BYTES_MAX}
 *  8  u64       length of the body; 0 but on data connections, see {@link FrameStream}
 * 16  u64       request id; an answer carries its request's
 * </pre>
 *
 * Big-endian. Not thread-safe: one codec per loop.
 */
public final class NativeCodec {
    public static final int HEADER_BYTES = 24;
    public static final int HEAD_BYTES_MAX = 1 << 20;
    public static final byte VERSION = 2;
    public static final byte MAGIC_0 = 'R';
    public static final byte MAGIC_1 = 'T';

    /** So every version says it: by these words another one knows why it is refused. */
    private static final String UNKNOWN_VERSION = " of the native dialect is unknown here";

    private static final int DEPTH_MAX = 4;
    /** Kryo has those below for its own. */
    private static final int NUMBER_MIN = 10;

    private static final int NUMBER_MAX = 65_535;

    private final Kryo kryo = new Kryo();
    private final Output output = new Output(256, HEAD_BYTES_MAX);
    private final Input input = new Input();

    public NativeCodec() {
        kryo.setRegistrationRequired(true);
        kryo.setReferences(false);
        kryo.setMaxDepth(DEPTH_MAX);
        NativeMessages.registerAll(kryo);
    }

    /**
     * A whole frame, ready to be written.
     *
     * @throws FrameTooLongException if the message is longer than {@link #HEAD_BYTES_MAX}
     */
    public ByteBuffer encode(FrameKind kind, long requestId, Message message) {
        return encode(kind, requestId, message, 0);
    }

    /** The header and head of a frame whose body follows. */
    ByteBuffer encode(FrameKind kind, long requestId, Message message, long bodyBytes) {
        output.reset();
        try {
            kryo.writeClassAndObject(output, message);
        } catch (KryoBufferOverflowException e) {
            kryo.reset();
            throw new FrameTooLongException(message.word(), e);
        }
        int length = output.position();
        ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + length);
        frame.put(MAGIC_0).put(MAGIC_1).put(VERSION).put((byte) kind.ordinal());
        frame.putInt(length).putLong(bodyBytes).putLong(requestId);
        frame.put(output.getBuffer(), 0, length);
        return frame.flip();
    }

    /**
     * The length of the head that a complete header announces.
     *
     * @throws WireException if this is no header of ours; its refusal says so to the other side
     */
    static int headLength(byte[] bytes, int at) throws WireException {
        return headLength(bytes, at, 0);
    }

    /** Whether a refusal is one of frames of our version, by a program that speaks another one. */
    public static boolean isOfVersions(String refusal) {
        return refusal.startsWith("version ") && refusal.contains(UNKNOWN_VERSION);
    }

    /** @param bodyMax the most bytes that the body may have */
    static int headLength(byte[] bytes, int at, long bodyMax) throws WireException {
        ByteBuffer header = ByteBuffer.wrap(bytes, at, HEADER_BYTES);
        if (header.get() != MAGIC_0 || header.get() != MAGIC_1) {
            throw new WireException("not a native frame");
        }
        byte version = header.get();
        if (version == FrameBefore.VERSION) {
            throw FrameBefore.refused(bytes, at);
        } else if (version != VERSION) {
            throw refused("version " + (version & 0xff) + UNKNOWN_VERSION + "; this peer speaks " + VERSION);
        }
        int kind = header.get() & 0xff;
        if (kind >= FrameKind.values().length) {
            throw refused("unknown kind of frame: " + kind);
        }
        int length = header.getInt();
        if (length < 1 || length > HEAD_BYTES_MAX) {
            throw refused("a frame claims a head of " + Integer.toUnsignedString(length) + " bytes; the most is "
                    + HEAD_BYTES_MAX);
        }
        long body = header.getLong();
        if (body < 0 || body > bodyMax) {
            throw refused("a frame claims a body of " + Long.toUnsignedString(body) + " bytes; "
                    + (bodyMax == 0 ? "no message has one here" : "the most is " + bodyMax));
        }
        return length;
    }

    static long bodyLength(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes, at, HEADER_BYTES).getLong(at + 8);
    }

    static FrameKind kind(byte[] bytes, int at) {
        return FrameKind.values()[bytes[at + 3]];
    }

    static long requestId(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes, at, HEADER_BYTES).getLong(at + 16);
    }

    /** Decodes the frame at this place, which is complete and whose header was checked. */
    Inbound decode(byte[] bytes, int at, int headLength) throws WireException {
        long requestId = requestId(bytes, at);
        input.setBuffer(bytes, at + HEADER_BYTES, headLength);
        Message message;
        try {
            message = readMessage();
        } catch (KryoException | CodecException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw refused("malformed native message: " + firstLine(e.getMessage()));
        } finally {
            kryo.reset();
        }
        return new Inbound(message, Dialect.NATIVE, kind(bytes, at), requestId, false, List.of());
    }

    /** Kryo itself would also read classes by name and its own strings, and allocate what five bytes of these claim. */
    private Message readMessage() {
        // Kryo keeps 0 for null and 1 for a name.
        int number = input.readVarInt(true) - 2;
        Registration registration = kryo.getRegistration(number);
        if (registration == null && number >= NUMBER_MIN && number <= NUMBER_MAX) {
            // A later program's: the frame is sound, and whoever asked is to be told.
            return new Message.Unknown(number);
        }
        if (registration == null || !Message.class.isAssignableFrom(registration.getType())) {
            throw new KryoException("no message has the number " + number);
        }
        return (Message) kryo.readObject(input, registration.getType());
    }

    private static WireException refused(String text) {
        return new WireException(text, text);
    }

    private static String firstLine(@Nullable String text) {
        int end = text == null ? 0 : text.indexOf('\n');
        String line = text == null ? "unreadable" : end < 0 ? text : text.substring(0, end);
        // What the other side wrote stays on its line and gives a terminal no orders.
        String plain = line.replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}]", "?");
        return plain.length() <= 120 ? plain : plain.substring(0, 120) + "…";
    }
}
