package io.roundtable.wire.pickle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A Python tuple: a list that never changes and is equal by value, bytes included.
 *
 * @param items the items, copied, unmodifiable; null stands for None
 */
public record PyTuple(List<@Nullable Object> items) {
    /** The tuple without items. */
    public static final PyTuple EMPTY = new PyTuple(List.of());

    /** Python's old multiplier. With 31 as in List, many identities (days, id) would share a hash. */
    private static final int HASH_FACTOR = 1_000_003;

    public PyTuple {
        items = Collections.unmodifiableList(new ArrayList<>(items));
    }

    /** Returns the tuple of these items. Numbers must be Long, not Integer, to equal those that a pickle holds. */
    public static PyTuple of(@Nullable Object... items) {
        return new PyTuple(Arrays.asList(items));
    }

    /** Returns the number of items. */
    public int size() {
        return items.size();
    }

    /**
     * Returns the item at this index, from 0.
     *
     * @throws IndexOutOfBoundsException if there is none
     */
    public @Nullable Object get(int index) {
        return items.get(index);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) {
            return true;
        }
        if (!(other instanceof PyTuple tuple) || tuple.size() != size()) {
            return false;
        }
        for (int i = 0; i < size(); i++) {
            if (!Objects.deepEquals(items.get(i), tuple.items.get(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = size();
        for (int i = 0; i < size(); i++) { // an iterator here would be most of what hashing a key allocates
            Object item = items.get(i);
            int itemHash = item instanceof byte[] bytes ? Arrays.hashCode(bytes) : Objects.hashCode(item);
            hash = hash * HASH_FACTOR + itemHash;
        }
        return hash;
    }

    /** As Python shows it, but for strings, which stand bare: {@code (JOIN, (5, 5555555))}. */
    @Override
    public String toString() {
        StringJoiner joiner = new StringJoiner(", ", "(", size() == 1 ? ",)" : ")");
        for (Object item : items) {
            joiner.add(item instanceof byte[] bytes ? Arrays.toString(bytes) : String.valueOf(item));
        }
        return joiner.toString();
    }
}
