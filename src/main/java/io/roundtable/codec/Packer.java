package io.roundtable.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes primitive values one behind the other; grows as needed. Not thread-safe. */
public final class Packer {
    private static final int VAR_LONG_BYTES_MAX = 10;

    private byte[] bytes;
    private int length;

    public Packer() {
        this(256);
    }

    public Packer(int expectedBytes) {
        bytes = new byte[expectedBytes];
    }

    public void writeByte(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
    }

    public void writeBoolean(boolean value) {
        writeByte(value ? 1 : 0);
    }

    /** 7 bits a byte, the lowest first; small numbers are short, negative ones take 10 bytes. */
    public void writeVarLong(long value) {
        reserve(VAR_LONG_BYTES_MAX);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    /** Small numbers of either sign are short. */
    public void writeSigned(long value) {
        writeVarLong(value << 1 ^ value >> 63);
    }

    /** 8 bytes, the highest first: for values that are spread over all bits. */
    public void writeFixedLong(long value) {
        reserve(Long.BYTES);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
    }

    public void writeString(String text) {
        writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The length, then the bytes. */
    public void writeBytes(byte[] value) {
        writeVarLong(value.length);
        reserve(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
    }

    /** A length begins here whose value {@link #endLength} knows; lengths may lie within each other. */
    int beginLength() {
        writeByte(0);
        return length;
    }

    /** @param begin what {@link #beginLength} gave */
    void endLength(int begin) {
        int size = length - begin;
        int more = 0;
        for (int rest = size >>> 7; rest != 0; rest >>>= 7) {
            more++;
        }
        if (more > 0) {
            reserve(more);
            System.arraycopy(bytes, begin, bytes, begin + more, size);
        }
        length = begin - 1;
        writeVarLong(size);
        length += size;
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
