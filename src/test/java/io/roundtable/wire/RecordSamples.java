package io.roundtable.wire;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Member;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Seeded samples of records that say by their declaration what they can hold; tries until their own checks agree. */
final class RecordSamples {
    private static final int TRIES = 2_000;
    private static final long[] NUMBERS = {0, 1, -1, 127, 128, 1_000, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE
    };
    private static final String[] TEXTS = {"", "dss1", "Größe \u0000 \uD83D\uDE80\n", "x".repeat(300)};

    private final Random random;

    RecordSamples(long seed) {
        this.random = new Random(seed);
    }

    <T> T of(Class<T> type) {
        for (int i = 0; i < TRIES; i++) {
            try {
                return type.cast(record(type));
            } catch (IllegalArgumentException e) {
                // Not a value that the record takes: the next one may be.
                continue;
            }
        }
        throw new AssertionError("no sample of " + type + " in " + TRIES + " tries");
    }

    private Object record(Class<?> type) {
        try {
            List<Class<?>> types = new ArrayList<>();
            List<Object> values = new ArrayList<>();
            for (RecordComponent each : type.getRecordComponents()) {
                types.add(each.getType());
                values.add(value(each.getGenericType()));
            }
            var constructor = type.getDeclaredConstructor(types.toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values.toArray());
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private Object value(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type element = generic.getActualTypeArguments()[0];
            if (generic.getRawType() == Optional.class) {
                return random.nextBoolean() ? Optional.of(value(element)) : Optional.empty();
            }
            if (generic.getRawType() == Map.class) {
                return random.nextBoolean() ? Map.of() : Map.of("a", value(String.class), "ä/b", "");
            }
            List<Object> list = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                list.add(value(element));
            }
            return list;
        } else if (type == int.class || type == Integer.class) {
            return random.nextInt(3) == 0 ? (int) NUMBERS[random.nextInt(NUMBERS.length)] : random.nextInt(256);
        } else if (type == long.class) {
            return random.nextInt(3) == 0 ? NUMBERS[random.nextInt(NUMBERS.length)] : random.nextLong();
        } else if (type == boolean.class) {
            return random.nextBoolean();
        } else if (type == String.class) {
            return TEXTS[random.nextInt(TEXTS.length)];
        } else if (type == byte[].class) {
            byte[] bytes = new byte[random.nextInt(100)];
            random.nextBytes(bytes);
            return bytes;
        } else if (type == Member.class) {
            return List.of(Samples.LOW, Samples.HIGH, Samples.IPV6).get(random.nextInt(3));
        } else if (type == Address.class) {
            return Samples.IPV6.address();
        } else if (type instanceof Class<?> plain && plain.isEnum()) {
            return plain.getEnumConstants()[random.nextInt(plain.getEnumConstants().length)];
        }
        return of((Class<?>) type);
    }
}
