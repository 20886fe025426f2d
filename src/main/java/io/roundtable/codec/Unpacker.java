package io.roundtable.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * Reads what {@link Packer} wrote. Whatever length the bytes claim is checked against the bytes that are left before
 * anything is allocated. Every method throws {@link CodecException} when the bytes end too early.
 */
public final class Unpacker {
    private final byte[] bytes;
    private final int end;
    private int at;
    private int depth;

    public Unpacker(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    public Unpacker(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        this.bytes = bytes;
        this.at = offset;
        this.end = offset + length;
    }

    /** Bytes that have not been read. */
    public int left() {
        return end - at;
    }

    public int readByte() {
        require(1);
        return bytes[at++] & 0xff;
    }

    public boolean readBoolean() {
        int value = readByte();
        if (value > 1) {
            throw new CodecException("a truth value of " + value);
        }
        return value == 1;
    }

    public long readVarLong() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int next = readByte();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new CodecException("a number of more than 64 bits");
    }

    public long readSigned() {
        long value = readVarLong();
        return value >>> 1 ^ -(value & 1);
    }

    public long readFixedLong() {
        require(Long.BYTES);
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << 8 | bytes[at++] & 0xff;
        }
        return value;
    }

    /** A number from 0 to {@code max}: a length or count that the bytes left have to bear out. */
    public int readCount(int max) {
        long count = readVarLong();
        if (count < 0 || count > max) {
            throw new CodecException(
                    "a length of " + Long.toUnsignedString(count) + ", at most " + max + " is possible");
        }
        return (int) count;
    }

    public String readString() {
        int length = readLength();
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, at, length))
                    .toString();
            at += length;
            return text;
        } catch (CharacterCodingException e) {
            throw new CodecException("a text that is not UTF-8");
        }
    }

    public byte[] readBytes() {
        int length = readLength();
        byte[] value = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return value;
    }

    /** A length of bytes that come right behind it. */
    private int readLength() {
        int length = readCount(left());
        // Only now: the length itself took some of what was left.
        require(length);
        return length;
    }

    /** A record begins; bytes must not make the reader's stack grow without bound. */
    void enter(int depthMax) {
        if (++depth > depthMax) {
            throw new CodecException("records lie more than " + depthMax + " deep");
        }
    }

    void leave() {
        depth--;
    }

    private void require(int count) {
        if (left() < count) {
            throw new CodecException("the bytes end in the middle of a value");
        }
    }
}
