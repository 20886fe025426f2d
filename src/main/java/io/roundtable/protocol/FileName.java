package io.roundtable.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What a file on a volume may be called: text of 1 to {@value #BYTES_MAX} bytes in UTF-8, without control characters; its
 * parts between slashes, as the folders of a tree that was copied, have 1 to {@value #PART_BYTES_MAX} bytes and are neither
 * {@code .} nor {@code ..}. Two names are one only if they have the same bytes: what Unicode calls equivalent stays two.
 */
public final class FileName {
    /** In UTF-8; so there are at most as many characters. */
    public static final int BYTES_MAX = 1024;

    /** In UTF-8: what the file systems that a file is read to allow. */
    public static final int PART_BYTES_MAX = 255;

    /** How the refusal of a name begins. */
    public static final String BAD = "bad file name: ";

    private static final String TEXT = "it has 1 to " + BYTES_MAX + " bytes of UTF-8, and no control characters";

    /** The refusal of what is no {@link #isText text}. */
    public static final String NO_TEXT = BAD + TEXT;

    private FileName() {}

    /** Why no file may be called so, a sentence; null if one may. */
    public static @Nullable String refusal(String name) {
        String wrong = isText(name) ? ofParts(name) : TEXT;
        return wrong == null ? null : BAD + wrong;
    }

    private static @Nullable String ofParts(String name) {
        int from = 0;
        while (from <= name.length()) {
            int slash = name.indexOf('/', from);
            int to = slash < 0 ? name.length() : slash;
            if (to == from) {
                return "it neither begins nor ends with /, and has no two of them in a row";
            }
            if (isDots(name, from, to)) {
                return "no part of it is . or ..";
            }
            if (bytes(name, from, to) > PART_BYTES_MAX) {
                return "a part of it, between slashes, has at most " + PART_BYTES_MAX + " bytes";
            }
            from = to + 1;
        }
        return null;
    }

    private static boolean isDots(String name, int from, int to) {
        return to - from <= 2 && name.charAt(from) == '.' && name.charAt(to - 1) == '.';
    }

    /**
     * Whether it can be remembered, shown on a line and told apart from every other name. Files that were written before
     * the rules for parts may be called so; none of these is made any more.
     */
    public static boolean isText(String name) {
        int bytes = name.length() <= BYTES_MAX ? bytes(name, 0, name.length()) : 0;
        return bytes > 0 && bytes <= BYTES_MAX;
    }

    /** Whether it has no half of a surrogate pair, which has no bytes in UTF-8: {@code ?} would be written instead. */
    public static boolean isUnicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i)) && !Character.isSupplementaryCodePoint(text.codePointAt(i++))) {
                return false;
            }
        }
        return true;
    }

    /**
     * The bytes of a stretch in UTF-8; -1 if it has a control character, or half of a surrogate pair. Every change of a
     * volume comes by here several times, so it is one pass, and makes no copy.
     */
    private static int bytes(String text, int from, int to) {
        int bytes = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029) {
                return -1;
            }
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (Character.isSupplementaryCodePoint(text.codePointAt(i))) {
                bytes += 4;
                i++;
            } else {
                return -1;
            }
        }
        return bytes;
    }
}
