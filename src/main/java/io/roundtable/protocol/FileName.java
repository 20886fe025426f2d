package io.roundtable.protocol;

import java.nio.charset.StandardCharsets;
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

    private static final String BAD = "bad file name: ";
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
        for (String part : name.split("/", -1)) {
            if (part.isEmpty()) {
                return "it neither begins nor ends with /, and has no two of them in a row";
            }
            if (part.equals(".") || part.equals("..")) {
                return "no part of it is . or ..";
            }
            if (bytes(part) > PART_BYTES_MAX) {
                return "a part of it, between slashes, has at most " + PART_BYTES_MAX + " bytes";
            }
        }
        return null;
    }

    /**
     * Whether it can be remembered, shown on a line and told apart from every other name. Files that were written before
     * the rules for parts may be called so; none of these is made any more.
     */
    public static boolean isText(String name) {
        return !name.isEmpty()
                && name.length() <= BYTES_MAX
                && isUnicode(name)
                && bytes(name) <= BYTES_MAX
                && name.codePoints().noneMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029);
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

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
