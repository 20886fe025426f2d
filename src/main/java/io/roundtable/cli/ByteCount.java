package io.roundtable.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: {@code 4096}, {@code 64K}, {@code 500M}, {@code 20G}, {@code 1T}; powers of 1024. */
final class ByteCount {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})([KMGT]?)(?:I?B)?");

    private ByteCount() {}

    /** @throws IllegalArgumentException with a sentence for the user */
    static long parse(String text) {
        Matcher size = SIZE.matcher(text.trim().toUpperCase(Locale.ROOT));
        if (!size.matches()) {
            throw new IllegalArgumentException("expected a size such as 500M or 20G, not '" + text + "'");
        }
        int shift = 10 * (size.group(2).isEmpty() ? 0 : 1 + "KMGT".indexOf(size.group(2)));
        long number = Long.parseLong(size.group(1));
        if (number > Long.MAX_VALUE >> shift) {
            throw new IllegalArgumentException("'" + text + "' is more than there can be");
        }
        return number << shift;
    }

    /**
     * A striping unit.
     *
     * @throws UsageException with a sentence for the user
     */
    static int unit(String text) {
        try {
            return Math.toIntExact(parse(text));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new UsageException(
                    "UNIT is a number of bytes, a power of two from 128 to 1M, such as 1024 or 64K, not '" + text
                            + "'");
        }
    }
}
