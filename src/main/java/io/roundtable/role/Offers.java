package io.roundtable.role;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What roles of one peer have for each other, by an interface that both know. */
public final class Offers {
    private final Map<Class<?>, List<Object>> offers = new LinkedHashMap<>();

    /** While roles are made. */
    public <T> void add(Class<T> type, T offer) {
        offers.computeIfAbsent(type, t -> new ArrayList<>()).add(offer);
    }

    /** From the start on. */
    public <T> List<T> all(Class<T> type) {
        return offers.getOrDefault(type, List.of()).stream().map(type::cast).toList();
    }
}
