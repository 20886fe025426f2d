package io.roundtable.wire.pickle;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/** The values that stand in a pickle's bytes themselves: numbers and strings. Lines come as Latin-1 text. */
final class Literals {
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,}");
    private static final Pattern FLOAT = Pattern.compile("[-+]?[0-9]+(\\.[0-9]*)?([eE][-+]?[0-9]+)?");

    private Literals() {}

    /** Reads the line of INT: a decimal number, or a bool, which has two digits. */
    static Object intOrBool(String line, Limits limits) throws Refusal {
        return switch (line) {
            case "00" -> false;
            case "01" -> true;
            default -> integer(line, limits);
        };
    }

    /** Reads the line of LONG, which ends in L except in very old pickles. */
    static Object longInteger(String line, Limits limits) throws Refusal {
        return integer(line.endsWith("L") ? line.substring(0, line.length() - 1) : line, limits);
    }

    /** Returns the Long, or where it needs more than 64 bits the BigInteger, of a decimal number. */
    static Object integer(String digits, Limits limits) throws Refusal {
        if (digits.length() > limits.intDigitsMax() + 1
                || !INTEGER.matcher(digits).matches()) {
            throw new Refusal("a number that is none");
        }
        return integer(new BigInteger(digits), limits);
    }

    /** Returns the same for a number in little-endian two's complement; no bytes are 0. */
    static Object integer(byte[] littleEndian, Limits limits) throws Refusal {
        byte[] bigEndian = new byte[Math.max(1, littleEndian.length)];
        for (int i = 0; i < littleEndian.length; i++) {
            bigEndian[littleEndian.length - 1 - i] = littleEndian[i];
        }
        return integer(new BigInteger(bigEndian), limits);
    }

    private static Object integer(BigInteger value, Limits limits) throws Refusal {
        if (value.bitLength() < Long.SIZE) {
            return value.longValue();
        }
        if (value.bitLength() >= limits.intBytesMax() * Byte.SIZE) {
            throw new Refusal("an int of more than " + limits.intBytesMax() + " bytes");
        }
        return value;
    }

    /** Reads a memo index, which is not negative. */
    static long index(String digits) throws Refusal {
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new Refusal("a memo index that is no number");
        }
        return Long.parseLong(digits); // the scanner lets at most 10 digits through
    }

    /** Reads a float as Python's repr writes it. */
    static Double decimal(String line) throws Refusal {
        return switch (line) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> {
                // Java's parser also takes 1.5f, hexadecimal and blanks.
                if (!FLOAT.matcher(line).matches()) {
                    throw new Refusal("a float that is none");
                }
                yield Double.valueOf(line);
            }
        };
    }

    static String utf8(byte[] bytes) throws Refusal {
        String text = new String(bytes, StandardCharsets.UTF_8);
        // Java puts U+FFFD where bytes are malformed. Asking it to throw instead costs three objects for each string.
        if (text.indexOf('\uFFFD') >= 0 && !Arrays.equals(bytes, text.getBytes(StandardCharsets.UTF_8))) {
            throw new Refusal("a str that is not UTF-8");
        }
        return text;
    }

    /** Reads a str of Python 2, which was bytes; Python 3 takes only ASCII for it, and so do we. */
    static String ascii(byte[] bytes) throws Refusal {
        for (byte b : bytes) {
            if (b < 0) {
                throw new Refusal("a str that is not ASCII");
            }
        }
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
