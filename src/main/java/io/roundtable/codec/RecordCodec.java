package io.roundtable.codec;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Records to bytes by their components, in order.
 *
 * <p>Components may be {@code int, long, boolean, String, byte[]}, enums, records, {@code List} and {@code Optional} of
 * these, {@code Map} of text to one of them, and interfaces whose registered records are told apart by number. The types
 * come from the declarations, never from the bytes, so the list is closed; a number is never used again.
 *
 * <p>Each record within another stands behind its length. So a record can grow at its end: a program that does not know
 * the new component skips it, and one that misses it in an older program's bytes takes {@code 0}, {@code false} or
 * nothing in its place. What came later is listed as {@link #added}; all else must be there. The order of components and
 * of an enum's constants is the format, and changes only at its end.
 *
 * <p>Each number, and each component that came later, has a level. {@link #upTo} is the codec of a program that knows
 * no higher one: it writes what that one could read, and reads as that one would.
 *
 * <p>{@code int} and {@code long} are written so that small numbers of either sign are short. Safe for use by many
 * threads once all numbers are registered.
 */
public final class RecordCodec {
    /** How deep bytes may make records hold records. */
    private static final int DEPTH_MAX = 8;

    private static final MethodType GETTER = MethodType.methodType(Object.class, Object.class);
    private static final MethodType CONSTRUCTOR = MethodType.methodType(Object.class, Object[].class);

    /** One component of one record. */
    private record Place(Class<? extends Record> type, String component) {}

    /** How one component stands in bytes. */
    private record Component(MethodHandle getter, Form form, boolean isNullable, boolean isAdded) {
        void write(Packer out, Record record) {
            Object value = invoke(getter, record);
            if (isNullable) {
                out.writeBoolean(value != null);
            }
            if (value != null) {
                form.write(out, value);
            }
        }

        @Nullable
        Object read(Unpacker in) {
            if (isAdded && in.left() == 0) {
                return absent();
            }
            return isNullable && !in.readBoolean() ? null : form.read(in);
        }

        @Nullable
        Object absent() {
            return isNullable ? null : form.absent();
        }
    }

    /** @param absent what stands in for components of higher levels, which come last */
    private record Plan(MethodHandle constructor, List<Component> components, List<Component> absent) {}

    private final MethodHandles.Lookup lookup;
    private final int levelMax;
    private final Map<Integer, Class<? extends Record>> byNumber = new HashMap<>();
    private final Map<Class<?>, Integer> numbers = new HashMap<>();
    private final Map<Class<?>, Integer> levels = new HashMap<>();
    private final Map<Place, Integer> added = new HashMap<>();
    private final Set<Place> nullable = new HashSet<>();
    private final Map<Class<?>, Enum<?>> unknown = new HashMap<>();
    private final Map<Class<?>, Plan> plans = new ConcurrentHashMap<>();

    /** @param lookup of a class that can see the records */
    public RecordCodec(MethodHandles.Lookup lookup) {
        this(lookup, Integer.MAX_VALUE);
    }

    private RecordCodec(MethodHandles.Lookup lookup, int levelMax) {
        this.lookup = lookup;
        this.levelMax = levelMax;
    }

    // ---- what there is

    /** Lists a record that every program knows under a number, 0 and up, by which {@link #encode} tells it apart. */
    public RecordCodec register(int number, Class<? extends Record> type) {
        return register(number, type, 0);
    }

    /** @param level the lowest one whose programs know it */
    public RecordCodec register(int number, Class<? extends Record> type, int level) {
        if (byNumber.putIfAbsent(number, type) != null || numbers.putIfAbsent(type, number) != null) {
            throw new IllegalArgumentException("number " + number + " or " + type + " is listed already");
        }
        levels.put(type, level);
        return this;
    }

    /** Lists components that a record was given later, at its end, with the lowest level whose programs know them. */
    public RecordCodec added(int level, Class<? extends Record> type, String... components) {
        for (String each : components) {
            added.put(place(type, each), level);
        }
        return this;
    }

    /** Lists components that may be null. */
    public RecordCodec nullable(Class<? extends Record> type, String... components) {
        for (String each : components) {
            nullable.add(place(type, each));
        }
        return this;
    }

    /** Says which constant is read in place of one that is not known here. */
    public RecordCodec unknownAs(Enum<?> constant) {
        unknown.put(constant.getDeclaringClass(), constant);
        return this;
    }

    private static Place place(Class<? extends Record> type, String component) {
        if (Arrays.stream(type.getRecordComponents())
                .noneMatch(each -> each.getName().equals(component))) {
            throw new IllegalArgumentException(type + " has no " + component);
        }
        return new Place(type, component);
    }

    /** The codec of a program that knows nothing above a level. */
    public RecordCodec upTo(int level) {
        RecordCodec older = new RecordCodec(lookup, level);
        byNumber.forEach((number, type) -> {
            int since = levels.getOrDefault(type, 0);
            if (since <= level) {
                older.register(number, type, since);
            }
        });
        older.added.putAll(added);
        older.nullable.addAll(nullable);
        older.unknown.putAll(unknown);
        return older;
    }

    // ---- records

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

    /** The components alone, without a length; whoever reads them knows the class, and where they end. */
    public byte[] encodeFields(Record value) {
        Packer out = new Packer();
        writeFields(out, value);
        return out.toBytes();
    }

    /** The reverse of {@link #encodeFields}. */
    public <T extends Record> T decodeFields(byte[] bytes, Class<T> type) {
        return type.cast(readFields(new Unpacker(bytes), type));
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

    /** The length of the components, and the components. */
    public void write(Packer out, Record value) {
        int begin = out.beginLength();
        writeFields(out, value);
        out.endLength(begin);
    }

    private void writeFields(Packer out, Record value) {
        for (Component component : plan(value.getClass()).components) {
            component.write(out, value);
        }
    }

    public Object read(Unpacker in, Class<? extends Record> type) {
        int end = in.enter(DEPTH_MAX);
        Object value = readFields(in, type);
        in.leave(end);
        return value;
    }

    private Object readFields(Unpacker in, Class<? extends Record> type) {
        Plan plan = plan(type);
        int known = plan.components.size();
        @Nullable Object[] values = new Object[known + plan.absent.size()];
        for (int i = 0; i < known; i++) {
            values[i] = plan.components.get(i).read(in);
        }
        for (int i = known; i < values.length; i++) {
            values[i] = plan.absent.get(i - known).absent();
        }
        try {
            return plan.constructor.invokeExact(values);
        } catch (IllegalArgumentException | IndexOutOfBoundsException | NullPointerException e) {
            // A record's own check of its values.
            throw new CodecException("malformed " + type.getSimpleName() + ": " + e.getMessage());
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable Object invoke(MethodHandle getter, Object record) {
        try {
            return getter.invokeExact(record);
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
        Plan known = plans.get(type);
        return known != null ? known : plans.computeIfAbsent(type, each -> makePlan(each.asSubclass(Record.class)));
    }

    private Plan makePlan(Class<? extends Record> type) {
        List<Component> components = new ArrayList<>();
        List<Component> absent = new ArrayList<>();
        List<Class<?>> types = new ArrayList<>();
        try {
            int before = 0;
            for (RecordComponent each : type.getRecordComponents()) {
                Place place = new Place(type, each.getName());
                int since = added.getOrDefault(place, 0);
                if (since < before) {
                    throw new IllegalArgumentException(place + " is older than what stands before it");
                }
                before = since;
                MethodHandle getter = lookup.unreflect(each.getAccessor()).asType(GETTER);
                Component component = new Component(
                        getter, form(each.getGenericType()), nullable.contains(place), added.containsKey(place));
                (since > levelMax ? absent : components).add(component);
                types.add(each.getType());
            }
            MethodHandle constructor =
                    lookup.unreflectConstructor(type.getDeclaredConstructor(types.toArray(Class<?>[]::new)));
            return new Plan(
                    constructor.asSpreader(Object[].class, types.size()).asType(CONSTRUCTOR),
                    List.copyOf(components),
                    List.copyOf(absent));
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type + " cannot be read: " + e.getMessage());
        }
    }

    private Form form(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == List.class) {
                return new Forms.ListForm(form(arguments[0]));
            }
            if (generic.getRawType() == Optional.class) {
                return new Forms.OptionalForm(form(arguments[0]));
            }
            if (generic.getRawType() == Map.class && arguments[0] == String.class) {
                return new Forms.MapForm(form(arguments[1]));
            }
        } else if (type == int.class || type == Integer.class) {
            return Forms.INT;
        } else if (type == long.class || type == Long.class) {
            return Forms.LONG;
        } else if (type == boolean.class) {
            return Forms.BOOLEAN;
        } else if (type == String.class) {
            return Forms.STRING;
        } else if (type == byte[].class) {
            return Forms.BYTES;
        } else if (type instanceof Class<?> plain && plain.isEnum()) {
            return new Forms.EnumForm(plain.getEnumConstants(), unknown.get(plain));
        } else if (type instanceof Class<?> plain && plain.isRecord()) {
            return new RecordForm(plain.asSubclass(Record.class));
        } else if (type instanceof Class<?> plain && plain.isInterface()) {
            return new NumberedForm(plain);
        }
        throw new IllegalArgumentException("no way to write " + type);
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
        public Object absent() {
            throw new CodecException("no " + type.getSimpleName() + " where one must be");
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
        public Object absent() {
            throw new CodecException("no " + type.getSimpleName() + " where one must be");
        }

        @Override
        public Object read(Unpacker in) {
            return readNumbered(in, type);
        }
    }
}
