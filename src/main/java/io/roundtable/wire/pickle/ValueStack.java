package io.roundtable.wire.pickle;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The stack on which an unpickler puts values together: one method for each opcode that takes some away. */
final class ValueStack {
    private final Limits limits;
    private Slot[] slots = new Slot[16];
    private int size;
    /** For each MARK the number of slots below it; what is below the last one is out of reach. */
    private int[] marks = new int[8];

    private int markCount;
    /** What hashing all keys so far has cost. */
    private int keysExpanded;
    /** How many bytes REDUCE may still make: a pickle names each of them at least once, unless it means harm. */
    private int bytesToMake;

    ValueStack(Limits limits, int bytesToMake) {
        this.limits = limits;
        this.bytesToMake = bytesToMake;
    }

    void push(Slot slot) throws Refusal {
        checkRoom();
        if (size == slots.length) {
            slots = Arrays.copyOf(slots, 2 * size);
        }
        slots[size++] = slot;
    }

    void pushScalar(@Nullable Object value) throws Refusal {
        push(Slot.ofScalar(value));
    }

    void mark() throws Refusal {
        checkRoom();
        if (markCount == marks.length) {
            marks = Arrays.copyOf(marks, 2 * markCount);
        }
        marks[markCount++] = size;
    }

    Slot peek() throws Refusal {
        checkReach(1);
        return slots[size - 1];
    }

    Slot pop() throws Refusal {
        checkReach(1);
        return slots[--size];
    }

    /** Takes away the top value, or the mark if that is on top. */
    void popValueOrMark() throws Refusal {
        if (markCount > 0 && marks[markCount - 1] == size) {
            markCount--;
        } else {
            pop();
        }
    }

    /** Takes away the values on top, this many, and returns them, the lowest first. */
    Slot[] pop(int count) throws Refusal {
        checkReach(count);
        size -= count;
        return Arrays.copyOfRange(slots, size, size + count);
    }

    /** Takes away the last mark and all above it, and returns that, the lowest first. */
    Slot[] popToMark() throws Refusal {
        if (markCount == 0) {
            throw new Refusal("a mark is missing");
        }
        Slot[] popped = pop(size - marks[markCount - 1]);
        markCount--;
        return popped;
    }

    void tuple(Slot[] items) throws Refusal {
        push(Slot.ofTuple(items, limits));
    }

    void list(Slot[] items) throws Refusal {
        push(Slot.ofList());
        appendAll(items);
    }

    void dict(Slot[] items) throws Refusal {
        push(Slot.ofDict());
        putAll(items);
    }

    /** Adds these items to the list on top. */
    void appendAll(Slot[] items) throws Refusal {
        Slot list = peek();
        for (Slot item : items) {
            list.append(item, limits);
        }
    }

    /** Puts these items, a key before each value, into the dict on top. */
    void putAll(Slot[] items) throws Refusal {
        Slot dict = peek();
        if (items.length % 2 != 0) {
            throw new Refusal("a dict key without a value");
        }
        for (int i = 0; i < items.length; i += 2) {
            keysExpanded += items[i].expanded();
            if (keysExpanded > limits.expandedMax()) {
                throw new Refusal("dict keys that expand to more than " + limits.expandedMax());
            }
            dict.put(items[i], items[i + 1], limits);
        }
    }

    /** Takes away a call and puts down what it makes: bytes, see {@link BytesMaker}. */
    void reduce() throws Refusal {
        Slot arguments = pop();
        Slot callable = pop();
        byte[] made = callable.value instanceof BytesMaker maker && arguments.value instanceof PyTuple tuple
                ? maker.make(tuple)
                : null;
        if (made == null) {
            throw new Refusal("REDUCE is more than data");
        }
        bytesToMake -= made.length;
        if (bytesToMake < 0) {
            throw new Refusal("more bytes than the pickle has");
        }
        pushScalar(made);
    }

    /** Takes away the one value that must be left, the whole pickle's. */
    @Nullable
    Object finish() throws Refusal {
        Slot result = pop();
        if (size > 0 || markCount > 0) {
            throw new Refusal("values are left over");
        }
        if (result.value instanceof BytesMaker) {
            throw new Refusal("a name of code is more than data");
        }
        return result.value;
    }

    private void checkReach(int count) throws Refusal {
        int outOfReach = markCount == 0 ? 0 : marks[markCount - 1];
        if (size - count < outOfReach) {
            throw new Refusal("a value is missing");
        }
    }

    private void checkRoom() throws Refusal {
        if (size + markCount >= limits.stackMax()) {
            throw new Refusal("more than " + limits.stackMax() + " values on the stack");
        }
    }
}
