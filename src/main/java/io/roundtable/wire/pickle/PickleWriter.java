package io.roundtable.wire.pickle;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Encodes a value as a pickle of protocol 4, byte for byte as {@code pickle.dumps} of CPython 3.11 does it.
 *
 * <p>CPython writes an object once and then refers to it. Here that goes for equal strings and for the same tuple,
 * list, dict or byte[]: equal strings in Python's literals are mostly one object, equal tuples mostly are not.
 */
public final class PickleWriter {
    /** How many items CPython puts between one MARK and its APPENDS or SETITEMS. */
    private static final int BATCH = 1000;

    /** CPython puts no frame around less than this many bytes. */
    private static final int FRAME_BYTES_MIN = 4;

    private final ByteArrayOutputStream body = new ByteArrayOutputStream(256);
    private final Map<String, Integer> strings = new HashMap<>();
    private final IdentityHashMap<Object, Integer> objects = new IdentityHashMap<>();
    /** The containers that are being written now, the outermost first. */
    private final @Nullable Object[] enclosing = new Object[Limits.DEFAULT.depthMax()];

    private PickleWriter() {}

    /** Encodes a value, see {@link #write(Object, boolean)}, without the mark. */
    public static byte[] write(@Nullable Object value) {
        return write(value, false);
    }

    /**
     * Encodes a value.
     *
     * @param value as the package's table has it; lists and maps of any kind
     * @param markOffer whether NONE POP stands right after PROTO. Unpicklers of every kind drop it without effect; it
     *     tells another native peer that we are one, see {@link PickleReader#offersNative}
     * @throws IllegalArgumentException if the value holds something else, a key that Python could not hash, bytes as a
     *     key, half a surrogate pair, or itself; or if pickle, depth or an int is larger than {@link Limits#DEFAULT}
     *     allows. So whoever collects what others send must bound it before it comes here
     */
    public static byte[] write(@Nullable Object value, boolean markOffer) {
        PickleWriter writer = new PickleWriter();
        writer.save(value, 0);
        writer.body.write(Opcode.STOP.code);

        ByteBuffer head = ByteBuffer.allocate(13).order(ByteOrder.LITTLE_ENDIAN);
        head.put((byte) Opcode.PROTO.code).put((byte) 4);
        if (markOffer) {
            head.put((byte) Opcode.NONE.code).put((byte) Opcode.POP.code);
        }
        if (writer.body.size() >= FRAME_BYTES_MIN) {
            head.put((byte) Opcode.FRAME.code).putLong(writer.body.size());
        }
        int sizeBytes = head.position() + writer.body.size();
        check(sizeBytes <= Limits.DEFAULT.inputBytesMax(), "a pickle that is too long", sizeBytes);
        return ByteBuffer.allocate(sizeBytes)
                .put(head.flip())
                .put(writer.body.toByteArray())
                .array();
    }

    private void save(@Nullable Object value, int depth) {
        if (value == null) {
            op(Opcode.NONE);
        } else if (value instanceof Boolean bool) {
            op(bool ? Opcode.NEWTRUE : Opcode.NEWFALSE);
        } else if (value instanceof Long number) {
            saveInt(BigInteger.valueOf(number));
        } else if (value instanceof BigInteger number) {
            saveInt(number);
        } else if (value instanceof Double number) {
            op(Opcode.BINFLOAT);
            bytes(ByteBuffer.allocate(Double.BYTES).putDouble(number).array());
        } else {
            saveMemoized(value, depth);
        }
    }

    private void saveMemoized(Object value, int depth) {
        Integer index = value instanceof String ? strings.get(value) : objects.get(value);
        if (index != null) {
            check(!isOpen(value, depth), "a container that holds itself", value.getClass());
            counted(index, Opcode.BINGET, Opcode.LONG_BINGET);
        } else if (value instanceof String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            check(isUnicode(text), "half a surrogate pair", text);
            counted(utf8.length, Opcode.SHORT_BINUNICODE, Opcode.BINUNICODE);
            bytes(utf8);
            memoize(value);
        } else if (value instanceof byte[] raw) {
            counted(raw.length, Opcode.SHORT_BINBYTES, Opcode.BINBYTES);
            bytes(raw);
            memoize(value);
        } else {
            check(depth < Limits.DEFAULT.depthMax(), "too many containers within each other", depth);
            enclosing[depth] = value;
            saveContainer(value, depth + 1);
        }
    }

    private void saveContainer(Object value, int depth) {
        if (value instanceof PyTuple tuple) {
            saveTuple(tuple, depth);
        } else if (value instanceof List<?> list) {
            op(Opcode.EMPTY_LIST);
            memoize(list);
            saveItems(list, depth);
        } else if (value instanceof Map<?, ?> map) {
            op(Opcode.EMPTY_DICT);
            memoize(map);
            saveEntries(map, depth);
        } else {
            throw new IllegalArgumentException(value.getClass().getName() + " is no value of a pickle");
        }
    }

    private void saveTuple(PyTuple tuple, int depth) {
        if (tuple.size() == 0) {
            op(Opcode.EMPTY_TUPLE); // the one tuple that CPython does not memoize
            return;
        }
        if (tuple.size() > 3) {
            op(Opcode.MARK);
        }
        for (Object item : tuple.items()) {
            save(item, depth);
        }
        op(
                switch (tuple.size()) {
                    case 1 -> Opcode.TUPLE1;
                    case 2 -> Opcode.TUPLE2;
                    case 3 -> Opcode.TUPLE3;
                    default -> Opcode.TUPLE;
                });
        memoize(tuple);
    }

    private void saveItems(List<?> list, int depth) {
        if (list.size() == 1) {
            save(list.get(0), depth);
            op(Opcode.APPEND);
            return;
        }
        Iterator<?> items = list.iterator();
        while (items.hasNext()) {
            op(Opcode.MARK);
            for (int i = 0; i < BATCH && items.hasNext(); i++) {
                save(items.next(), depth);
            }
            op(Opcode.APPENDS);
        }
    }

    private void saveEntries(Map<?, ?> map, int depth) {
        if (map.size() == 1) {
            Map.Entry<?, ?> only = map.entrySet().iterator().next();
            saveEntry(only, depth);
            op(Opcode.SETITEM);
        } else if (!map.isEmpty()) {
            Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
            int saved;
            do { // as CPython: after 1000 entries comes another batch, even if there is nothing left for it
                op(Opcode.MARK);
                for (saved = 0; saved < BATCH && entries.hasNext(); saved++) {
                    saveEntry(entries.next(), depth);
                }
                op(Opcode.SETITEMS);
            } while (saved == BATCH);
        }
    }

    private void saveEntry(Map.Entry<?, ?> entry, int depth) {
        check(isHashable(entry.getKey()), "bytes, a list or a dict in a dict key", entry.getKey());
        save(entry.getKey(), depth);
        save(entry.getValue(), depth);
    }

    private void saveInt(BigInteger number) {
        if (number.bitLength() >= Integer.SIZE) {
            saveBig(number);
        } else if (number.signum() < 0 || number.bitLength() > Short.SIZE) {
            op(Opcode.BININT);
            littleEndian(number.intValue(), 4);
        } else {
            boolean small = number.bitLength() <= Byte.SIZE;
            op(small ? Opcode.BININT1 : Opcode.BININT2);
            littleEndian(number.intValue(), small ? 1 : 2);
        }
    }

    private void saveBig(BigInteger number) {
        byte[] bigEndian = number.toByteArray();
        check(bigEndian.length <= Limits.DEFAULT.intBytesMax(), "an int with too many bytes", bigEndian.length);
        op(Opcode.LONG1);
        body.write(bigEndian.length);
        for (int i = bigEndian.length - 1; i >= 0; i--) {
            body.write(bigEndian[i]);
        }
    }

    private void memoize(Object value) {
        op(Opcode.MEMOIZE);
        int index = strings.size() + objects.size();
        if (value instanceof String text) {
            strings.put(text, index);
        } else {
            objects.put(value, index);
        }
    }

    /** Writes an opcode with an unsigned number: one byte where that suffices, else four. */
    private void counted(int number, Opcode oneByte, Opcode fourBytes) {
        boolean small = number <= 0xff;
        op(small ? oneByte : fourBytes);
        littleEndian(number, small ? 1 : 4);
    }

    private void op(Opcode opcode) {
        body.write(opcode.code);
    }

    private void bytes(byte[] bytes) {
        body.writeBytes(bytes);
    }

    private void littleEndian(int number, int size) {
        for (int i = 0; i < size; i++) {
            body.write(number >> (Byte.SIZE * i));
        }
    }

    private boolean isOpen(Object value, int depth) {
        for (int i = 0; i < depth; i++) {
            if (enclosing[i] == value) {
                return true;
            }
        }
        return false;
    }

    private static boolean isUnicode(String text) {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    private static boolean isHashable(@Nullable Object key) {
        if (key instanceof PyTuple tuple) {
            return tuple.items().stream().allMatch(PickleWriter::isHashable);
        }
        return !(key instanceof byte[] || key instanceof List || key instanceof Map);
    }

    private static void check(boolean condition, String complaint, Object detail) {
        if (!condition) {
            throw new IllegalArgumentException(complaint + ": " + detail);
        }
    }
}
