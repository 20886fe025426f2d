package io.roundtable.wire.pickle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one pickle of protocol 0 to 5 that holds nothing but data. Time and memory are bounded by the length of the
 * input and its {@link Limits}, whatever it claims; there is no recursion.
 */
public final class PickleReader {
    private static final int PROTOCOL_MAX = 5;

    private final Limits limits;
    private final ByteBuffer in;
    private final ValueStack stack;
    private final Memo memo;

    private PickleReader(byte[] pickle, Limits limits) {
        this.limits = limits;
        in = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
        stack = new ValueStack(limits, pickle.length);
        memo = new Memo(limits);
    }

    /** Decodes with the default limits, see {@link #read(byte[], Limits)}. */
    public static @Nullable Object read(byte[] pickle) throws PickleException {
        return read(pickle, Limits.DEFAULT);
    }

    /**
     * Decodes a pickle. Lists and dicts of the result can be changed; a part that the pickle shares is shared in the
     * result too.
     *
     * @param pickle the whole pickle and nothing behind it; not kept, not changed
     * @return the value, see the package's table; null for None
     * @throws PickleException if it is no complete pickle, exceeds the limits, or asks for more than data
     */
    public static @Nullable Object read(byte[] pickle, Limits limits) throws PickleException {
        int length = new PickleScanner(limits).scan(ByteBuffer.wrap(pickle));
        if (length == PickleScanner.NEED_MORE) {
            throw new PickleException("the pickle is cut off", pickle.length);
        }
        if (length < pickle.length) {
            throw new PickleException((pickle.length - length) + " bytes too many", length);
        }
        return new PickleReader(pickle, limits).decode();
    }

    /**
     * Tells whether a pickle begins with the mark by which two native peers know each other: PROTO 4, NONE, POP. See
     * {@link PickleWriter#write(Object, boolean)}.
     */
    public static boolean offersNative(byte[] pickle) {
        return pickle.length >= 4 && pickle[0] == (byte) 0x80 && pickle[1] == 4 && pickle[2] == 'N' && pickle[3] == '0';
    }

    /** Runs the opcodes. The scanner has passed them: each is known, and its argument is there. */
    private @Nullable Object decode() throws PickleException {
        while (true) {
            int offset = in.position();
            Opcode opcode = Opcode.of(in.get());
            try {
                if (opcode == null) {
                    throw new AssertionError("the scanner passed an unknown opcode");
                } else if (opcode == Opcode.STOP) {
                    return stack.finish();
                }
                run(opcode);
            } catch (Refusal e) {
                throw new PickleException(e.reason(), offset);
            }
        }
    }

    private void run(Opcode opcode) throws Refusal {
        switch (opcode) {
            case PROTO -> checkProtocol(in.get() & 0xff);
            case FRAME -> in.getLong(); // the scanner has checked it
            case MARK -> stack.mark();
            case POP -> stack.popValueOrMark();
            case POP_MARK -> stack.popToMark();
            case DUP -> stack.push(stack.peek());

            case NONE -> stack.pushScalar(null);
            case NEWTRUE -> stack.pushScalar(true);
            case NEWFALSE -> stack.pushScalar(false);
            case INT -> stack.pushScalar(Literals.intOrBool(line(), limits));
            case LONG -> stack.pushScalar(Literals.longInteger(line(), limits));
            case LONG1, LONG4 -> stack.pushScalar(Literals.integer(counted(opcode), limits));
            case BININT -> stack.pushScalar((long) in.getInt());
            case BININT1 -> stack.pushScalar((long) u1());
            case BININT2 -> stack.pushScalar((long) in.getShort() & 0xffff);
            case FLOAT -> stack.pushScalar(Literals.decimal(line()));
            case BINFLOAT -> stack.pushScalar(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));

            case STRING -> stack.pushScalar(Escapes.quoted(line()));
            case BINSTRING, SHORT_BINSTRING -> stack.pushScalar(Literals.ascii(counted(opcode)));
            case UNICODE -> stack.pushScalar(Escapes.raw(line()));
            case BINUNICODE, SHORT_BINUNICODE, BINUNICODE8 -> stack.pushScalar(Literals.utf8(counted(opcode)));
            case BINBYTES, SHORT_BINBYTES, BINBYTES8 -> stack.pushScalar(counted(opcode));

            case EMPTY_LIST -> stack.push(Slot.ofList());
            case APPEND -> stack.appendAll(stack.pop(1));
            case APPENDS -> stack.appendAll(stack.popToMark());
            case LIST -> stack.list(stack.popToMark());
            case EMPTY_DICT -> stack.push(Slot.ofDict());
            case DICT -> stack.dict(stack.popToMark());
            case SETITEM -> stack.putAll(stack.pop(2));
            case SETITEMS -> stack.putAll(stack.popToMark());
            case EMPTY_TUPLE -> stack.tuple(stack.pop(0));
            case TUPLE -> stack.tuple(stack.popToMark());
            case TUPLE1 -> stack.tuple(stack.pop(1));
            case TUPLE2 -> stack.tuple(stack.pop(2));
            case TUPLE3 -> stack.tuple(stack.pop(3));

            case PUT -> memo.put(Literals.index(line()), stack.peek());
            case BINPUT -> memo.put(u1(), stack.peek());
            case LONG_BINPUT -> memo.put(u4(), stack.peek());
            case GET -> stack.push(memo.get(Literals.index(line())));
            case BINGET -> stack.push(memo.get(u1()));
            case LONG_BINGET -> stack.push(memo.get(u4()));
            case MEMOIZE -> memo.add(stack.peek());

            case GLOBAL -> stack.pushScalar(bytesMaker());
            case REDUCE -> stack.reduce();
            default -> throw new AssertionError("the scanner passed " + opcode);
        }
    }

    private static void checkProtocol(int protocol) throws Refusal {
        if (protocol > PROTOCOL_MAX) {
            throw new Refusal("protocol " + protocol + " is not known");
        }
    }

    private BytesMaker bytesMaker() {
        String lines = line() + '\n' + line() + '\n';
        for (BytesMaker maker : BytesMaker.values()) {
            if (maker.lines().equals(lines)) {
                return maker;
            }
        }
        throw new AssertionError("the scanner passed " + lines);
    }

    private int u1() {
        return in.get() & 0xff;
    }

    private long u4() {
        return Integer.toUnsignedLong(in.getInt());
    }

    /** Returns the bytes of an argument that begins with their number. */
    private byte[] counted(Opcode opcode) {
        long count = switch (opcode.size) {
            case 1 -> u1();
            case 4 -> u4();
            default -> in.getLong();
        };
        byte[] bytes = new byte[Math.toIntExact(count)]; // the scanner has seen that many
        in.get(bytes);
        return bytes;
    }

    /** Returns the text up to the next newline, as Latin-1, and passes that. */
    private String line() {
        int begin = in.position();
        while (in.get() != '\n') {
            // the scanner has seen the newline
        }
        return new String(in.array(), begin, in.position() - 1 - begin, StandardCharsets.ISO_8859_1);
    }
}
