package io.roundtable.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a file's owner says of it besides its content: at most {@value #COUNT_MAX} names of 1 to {@value #NAME_BYTES_MAX}
 * bytes in UTF-8, with values of up to {@value #VALUE_BYTES_MAX}, {@value #BYTES_MAX} bytes together. Every catalog keeps
 * them in memory.
 */
public final class FileAttributes {
    public static final int COUNT_MAX = 16;
    public static final int NAME_BYTES_MAX = 64;
    public static final int VALUE_BYTES_MAX = 1_024;
    public static final int BYTES_MAX = 2_048;

    private FileAttributes() {}

    /**
     * The same in the order of the names, and none without an object of its own.
     *
     * @throws IllegalArgumentException if it is beyond the bounds
     */
    public static Map<String, String> copyOf(Map<String, String> attributes) {
        if (attributes.isEmpty()) {
            return Map.of();
        }
        if (!areAllowed(attributes)) {
            throw new IllegalArgumentException("attributes beyond their bounds");
        }
        return Collections.unmodifiableMap(new TreeMap<>(attributes));
    }

    public static boolean areAllowed(Map<String, String> attributes) {
        int sum = 0;
        for (Map.Entry<String, String> each : attributes.entrySet()) {
            int name = bytes(each.getKey());
            int value = bytes(each.getValue());
            sum += name + value;
            if (name < 1
                    || name > NAME_BYTES_MAX
                    || value > VALUE_BYTES_MAX
                    || !FileName.isUnicode(each.getKey())
                    || !FileName.isUnicode(each.getValue())) {
                return false;
            }
        }
        return attributes.size() <= COUNT_MAX && sum <= BYTES_MAX;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
