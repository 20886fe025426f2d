package io.roundtable.storage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/**
 * One block of a stripe in its caller's array or buffer, copied to and from lanes in bulk.
 *
 * <p>It keeps the view of the last array: callers that use their buffers again make no garbage.
 */
final class Column {
    private static final byte[] NONE = {};

    private byte[] array = NONE;
    private ByteBuffer buffer = ByteBuffer.wrap(NONE);
    private ByteBuffer bytes = buffer;
    private LongBuffer longs = LongBuffer.allocate(0);
    private int offset;
    private int shift;

    /** The block starts at {@code offset} of {@code array}; the caller has checked that it lies in it. */
    void set(byte[] array, int offset) {
        this.offset = offset;
        if (this.array != array || shift != offset % Long.BYTES) {
            this.array = array;
            view(ByteBuffer.wrap(array), offset % Long.BYTES);
        }
    }

    /** The block starts at {@code offset} of {@code buffer}, whatever its position and limit are. */
    @SuppressWarnings("ReferenceEquality")
    void set(ByteBuffer buffer, int offset) {
        this.offset = offset;
        if (this.buffer != buffer || shift != offset % Long.BYTES) {
            array = NONE;
            view(buffer, offset % Long.BYTES);
        }
    }

    private void view(ByteBuffer buffer, int from) {
        this.buffer = buffer;
        // The caller's position and limit are no matter of ours.
        bytes = buffer.duplicate().clear();
        shift = from;
        longs = bytes.duplicate().position(from).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    }

    /**
     * Copies bytes {@code at} to {@code at + bytes - 1} of the block, at most a piece, into lanes; the last long is
     * filled up with zeros. {@code at} is a multiple of 8.
     */
    void load(int at, long[] to, int bytes) {
        int whole = bytes / Long.BYTES;
        longs.get((offset + at) / Long.BYTES, to, 0, whole);
        int rest = bytes % Long.BYTES;
        if (rest > 0) {
            long last = 0;
            for (int i = 0; i < rest; i++) {
                last |= (this.bytes.get(offset + at + bytes - rest + i) & 0xffL) << (Byte.SIZE * i);
            }
            to[whole] = last;
        }
    }

    /** The reverse of {@link #load}. */
    void store(int at, long[] from, int bytes) {
        int whole = bytes / Long.BYTES;
        longs.put((offset + at) / Long.BYTES, from, 0, whole);
        int rest = bytes % Long.BYTES;
        for (int i = 0; i < rest; i++) {
            this.bytes.put(offset + at + bytes - rest + i, (byte) (from[whole] >>> (Byte.SIZE * i)));
        }
    }
}
