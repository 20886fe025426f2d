package io.roundtable.wire.pickle;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The values that a pickle may name again, by index. */
final class Memo {
    private final int indexMax;
    private @Nullable Slot[] slots = new Slot[16];
    private int size;

    Memo(Limits limits) {
        indexMax = limits.memoMax() - 1;
    }

    /** Notes a value at the next index: as CPython does it, the number of indices in use. */
    void add(Slot slot) throws Refusal {
        put(size, slot);
    }

    void put(long index, Slot slot) throws Refusal {
        if (index < 0 || index > indexMax) {
            throw new Refusal("memo index " + index + " above " + indexMax);
        }
        int i = (int) index;
        if (i >= slots.length) {
            slots = Arrays.copyOf(slots, Math.max(i + 1, 2 * slots.length));
        }
        if (slots[i] == null) {
            size++;
        }
        slots[i] = slot;
    }

    Slot get(long index) throws Refusal {
        Slot slot = index >= 0 && index < slots.length ? slots[(int) index] : null;
        if (slot == null) {
            throw new Refusal("memo index " + index + " without a value");
        }
        return slot;
    }
}
