package io.roundtable.cli;

import java.util.Locale;

/** Numbers of bytes for people. */
final class Sizes {
    private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB", "PB"};

    private Sizes() {}

    /** Every byte: {@code 3,600 B}. */
    static String exact(long bytes) {
        return String.format(Locale.ROOT, "%,d B", bytes);
    }

    /** A striping unit, a power of two: {@code 128 B}, {@code 1 KB}, {@code 1 MB}. */
    static String unit(int bytes) {
        int step = 0;
        long count = bytes;
        while (count >= 1024 && count % 1024 == 0) {
            count /= 1024;
            step++;
        }
        return count + " " + UNITS[step];
    }

    /** Three digits or so: {@code 1.5 MB}. */
    static String human(long bytes) {
        int step = 0;
        double count = bytes;
        while (count >= 1000 && step < UNITS.length - 1) {
            count /= 1024;
            step++;
        }
        return step == 0
                ? bytes + " B"
                : String.format(Locale.ROOT, count < 10 ? "%.1f %s" : "%.0f %s", count, UNITS[step]);
    }
}
