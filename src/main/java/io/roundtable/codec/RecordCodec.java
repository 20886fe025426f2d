package io.roundtable.codec;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Records to bytes by their components, in order.
 *
 * <p>Components may be {@code int, long, boolean, String, byte[]}, enums, records, {@code List} and {@code Optional} of
 * these, and interfaces whose registered records are told apart by number. The types come from the declarations, never
 * from the bytes, so the list is closed. The order of components and of enum constants is the format: a record that
 * changes gets a new class and number; a number is never used again.
 *
 * <p>{@code int} and {@code long} are written so that small numbers of either sign are short. Safe for use by many
 * threads once all numbers are registered.
 */
public final class RecordCodec {
    /** How deep bytes may make records hold records. */
    private static final int DEPTH_MAX = 8;

    /** How one component stands in bytes. */
    private interface Form {
        void write(Packer out, Object value);

        Object read(Unpacker in);
    }

    private record Component(String name, MethodHandle getter, Form form) {}

    private record Plan(MethodHandle constructor, List<Component> components) {}

    private final MethodHandles.Lookup lookup;
    private final Map<Integer, Class<? extends Record>> byNumber = new HashMap<>();
    private final Map<Class<?>, Integer> numbers = new HashMap<>();
    private final Map<Class<?>, Plan> plans = new ConcurrentHashMap<>();

    /** @param lookup of a class that can see the records */
    public RecordCodec(MethodHandles.Lookup lookup) {
        this.lookup = lookup;
    }

    /** Lists a record under a number, 0 and up, by which {@link #encode} tells it apart. */
    public RecordCodec register(int number, Class<? extends Record> type) {
        if (byNumber.putIfAbsent(number, type) != null || numbers.putIfAbsent(type, number) != null) {
            throw new IllegalArgumentException("number " + number + " or " + type + " is listed already");
        }
        return this;
    }

    /** A listed record with its number. */
    public byte[] encode(Record value) {
        Packer out = new Packer();
        writeNumbered(out, value);
        return out.toBytes();
    }

    /**
     * The reverse of {@link #encode}; the bytes must hold one record and nothing more.
     *
     * @throws CodecException if they do not
     */
    public <T> T decode(byte[] bytes, Class<T> expected) {
        Unpacker in = new Unpacker(bytes);
        Object value = readNumbered(in, expected);
        requireEnd(in);
        return expected.cast(value);
    }

    /** The components alone; whoever reads them knows the class. */
    public byte[] encodeFields(Record value) {
        Packer out = new Packer();
        write(out, value);
        return out.toBytes();
    }

    /** The reverse of {@link #encodeFields}. */
    public <T extends Record> T decodeFields(byte[] bytes, Class<T> type) {
        Unpacker in = new Unpacker(bytes);
        T value = type.cast(read(in, type));
        requireEnd(in);
        return value;
    }

    public void writeNumbered(Packer out, Object value) {
        Integer number = numbers.get(value.getClass());
        if (number == null) {
            throw new IllegalArgumentException(value.getClass() + " is not listed");
        }
        out.writeVarLong(number);
        write(out, (Record) value);
    }

    public Object readNumbered(Unpacker in, Class<?> expected) {
        int number = in.readCount(Integer.MAX_VALUE);
        Class<? extends Record> type = byNumber.get(number);
        if (type == null || !expected.isAssignableFrom(type)) {
            throw new CodecException("number " + number + " is no " + expected.getSimpleName());
        }
        return read(in, type);
    }

    public void write(Packer out, Record value) {
        for (Component component : plan(value.getClass()).components) {
            component.form.write(out, invoke(component.getter, value));
        }
    }

    public Object read(Unpacker in, Class<? extends Record> type) {
        Plan plan = plan(type);
        Object[] values = new Object[plan.components.size()];
        in.enter(DEPTH_MAX);
        for (int i = 0; i < values.length; i++) {
            values[i] = plan.components.get(i).form.read(in);
        }
        in.leave();
        try {
            return plan.constructor.invoke(values);
        } catch (IllegalArgumentException | IndexOutOfBoundsException | NullPointerException e) {
            // A record's own check of its values.
            throw new CodecException("malformed " + type.getSimpleName() + ": " + e.getMessage());
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object invoke(MethodHandle getter, Object record) {
        try {
            return getter.invoke(record);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static void requireEnd(Unpacker in) {
        if (in.left() > 0) {
            throw new CodecException(in.left() + " bytes too many");
        }
    }

    // ---- plans

    private Plan plan(Class<?> type) {
        return plans.computeIfAbsent(type, this::makePlan);
    }

    private Plan makePlan(Class<?> type) {
        List<Component> components = new ArrayList<>();
        List<Class<?>> types = new ArrayList<>();
        try {
            for (RecordComponent each : type.getRecordComponents()) {
                Form form = form(each.getGenericType());
                components.add(new Component(each.getName(), lookup.unreflect(each.getAccessor()), form));
                types.add(each.getType());
            }
            MethodHandle constructor =
                    lookup.unreflectConstructor(type.getDeclaredConstructor(types.toArray(Class<?>[]::new)));
            return new Plan(constructor.asSpreader(Object[].class, types.size()), List.copyOf(components));
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type + " cannot be read: " + e.getMessage());
        }
    }

    private Form form(Type type) {
        if (type instanceof ParameterizedType generic) {
            Form element = form(generic.getActualTypeArguments()[0]);
            if (generic.getRawType() == List.class) {
                return new ListForm(element);
            }
            if (generic.getRawType() == Optional.class) {
                return new OptionalForm(element);
            }
        } else if (type == int.class || type == Integer.class) {
            return INT;
        } else if (type == long.class || type == Long.class) {
            return LONG;
        } else if (type == boolean.class) {
            return BOOLEAN;
        } else if (type == String.class) {
            return STRING;
        } else if (type == byte[].class) {
            return BYTES;
        } else if (type instanceof Class<?> plain && plain.isEnum()) {
            return new EnumForm(plain.getEnumConstants());
        } else if (type instanceof Class<?> plain && plain.isRecord()) {
            return new RecordForm(plain.asSubclass(Record.class));
        } else if (type instanceof Class<?> plain && plain.isInterface()) {
            return new NumberedForm(plain);
        }
        throw new IllegalArgumentException("no way to write " + type);
    }

    private static final Form INT = new Form() {
        @Override
        public void write(Packer out, Object value) {
            out.writeSigned((Integer) value);
        }

        @Override
        public Object read(Unpacker in) {
            long value = in.readSigned();
            if (value != (int) value) {
                throw new CodecException("a number of more than 32 bits");
            }
            return (int) value;
        }
    };

    private static final Form LONG = new Form() {
        @Override
        public void write(Packer out, Object value) {
            out.writeSigned((Long) value);
        }

        @Override
        public Object read(Unpacker in) {
            return in.readSigned();
        }
    };

    private static final Form BOOLEAN = new Form() {
        @Override
        public void write(Packer out, Object value) {
            out.writeBoolean((Boolean) value);
        }

        @Override
        public Object read(Unpacker in) {
            return in.readBoolean();
        }
    };

    private static final Form STRING = new Form() {
        @Override
        public void write(Packer out, Object value) {
            out.writeString((String) value);
        }

        @Override
        public Object read(Unpacker in) {
            return in.readString();
        }
    };

    private static final Form BYTES = new Form() {
        @Override
        public void write(Packer out, Object value) {
            out.writeBytes((byte[]) value);
        }

        @Override
        public Object read(Unpacker in) {
            return in.readBytes();
        }
    };

    private record EnumForm(Object[] constants) implements Form {
        @Override
        public void write(Packer out, Object value) {
            out.writeByte(((Enum<?>) value).ordinal());
        }

        @Override
        public Object read(Unpacker in) {
            int ordinal = in.readByte();
            if (ordinal >= constants.length) {
                throw new CodecException("no constant " + ordinal);
            }
            return constants[ordinal];
        }
    }

    private record ListForm(Form element) implements Form {
        @Override
        public void write(Packer out, Object value) {
            List<?> list = (List<?>) value;
            out.writeVarLong(list.size());
            for (Object each : list) {
                element.write(out, each);
            }
        }

        @Override
        public Object read(Unpacker in) {
            // Every element takes at least one byte, but for records without components, which nobody lists.
            int count = in.readCount(in.left());
            List<Object> list = new ArrayList<>(Math.min(count, 1024));
            for (int i = 0; i < count; i++) {
                list.add(element.read(in));
            }
            return list;
        }
    }

    private record OptionalForm(Form element) implements Form {
        @Override
        public void write(Packer out, Object value) {
            Optional<?> optional = (Optional<?>) value;
            out.writeBoolean(optional.isPresent());
            if (optional.isPresent()) {
                element.write(out, optional.get());
            }
        }

        @Override
        public Object read(Unpacker in) {
            return in.readBoolean() ? Optional.of(element.read(in)) : Optional.empty();
        }
    }

    private final class RecordForm implements Form {
        private final Class<? extends Record> type;

        RecordForm(Class<? extends Record> type) {
            this.type = type;
        }

        @Override
        public void write(Packer out, Object value) {
            RecordCodec.this.write(out, (Record) value);
        }

        @Override
        public Object read(Unpacker in) {
            return RecordCodec.this.read(in, type);
        }
    }

    private final class NumberedForm implements Form {
        private final Class<?> type;

        NumberedForm(Class<?> type) {
            this.type = type;
        }

        @Override
        public void write(Packer out, Object value) {
            writeNumbered(out, value);
        }

        @Override
        public Object read(Unpacker in) {
            return readNumbered(in, type);
        }
    }
}
