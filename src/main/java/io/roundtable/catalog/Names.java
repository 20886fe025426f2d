package io.roundtable.catalog;

import io.roundtable.protocol.FileName;
import java.nio.charset.StandardCharsets;

/** Which names are allowed. */
public final class Names {
    /** Of users, disks and volumes: the limit of the DSS protocol. */
    public static final int LENGTH_MAX = 15;

    private static final int OWNER_BYTES_MAX = 255;

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
        return name.isEmpty()
                || FileName.isText(name) && name.getBytes(StandardCharsets.UTF_8).length <= OWNER_BYTES_MAX;
    }
}
