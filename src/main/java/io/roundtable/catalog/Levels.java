package io.roundtable.catalog;

import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which kinds of entries the log may have.
 *
 * <p>Each kind of entry, and each component that one was given later, has a level. Each GCD logs the highest that its
 * program knows. Once every GCD that takes part in the log has logged one, the log's level is raised to it, and never goes
 * back: from then on there are entries that a GCD of a lower level could not carry out.
 */
public final class Levels {
    /** Of the first programs that wrote format 2. */
    public static final int FIRST = 1;

    /** Files have attributes. */
    public static final int ATTRIBUTES = 2;

    /** The highest that this program knows. */
    public static final int KNOWN = ATTRIBUTES;

    /** More GCDs than there ever are in a group, those included that are gone. */
    static final int GCDS_MAX = 256;

    private static final int NAME_CHARS_MAX = 300;

    private final NavigableMap<String, Integer> known = new TreeMap<>();
    private int level = FIRST;

    /** @param gcd its name in the log */
    void announce(String gcd, int itsLevel) {
        boolean isPlausible = gcd.length() <= NAME_CHARS_MAX && itsLevel >= FIRST;
        if (isPlausible && (known.containsKey(gcd) || known.size() < GCDS_MAX)) {
            known.put(gcd, itsLevel);
        }
    }

    void raise(int to) {
        level = Math.max(level, to);
    }

    /** What the log may have. */
    public int level() {
        return level;
    }

    /** What the log could have with these GCDs: the lowest that any of them knows; 0 if one has yet to say. */
    public int common(Collection<String> gcds) {
        return gcds.stream().mapToInt(each -> known.getOrDefault(each, 0)).min().orElse(0);
    }

    /** What this GCD has logged; 0 if nothing. */
    public int known(String gcd) {
        return known.getOrDefault(gcd, 0);
    }

    /** By name. */
    NavigableMap<String, Integer> all() {
        return Collections.unmodifiableNavigableMap(known);
    }
}
