package io.roundtable.disk;

import io.roundtable.protocol.ShareKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the disk holds, in the order of the keys: sorted leaves of plain arrays, 22 bytes a share, so that a million
 * small shares fit a peer's heap. Keys mostly come in rising order, and then the leaves are full. Thread-safe; no call
 * does I/O.
 */
final class ShareIndex {
    static final int LEAF_MAX = 256;
    private static final int LEAF_MIN = 16;
    private static final Held.Kind[] KINDS = Held.Kind.values();

    private final ArrayList<Leaf> leaves = new ArrayList<>();
    private long size;
    private volatile long changes;

    private static final class Leaf {
        int count;
        int[] volumes = new int[LEAF_MIN];
        long[] files = new long[LEAF_MIN];
        /** Position in the lower 8 bits, then log2 of the unit, then the kind. */
        short[] rest = new short[LEAF_MIN];

        long[] places = new long[LEAF_MIN];

        int compare(int at, ShareKey key) {
            int byVolume = Integer.compare(volumes[at], key.volumeId());
            if (byVolume != 0) {
                return byVolume;
            }
            int byFile = Long.compare(files[at], key.fileId());
            return byFile != 0 ? byFile : Integer.compare(rest[at] & 0xff, key.position());
        }

        /** As {@link Arrays#binarySearch}. */
        int find(ShareKey key) {
            int low = 0;
            int high = count - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                int order = compare(middle, key);
                if (order == 0) {
                    return middle;
                }
                if (order < 0) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            return -low - 1;
        }

        Held get(int at) {
            ShareKey key = new ShareKey(volumes[at], files[at], rest[at] & 0xff);
            return Held.at(key, KINDS[rest[at] >> 13 & 3], 1 << (rest[at] >> 8 & 31), places[at]);
        }

        void set(int at, Held held) {
            volumes[at] = held.key().volumeId();
            files[at] = held.key().fileId();
            int unitLog = Integer.numberOfTrailingZeros(held.unitBytes());
            rest[at] =
                    (short) (held.key().position() | unitLog << 8 | held.kind().ordinal() << 13);
            places[at] = held.place();
        }

        void shift(int from, int by) {
            System.arraycopy(volumes, from, volumes, from + by, count - from);
            System.arraycopy(files, from, files, from + by, count - from);
            System.arraycopy(rest, from, rest, from + by, count - from);
            System.arraycopy(places, from, places, from + by, count - from);
            count += by;
        }

        void room(int wanted) {
            if (wanted > files.length) {
                int length = Math.min(LEAF_MAX, Math.max(wanted, 2 * files.length));
                volumes = Arrays.copyOf(volumes, length);
                files = Arrays.copyOf(files, length);
                rest = Arrays.copyOf(rest, length);
                places = Arrays.copyOf(places, length);
            }
        }

        /** Takes entries of another leaf behind its own. */
        void append(Leaf from, int at, int length) {
            room(count + length);
            System.arraycopy(from.volumes, at, volumes, count, length);
            System.arraycopy(from.files, at, files, count, length);
            System.arraycopy(from.rest, at, rest, count, length);
            System.arraycopy(from.places, at, places, count, length);
            count += length;
        }
    }

    synchronized long size() {
        return size;
    }

    synchronized int leaves() {
        return leaves.size();
    }

    /** Rises whenever something that was held is replaced, moved or removed. */
    long changes() {
        return changes;
    }

    synchronized @Nullable Held get(ShareKey key) {
        if (leaves.isEmpty()) {
            return null;
        }
        Leaf leaf = leaves.get(leafOf(key));
        int at = leaf.find(key);
        return at < 0 ? null : leaf.get(at);
    }

    /** Returns what it replaced. */
    synchronized @Nullable Held put(Held held) {
        if (leaves.isEmpty()) {
            leaves.add(new Leaf());
        }
        int number = leafOf(held.key());
        Leaf leaf = leaves.get(number);
        int at = leaf.find(held.key());
        if (at >= 0) {
            Held before = leaf.get(at);
            leaf.set(at, held);
            changes = changes + 1;
            return before;
        }
        int to = -at - 1;
        if (leaf.count == LEAF_MAX) {
            Leaf next = new Leaf();
            leaves.add(number + 1, next);
            // Rising keys leave full leaves behind.
            int keep = to == LEAF_MAX ? LEAF_MAX : LEAF_MAX / 2;
            next.append(leaf, keep, LEAF_MAX - keep);
            leaf.count = keep;
            if (to >= keep) {
                leaf = next;
                to -= keep;
            }
        }
        leaf.room(leaf.count + 1);
        leaf.shift(to, 1);
        leaf.set(to, held);
        size++;
        return null;
    }

    /** Puts another in the place of this entry if that is still there. */
    synchronized boolean move(Held from, Held to) {
        if (!from.equals(get(from.key()))) {
            return false;
        }
        put(to);
        return true;
    }

    /** Removes the entry if it is still this one. */
    synchronized boolean remove(Held held) {
        if (leaves.isEmpty()) {
            return false;
        }
        int number = leafOf(held.key());
        Leaf leaf = leaves.get(number);
        int at = leaf.find(held.key());
        if (at < 0 || !leaf.get(at).equals(held)) {
            return false;
        }
        leaf.shift(at + 1, -1);
        size--;
        changes = changes + 1;
        if (leaf.count == 0) {
            leaves.remove(number);
        } else if (number + 1 < leaves.size() && leaf.count + leaves.get(number + 1).count <= LEAF_MAX / 2) {
            Leaf next = leaves.remove(number + 1);
            leaf.append(next, 0, next.count);
        }
        return true;
    }

    /** Up to {@code limit} entries behind a key that the filter takes, in order. */
    synchronized List<Held> after(@Nullable ShareKey after, int limit, Predicate<Held> filter) {
        List<Held> found = new ArrayList<>();
        if (leaves.isEmpty()) {
            return found;
        }
        int number = after == null ? 0 : leafOf(after);
        int at = 0;
        if (after != null) {
            int place = leaves.get(number).find(after);
            at = place >= 0 ? place + 1 : -place - 1;
        }
        for (; number < leaves.size() && found.size() < limit; number++, at = 0) {
            Leaf leaf = leaves.get(number);
            for (int i = at; i < leaf.count && found.size() < limit; i++) {
                Held held = leaf.get(i);
                if (filter.test(held)) {
                    found.add(held);
                }
            }
        }
        return found;
    }

    /** The last leaf that begins at the key or before it. */
    private int leafOf(ShareKey key) {
        int low = 0;
        int high = leaves.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (leaves.get(middle).compare(0, key) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
