package io.roundtable.protocol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is there for each class of a family, in the place of a chain of {@code instanceof}. What is put in for an interface
 * stands for every class that implements it and has nothing nearer.
 *
 * @param <T> the family
 * @param <V> what is there
 */
public final class ClassTable<T, V> {
    private final Map<Class<?>, V> entries = new HashMap<>();
    private final Map<Class<?>, Optional<V>> found = new HashMap<>();

    /** @throws IllegalStateException if something is there already */
    public void put(Class<? extends T> type, V value) {
        if (entries.putIfAbsent(type, value) != null) {
            throw new IllegalStateException("two entries for " + type.getName());
        }
        found.clear();
    }

    public Optional<V> get(T object) {
        return get(object.getClass());
    }

    private Optional<V> get(Class<?> type) {
        return found.computeIfAbsent(type, this::nearest);
    }

    private Optional<V> nearest(Class<?> type) {
        Deque<Class<?>> toSee = new ArrayDeque<>(List.of(type));
        Class<?> next;
        while ((next = toSee.poll()) != null) {
            V value = entries.get(next);
            if (value != null) {
                return Optional.of(value);
            }
            toSee.addAll(List.of(next.getInterfaces()));
        }
        return Optional.empty();
    }

    /** The classes of a sealed family for which nothing is there. */
    public List<Class<?>> missing(Class<? extends T> family) {
        List<Class<?>> missing = new ArrayList<>();
        for (Class<?> type : concrete(family)) {
            if (get(type).isEmpty()) {
                missing.add(type);
            }
        }
        return missing;
    }

    /** The records of a sealed family, through the families within it. */
    public static List<Class<?>> concrete(Class<?> family) {
        if (!family.isSealed()) {
            return List.of(family);
        }
        List<Class<?>> all = new ArrayList<>();
        for (Class<?> permitted : family.getPermittedSubclasses()) {
            all.addAll(concrete(permitted));
        }
        return all;
    }
}
