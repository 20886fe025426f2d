package io.roundtable.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * Reads what {@link Packer} wrote. Whatever length the bytes claim is checked against the bytes that are left before
 * anything is allocated. Every method throws {@link CodecException} when the bytes end too early.
 */
public final class Unpacker {
    private final byte[] bytes;
    private final boolean isBare;
    private int end;
    private int at;
    private int depth;

    public Unpacker(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    public Unpacker(byte[] bytes, int offset, int length) {
        this(bytes, offset, length, false);
    }

    private Unpacker(byte[] bytes, int offset, int length, boolean isBare) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        this.isBare = isBare;
        this.bytes = bytes;
        this.at = offset;
        this.end = offset + length;
    }

    /** Bytes of format 1, where records stand without their lengths: nothing in them can be skipped. */
    public static Unpacker ofBareRecords(byte[] bytes) {
        return new Unpacker(bytes, 0, bytes.length, true);
    }

    public boolean isBare() {
        return isBare;
    }

    /** Bytes that have not been read, of the record that is being read if there is one. */
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
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        // Java puts U+FFFD where bytes are malformed. Asking it to throw instead costs three objects for each string.
        if (text.indexOf('\uFFFD') >= 0
                && !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), Arrays.copyOfRange(bytes, at, at + length))) {
            throw new CodecException("a text that is not UTF-8");
        }
        at += length;
        return text;
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

    /**
     * A record within another begins, with its length: until {@link #leave} there is nothing behind it. Bytes must not make
     * the reader's stack grow without bound.
     *
     * @return what {@link #leave} takes
     */
    int enter(int depthMax) {
        if (++depth > depthMax) {
            throw new CodecException("records lie more than " + depthMax + " deep");
        }
        int outer = end;
        if (!isBare) {
            int length = readLength();
            end = at + length;
        }
        return outer;
    }

    /** The record ends; what is left of it is of components that are not known here. */
    void leave(int outer) {
        depth--;
        if (!isBare) {
            at = end;
            end = outer;
        }
    }

    private void require(int count) {
        if (left() < count) {
            throw new CodecException("the bytes end in the middle of a value");
        }
    }
}
