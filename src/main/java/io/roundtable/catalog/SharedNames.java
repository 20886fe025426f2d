package io.roundtable.catalog;

import java.util.HashMap;
import java.util.Map;

/** Gives equal names one object: a million files of one owner have its name once. */
final class SharedNames {
    /** With more owners than this at a time, some names are there twice. */
    private static final int MAX = 4_096;

    private final Map<String, String> names = new HashMap<>();

    String one(String name) {
        String known = names.get(name);
        if (known != null) {
            return known;
        }
        if (names.size() >= MAX) {
            names.clear();
        }
        names.put(name, name);
        return name;
    }
}
