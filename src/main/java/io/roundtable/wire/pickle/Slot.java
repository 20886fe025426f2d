package io.roundtable.wire.pickle;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A value while its pickle is being decoded, with what must be known of it to keep the whole bounded.
 *
 * <p>A container is closed once it is inside another one. CPython never changes it after that, except where a value
 * holds itself; so refusing it loses no other data, and every value is a finite tree whose size is known as it grows.
 */
final class Slot {
    /** At most 9 identities (days, id) share a hash, see {@link PyTuple}. */
    private static final int KEYS_PER_HASH_MAX = 16;

    final @Nullable Object value;
    /** Containers within containers: 0 for what is none. */
    private int depth;
    /** As {@link Limits#expandedMax} counts it. */
    private int expanded = 1;
    /** Whether it can be a dict key, as far as the items so far are concerned. */
    private boolean hashable = true;

    private boolean closed;
    private @Nullable Map<Integer, Integer> keysPerHash;

    private Slot(@Nullable Object value) {
        this.value = value;
    }

    /** Returns a slot for a value that holds no others. */
    static Slot ofScalar(@Nullable Object value) {
        Slot slot = new Slot(value);
        if (value instanceof String text) {
            slot.expanded += text.length();
        } else if (value instanceof byte[] bytes) {
            slot.expanded += bytes.length;
            slot.hashable = false;
        } else if (value instanceof BigInteger number) {
            slot.expanded += number.bitLength() / Byte.SIZE;
        }
        return slot;
    }

    static Slot ofList() {
        Slot slot = new Slot(new ArrayList<@Nullable Object>());
        slot.depth = 1;
        slot.hashable = false;
        return slot;
    }

    static Slot ofDict() {
        Slot slot = new Slot(new LinkedHashMap<@Nullable Object, @Nullable Object>());
        slot.depth = 1;
        slot.hashable = false;
        return slot;
    }

    static Slot ofTuple(Slot[] items, Limits limits) throws Refusal {
        @Nullable Object[] values = new Object[items.length];
        for (int i = 0; i < items.length; i++) {
            values[i] = items[i].value;
        }
        Slot slot = new Slot(items.length == 0 ? PyTuple.EMPTY : PyTuple.of(values));
        slot.depth = 1;
        for (Slot item : items) {
            slot.hold(item, limits);
            slot.hashable &= item.hashable;
        }
        return slot;
    }

    /** Adds an item to this list. */
    @SuppressWarnings("unchecked") // Only ofList makes a List, and it makes one of these.
    void append(Slot item, Limits limits) throws Refusal {
        if (!(value instanceof List<?> list)) {
            throw new Refusal("an item for what is no list");
        }
        hold(item, limits);
        ((List<@Nullable Object>) list).add(item.value);
    }

    /** Puts a key with its item into this dict; a key that is there already gets the new item. */
    @SuppressWarnings("unchecked") // Only ofDict makes a Map, and it makes one of these.
    void put(Slot key, Slot item, Limits limits) throws Refusal {
        if (!(value instanceof Map<?, ?> map)) {
            throw new Refusal("a key for what is no dict");
        }
        if (!key.hashable) {
            throw new Refusal("a dict key of bytes, a list or a dict");
        }
        hold(key, limits);
        hold(item, limits);
        Object keyValue = key.value;
        if (!map.containsKey(keyValue)) {
            countHash(Objects.hashCode(keyValue));
        }
        ((Map<@Nullable Object, @Nullable Object>) map).put(keyValue, item.value);
    }

    int expanded() {
        return expanded;
    }

    private void hold(Slot item, Limits limits) throws Refusal {
        if (item.value instanceof BytesMaker) {
            throw new Refusal("a name of code where data is due");
        }
        item.closed = true; // before the next check, which then finds a container put into itself
        if (closed) {
            throw new Refusal("a container that changes after its use or holds itself");
        }
        depth = Math.max(depth, item.depth + 1);
        if (depth > limits.depthMax()) {
            throw new Refusal("more than " + limits.depthMax() + " containers within each other");
        }
        expanded += item.expanded;
        if (expanded > limits.expandedMax()) {
            throw new Refusal("a value that expands to more than " + limits.expandedMax());
        }
    }

    /** Keys chosen to share a hash would make each look-up a search through all of them. */
    private void countHash(int hash) throws Refusal {
        if (keysPerHash == null) {
            keysPerHash = new HashMap<>();
        }
        if (keysPerHash.merge(hash, 1, Integer::sum) > KEYS_PER_HASH_MAX) {
            throw new Refusal("more than " + KEYS_PER_HASH_MAX + " dict keys with the same hash");
        }
    }
}
