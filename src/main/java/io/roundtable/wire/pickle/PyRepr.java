package io.roundtable.wire.pickle;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a pickle held, as Python's {@code repr} shows it, in at most {@value #CHARS_MAX} characters: whoever wrote the node that sent
 * it knows that spelling. Nothing that cannot be seen stands in it. The work is bounded by its length, whatever the value.
 */
public final class PyRepr {
    /** The longest text, the mark of what was cut off included. */
    public static final int CHARS_MAX = 80;

    private static final int EXPONENT_MIN = -4;
    private static final int EXPONENT_MAX = 16;

    private final StringBuilder out = new StringBuilder(CHARS_MAX);

    private PyRepr() {}

    /** @param value as {@link PickleReader} makes it */
    public static String of(@Nullable Object value) {
        PyRepr repr = new PyRepr();
        repr.add(value);
        return repr.cut();
    }

    /** Bytes that are no pickle, as {@code b'…'}. */
    public static String ofBytes(byte[] bytes, int from, int to) {
        PyRepr repr = new PyRepr();
        repr.addBytes(bytes, from, to);
        return repr.cut();
    }

    private boolean isFull() {
        return out.length() > CHARS_MAX;
    }

    private String cut() {
        if (!isFull()) {
            return out.toString();
        }
        int end = CHARS_MAX - 1;
        return out.substring(0, Character.isHighSurrogate(out.charAt(end - 1)) ? end - 1 : end) + "…";
    }

    /** Each level writes something before it goes deeper, so that the depth is bounded as the length is. */
    private void add(@Nullable Object value) {
        if (isFull()) {
            return;
        }
        if (value == null) {
            out.append("None");
        } else if (value instanceof Boolean truth) {
            out.append(truth ? "True" : "False");
        } else if (value instanceof String text) {
            addText(text);
        } else if (value instanceof byte[] bytes) {
            addBytes(bytes, 0, bytes.length);
        } else if (value instanceof Double number) {
            addFloat(number);
        } else if (value instanceof PyTuple tuple) {
            addAll(tuple.items(), "(", tuple.size() == 1 ? ",)" : ")");
        } else if (value instanceof List<?> list) {
            addAll(list, "[", "]");
        } else if (value instanceof Map<?, ?> dict) {
            addDict(dict);
        } else if (value instanceof Long || value instanceof BigInteger) {
            out.append(value);
        } else {
            throw new IllegalArgumentException("no pickle holds a " + value.getClass());
        }
    }

    private void addAll(List<?> items, String begin, String end) {
        out.append(begin);
        String between = "";
        for (Object item : items) {
            if (isFull()) {
                return;
            }
            out.append(between);
            between = ", ";
            add(item);
        }
        out.append(end);
    }

    private void addDict(Map<?, ?> dict) {
        out.append('{');
        String between = "";
        for (Map.Entry<?, ?> entry : dict.entrySet()) {
            if (isFull()) {
                return;
            }
            out.append(between);
            between = ", ";
            add(entry.getKey());
            out.append(": ");
            add(entry.getValue());
        }
        out.append('}');
    }

    private void addText(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        for (int i = 0; i < text.length() && !isFull(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c == quote || c == '\\') {
                out.append('\\').append((char) c);
            } else if (isPrintable(c)) {
                out.appendCodePoint(c);
            } else {
                addEscaped(c);
            }
        }
        out.append(quote);
    }

    private void addBytes(byte[] bytes, int from, int to) {
        String seen = new String(bytes, from, Math.min(to - from, CHARS_MAX), StandardCharsets.ISO_8859_1);
        char quote = seen.indexOf('\'') >= 0 && seen.indexOf('"') < 0 ? '"' : '\'';
        out.append('b').append(quote);
        for (int i = from; i < to && !isFull(); i++) {
            int c = bytes[i] & 0xff;
            if (c == quote || c == '\\') {
                out.append('\\').append((char) c);
            } else if (c >= ' ' && c <= '~') {
                out.append((char) c);
            } else {
                addEscaped(c);
            }
        }
        out.append(quote);
    }

    private void addEscaped(int c) {
        switch (c) {
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default ->
                out.append(String.format(Locale.ROOT, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
        }
    }

    /** As {@code str.isprintable} has it. */
    private static boolean isPrintable(int c) {
        if (c < 0x7f) {
            return c >= ' ';
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> false;
            default -> true;
        };
    }

    private void addFloat(double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            out.append(Double.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf");
            return;
        }
        BigDecimal exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        int exponent = exact.precision() - exact.scale() - 1;
        if (number == 0 || (exponent >= EXPONENT_MIN && exponent < EXPONENT_MAX)) {
            String plain = number == 0 && 1 / number < 0 ? "-0" : exact.toPlainString();
            out.append(plain).append(plain.indexOf('.') < 0 ? ".0" : "");
            return;
        }
        String digits = exact.unscaledValue().abs().toString();
        out.append(number < 0 ? "-" : "").append(digits.charAt(0));
        if (digits.length() > 1) {
            out.append('.').append(digits, 1, digits.length());
        }
        out.append(String.format(Locale.ROOT, "e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent)));
    }
}
