package io.roundtable.wire.pickle;

import java.nio.charset.StandardCharsets;

/** Strings as protocol 0 writes them on a line: with escapes. Lines come as Latin-1 text without their newline. */
final class Escapes {
    private static final String SIMPLE = "\\'\"abfnrtv";
    private static final String SIMPLE_MEANS = "\\'\"\u0007\b\f\n\r\t\u000b";

    private Escapes() {}

    /** Reads the line of UNICODE: Python's raw-unicode-escape, where only {@code \}{@code u} and {@code \U} count. */
    static String raw(String line) throws Refusal {
        if (line.indexOf('\\') < 0) {
            return line;
        }
        StringBuilder text = new StringBuilder(line.length());
        int i = 0;
        while (i < line.length()) {
            char c = line.charAt(i);
            char kind = i + 1 < line.length() ? line.charAt(i + 1) : ' ';
            if (c == '\\' && (kind == 'u' || kind == 'U')) {
                int digits = kind == 'u' ? 4 : 8;
                text.appendCodePoint(codePoint(line, i + 2, digits));
                i += 2 + digits;
            } else if (c == '\\' && i + 1 < line.length()) {
                text.append(c).append(kind); // two backslashes before a u do not begin an escape
                i += 2;
            } else {
                text.append(c);
                i++;
            }
        }
        return text.toString();
    }

    /** Reads the line of STRING: a str of Python 2 in quotes. */
    static String quoted(String line) throws Refusal {
        int last = line.length() - 1;
        if (last < 1 || line.charAt(0) != line.charAt(last) || "'\"".indexOf(line.charAt(0)) < 0) {
            throw new Refusal("a str without its quotes");
        }
        StringBuilder text = new StringBuilder(last);
        int i = 1;
        while (i < last) {
            char c = line.charAt(i++);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            if (i == last) {
                throw new Refusal("a str that ends in a backslash");
            }
            char kind = line.charAt(i);
            int simple = SIMPLE.indexOf(kind);
            if (simple >= 0) {
                text.append(SIMPLE_MEANS.charAt(simple));
                i++;
            } else if (kind == 'x') {
                text.append((char) hex(line, i + 1, 2, last));
                i += 3;
            } else if (isOctal(kind)) {
                int value = 0;
                for (int digits = 0; digits < 3 && i < last && isOctal(line.charAt(i)); digits++) {
                    value = value * 8 + line.charAt(i++) - '0';
                }
                text.append((char) (value & 0xff));
            } else {
                text.append(c); // Python keeps the backslash of an escape that it does not know
            }
        }
        return Literals.ascii(text.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    private static int codePoint(String line, int begin, int digits) throws Refusal {
        int value = hex(line, begin, digits, line.length());
        boolean half = value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE;
        if (half || !Character.isValidCodePoint(value)) {
            throw new Refusal("an escape that is no character");
        }
        return value;
    }

    /** Returns the number of these hex digits; 8 of them may come out negative. */
    private static int hex(String line, int begin, int digits, int end) throws Refusal {
        if (begin + digits > end) {
            throw new Refusal("an escape that is too short");
        }
        int value = 0;
        for (int i = begin; i < begin + digits; i++) {
            int digit = line.charAt(i) < 128 ? Character.digit(line.charAt(i), 16) : -1;
            if (digit < 0) {
                throw new Refusal("an escape that is not hexadecimal");
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static boolean isOctal(char c) {
        return c >= '0' && c <= '7';
    }
}
