package io.roundtable.wire.pickle;

import java.nio.ByteBuffer;

/**
 * Finds where a pickle ends in a stream that arrives in pieces. Pickles have no length in front; the end is a STOP that
 * is not part of some opcode's argument, so the scanner walks from opcode to opcode.
 *
 * <p>It goes on where it stopped, so a pickle costs O(n) in all, even byte by byte. It refuses as soon as it can tell:
 * an opcode that names or calls something, a declared length that cannot fit, a pickle that grows too long. It knows
 * nothing of values: what it passes may still be refused by {@link PickleReader}.
 *
 * <p>One scanner per stream; not for use by several threads.
 */
public final class PickleScanner {
    /** What {@link #scan} returns while the pickle is not complete. */
    public static final int NEED_MORE = -1;

    private final Limits limits;

    // All offsets count from the pickle's first byte.
    private int next; // the first opcode that was not passed yet
    private int searched; // no newline before this in the line that begins after that opcode
    private int frameEnd;
    private boolean named; // a GLOBAL was passed

    /** Makes a scanner with the default limits. */
    public PickleScanner() {
        this(Limits.DEFAULT);
    }

    /** Makes a scanner that refuses pickles longer than these limits allow. */
    public PickleScanner(Limits limits) {
        this.limits = limits;
    }

    /**
     * Looks at all bytes received so far, from the buffer's position (the pickle's first byte) to its limit. Changes
     * nothing in the buffer. Until the end is found, each call must see the bytes of the call before and maybe more
     * behind them; they may have moved to another buffer or position.
     *
     * @return the pickle's length in bytes with its STOP, after which the scanner is ready for the next pickle; or
     *     {@link #NEED_MORE}
     * @throws PickleException if these bytes cannot begin a pickle that {@link PickleReader} would accept; the scanner
     *     must not be used after that
     */
    public int scan(ByteBuffer received) throws PickleException {
        int available = received.remaining();
        while (next < available) {
            Opcode opcode = opcodeAt(received);
            long end = argumentEnd(opcode, received);
            if (end > limits.inputBytesMax()) {
                throw refuse(opcode + " reaches beyond the " + limits.inputBytesMax() + " bytes of a pickle");
            }
            if (next < frameEnd && end > frameEnd) {
                throw refuse(opcode + " reaches beyond its frame");
            }
            if (end > available) {
                return NEED_MORE;
            }
            pass(opcode, received, (int) end);
            if (opcode == Opcode.STOP) {
                return finish();
            }
        }
        if (available >= limits.inputBytesMax()) {
            throw refuse("no STOP within " + limits.inputBytesMax() + " bytes");
        }
        return NEED_MORE;
    }

    private Opcode opcodeAt(ByteBuffer received) throws PickleException {
        byte code = received.get(received.position() + next);
        Opcode opcode = Opcode.of(code);
        if (opcode == null) {
            throw refuse(String.format("unknown opcode 0x%02x", code));
        }
        if (opcode.form == Opcode.Form.REFUSED || (opcode == Opcode.REDUCE && !named)) {
            throw refuse(opcode + " is more than data");
        }
        return opcode;
    }

    /** Returns one past the argument; if that is not known yet, one past the bytes that are needed to go on. */
    private long argumentEnd(Opcode opcode, ByteBuffer received) throws PickleException {
        int begin = next + 1;
        return switch (opcode.form) {
            case FIXED -> (long) begin + opcode.size;
            case COUNTED -> countedEnd(opcode, received, begin + opcode.size);
            case LINE -> lineEnd(opcode, received, begin);
            case NAME -> nameEnd(received, begin);
            case REFUSED -> throw new AssertionError(opcode);
        };
    }

    private long countedEnd(Opcode opcode, ByteBuffer received, int dataBegin) throws PickleException {
        if (dataBegin > received.remaining()) {
            return dataBegin;
        }
        long count = littleEndian(received, dataBegin - opcode.size, opcode.size);
        int countMax = opcode == Opcode.LONG4 ? limits.intBytesMax() : limits.inputBytesMax();
        if (Long.compareUnsigned(count, countMax) > 0) {
            throw refuse(opcode + " claims " + Long.toUnsignedString(count) + " bytes");
        }
        return dataBegin + count;
    }

    private long lineEnd(Opcode opcode, ByteBuffer received, int begin) throws PickleException {
        int available = received.remaining();
        int newlineMax = begin + opcode.lineBytesMax(limits);
        for (int i = Math.max(searched, begin); i < available && i <= newlineMax; i++) {
            if (received.get(received.position() + i) == '\n') {
                return i + 1L;
            }
        }
        searched = available;
        if (available > newlineMax) {
            throw refuse(opcode + " has a line that is too long");
        }
        return available + 1L;
    }

    private long nameEnd(ByteBuffer received, int begin) throws PickleException {
        int available = received.remaining();
        for (BytesMaker maker : BytesMaker.values()) {
            String lines = maker.lines();
            int same = 0;
            while (same < lines.length()
                    && begin + same < available
                    && received.get(received.position() + begin + same) == lines.charAt(same)) {
                same++;
            }
            if (same == lines.length()) {
                return (long) begin + same;
            }
            if (begin + same == available) {
                return available + 1L;
            }
        }
        throw refuse("GLOBAL is more than data");
    }

    private void pass(Opcode opcode, ByteBuffer received, int end) throws PickleException {
        if (opcode == Opcode.FRAME) {
            if (next < frameEnd) {
                throw refuse("FRAME within a frame");
            }
            long length = littleEndian(received, end - opcode.size, opcode.size);
            if (Long.compareUnsigned(length, limits.inputBytesMax() - end) > 0) {
                throw refuse("FRAME claims " + Long.toUnsignedString(length) + " bytes");
            }
            frameEnd = end + (int) length;
        } else if (opcode == Opcode.GLOBAL) {
            named = true;
        } else if (opcode == Opcode.STOP && frameEnd > end) {
            throw refuse("STOP before the end of its frame");
        }
        next = end;
    }

    private int finish() {
        int length = next;
        next = 0;
        searched = 0;
        frameEnd = 0;
        named = false;
        return length;
    }

    private static long littleEndian(ByteBuffer received, int offset, int size) {
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = (value << 8) | (received.get(received.position() + offset + i) & 0xff);
        }
        return value;
    }

    private PickleException refuse(String what) {
        return new PickleException(what, next);
    }
}
