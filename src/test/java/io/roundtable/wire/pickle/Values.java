package io.roundtable.wire.pickle;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** Values to compare, to show and to make up. */
final class Values {
    private static final List<Object> SCALARS = Arrays.asList(
            null,
            true,
            false,
            0L,
            1L,
            -1L,
            255L,
            256L,
            65535L,
            65536L,
            (long) Integer.MAX_VALUE,
            (long) Integer.MIN_VALUE,
            1L + Integer.MAX_VALUE,
            -1L + Integer.MIN_VALUE,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            BigInteger.ONE.shiftLeft(63),
            BigInteger.ONE.shiftLeft(63).negate().subtract(BigInteger.ONE),
            BigInteger.ONE.shiftLeft(2031).subtract(BigInteger.ONE),
            BigInteger.ONE.shiftLeft(2031).negate(),
            0.0,
            -0.0,
            1.5,
            1e300,
            5e-324,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.NaN,
            "",
            "a",
            "127.0.0.1",
            "höst-日本",
            "\uD83D\uDE00 and \uFFFD",
            "back\\slash \\u0041 \n\r\t\0\u001a'\"",
            "x".repeat(255),
            "ü".repeat(128),
            "y".repeat(256));

    private static final List<byte[]> BYTES = List.of(
            new byte[0],
            new byte[] {'a'},
            new byte[] {0, '\n', '\\', (byte) 0x80, (byte) 0xff},
            new byte[255],
            new byte[256]);

    private Values() {}

    /** Shows type and value of everything, dicts in their order: equal if and only if the values are. */
    static String show(Object value) {
        if (value instanceof PyTuple tuple) {
            return tuple.items().stream().map(Values::show).collect(Collectors.joining(", ", "(", ",)"));
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Values::show).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> show(entry.getKey()) + ": " + show(entry.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (value instanceof byte[] bytes) {
            return "bytes" + Arrays.toString(bytes);
        }
        if (value instanceof String text) {
            return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
        }
        return value == null ? "None" : value.getClass().getSimpleName() + " " + value;
    }

    /** Makes up a value of every type, some parts of it twice. */
    static Object random(Random random) {
        return random(random, 4, new ArrayList<>(SCALARS));
    }

    private static Object random(Random random, int depthMax, List<Object> seen) {
        int kind = depthMax == 0 ? 0 : random.nextInt(9);
        Object value;
        if (kind < 4) {
            value = seen.get(random.nextInt(seen.size()));
        } else if (kind == 4) {
            value = random.nextBoolean() ? random.nextLong() : (Object) random.nextDouble();
        } else if (kind == 5) {
            value = BYTES.get(random.nextInt(BYTES.size())).clone();
        } else if (kind == 6) {
            value = new PyTuple(items(random, depthMax, seen));
        } else if (kind == 7) {
            value = items(random, depthMax, seen);
        } else {
            value = dict(random, depthMax, seen);
        }
        seen.add(value);
        return value;
    }

    private static List<Object> items(Random random, int depthMax, List<Object> seen) {
        List<Object> items = new ArrayList<>();
        int size = random.nextInt(6);
        for (int i = 0; i < size; i++) {
            items.add(random(random, depthMax - 1, seen));
        }
        return items;
    }

    /** Python takes True, 1 and 1.0 for one key, so numbers are whole and none is a bool. */
    private static Map<Object, Object> dict(Random random, int depthMax, List<Object> seen) {
        Map<Object, Object> dict = new LinkedHashMap<>();
        int size = random.nextInt(6);
        for (int i = 0; i < size; i++) {
            Object key = switch (random.nextInt(4)) {
                case 0 -> null;
                case 1 -> random.nextLong();
                case 2 -> "key " + random.nextInt(3);
                default -> PyTuple.of((long) random.nextInt(365), "host");
            };
            dict.put(key, random(random, depthMax - 1, seen));
        }
        return dict;
    }
}
