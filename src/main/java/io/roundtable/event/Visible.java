package io.roundtable.event;

import java.util.Locale;

/**
 * Text of others made fit for a person's terminal: whatever cannot be seen, or orders the terminal or the direction of
 * writing about, stands as {@code \n}, {@code \t}, {@code \}{@code u001b} or {@code \U000e0001}. So two names that are
 * not the same do not look the same because of what no one sees.
 */
public final class Visible {
    private Visible() {}

    /** A name, or another value: exact, since a backslash of its own is doubled. */
    public static String name(String text) {
        return escaped(text, true);
    }

    /** A sentence, in which somebody may have escaped names already: a backslash stays as it is. */
    public static String line(String text) {
        return escaped(text, false);
    }

    /** A whole JSON text with the same value: what is escaped can only stand inside of its strings. */
    public static String json(String json) {
        if (isPlain(json, false)) {
            return json;
        }
        StringBuilder shown = new StringBuilder(json.length() + 16);
        for (int i = 0; i < json.length(); ) {
            int c = json.codePointAt(i);
            for (int end = i + Character.charCount(c); i < end; i++) {
                if (isHidden(c)) {
                    shown.append(String.format(Locale.ROOT, "\\u%04x", (int) json.charAt(i)));
                } else {
                    shown.append(json.charAt(i));
                }
            }
        }
        return shown.toString();
    }

    private static String escaped(String text, boolean doublesBackslash) {
        if (isPlain(text, doublesBackslash)) {
            return text;
        }
        StringBuilder shown = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (c == '\\' && doublesBackslash) {
                shown.append("\\\\");
            } else if (!isHidden(c)) {
                shown.appendCodePoint(c);
            } else if (c == '\n' || c == '\r' || c == '\t') {
                shown.append('\\').append(c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
            } else {
                shown.append(String.format(Locale.ROOT, c <= 0xffff ? "\\u%04x" : "\\U%08x", c));
            }
        });
        return shown.toString();
    }

    /** Nearly all text is: it needs no copy. */
    private static boolean isPlain(String text, boolean doublesBackslash) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '\\' && doublesBackslash) {
                return c > '~'
                        && text.codePoints().noneMatch(each -> isHidden(each) || each == '\\' && doublesBackslash);
            }
        }
        return true;
    }

    /** Controls, directions of writing, halves of characters, and what takes no room. */
    private static boolean isHidden(int c) {
        if (c < 0xad) {
            return Character.isISOControl(c);
        }
        return switch (Character.getType(c)) {
            case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> true;
            default -> isIgnorable(c);
        };
    }

    /** Those of Unicode's Default_Ignorable_Code_Point that are of no type above. */
    private static boolean isIgnorable(int c) {
        return c == 0x034f
                || c == 0x115f
                || c == 0x1160
                || c == 0x17b4
                || c == 0x17b5
                || c >= 0x180b && c <= 0x180f
                || c == 0x2065
                || c == 0x3164
                || c >= 0xfe00 && c <= 0xfe0f
                || c == 0xffa0
                || c >= 0xfff0 && c <= 0xfff8
                || c >= 0xe0000 && c <= 0xe0fff;
    }
}
