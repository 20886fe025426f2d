package io.roundtable.catalog;

import java.nio.charset.StandardCharsets;

/** Which names are allowed. */
public final class Names {
    /** Of users, disks and volumes: the limit of the DSS protocol. */
    public static final int LENGTH_MAX = 15;

    public static final int FILE_BYTES_MAX = 255;

    private Names() {}

    /** Whether a user, disk or volume may be called so: 1 to 15 characters, letters, digits, {@code . _ -}. */
    public static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= LENGTH_MAX
                && name.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '.' || c == '_' || c == '-');
    }

    /**
     * Whether a file or volume may belong to somebody of this name: a login name may be longer than what the DSS protocol
     * allows, and may be unknown.
     */
    public static boolean isOwner(String name) {
        return name.isEmpty() || isFileName(name);
    }

    /** Whether a file may be called so: anything that a line can show, slashes too. */
    public static boolean isFileName(String name) {
        return !name.isEmpty()
                && name.getBytes(StandardCharsets.UTF_8).length <= FILE_BYTES_MAX
                && name.codePoints().noneMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029);
    }
}
