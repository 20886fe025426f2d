package io.roundtable.catalog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Records in the order of their keys, packed into blocks of bytes. Never changes: {@link #with} and {@link #without} give
 * another table that shares all blocks but one, so whoever holds one may read it on a thread of its own for as long as it
 * likes, and nobody waits for that.
 *
 * <p>Made for millions of small records: one costs its bytes and about 2 more, where an object and its place in a
 * {@link java.util.TreeMap} cost some 150. A change costs a copy of one block and of the two arrays above it.
 *
 * <p>A record is its length, its key's length, its key and its value ({@link #record}). Keys are compared as unsigned bytes.
 */
public final class PackedTable {
    /** A block that grows beyond it is split. */
    static final int BLOCK_BYTES = 4 << 10;
    /** Blocks that come from elsewhere are cut so long, so that a few more records fit each. */
    static final int FILL_BYTES = 3 << 10;

    private static final int CHUNK_BLOCKS = 256;

    public static final PackedTable EMPTY = new PackedTable(new Block[0][], 0);

    /**
     * Some records that follow each other; never none.
     *
     * @param stamp whatever whoever owns the table wants to know of all of them
     */
    record Block(byte[] bytes, int count, int stamp) {}

    private final Block[][] chunks;
    private final int size;

    private PackedTable(Block[][] chunks, int size) {
        this.chunks = chunks;
        this.size = size;
    }

    public int size() {
        return size;
    }

    // ---- records

    /** A record as the table keeps it. */
    public static byte[] record(byte[] key, byte[] value) {
        int keyed = varBytes(key.length) + key.length + value.length;
        byte[] bytes = new byte[varBytes(keyed) + keyed];
        int at = writeVar(bytes, 0, keyed);
        at = writeVar(bytes, at, key.length);
        System.arraycopy(key, 0, bytes, at, key.length);
        System.arraycopy(value, 0, bytes, at + key.length, value.length);
        return bytes;
    }

    private static int varBytes(int value) {
        return value < 0x80 ? 1 : value < 0x4000 ? 2 : 3;
    }

    private static int writeVar(byte[] bytes, int from, int value) {
        int at = from;
        int rest = value;
        while (rest >= 0x80) {
            bytes[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[at++] = (byte) rest;
        return at;
    }

    /** Where a record lies among bytes: its key, its value and its end. */
    static final class Place {
        int key;
        int value;
        int end;

        /** Looks at the record that begins there; bytes that are no record throw {@link IndexOutOfBoundsException}. */
        void read(byte[] bytes, int from) {
            int at = from;
            int length = bytes[at++];
            for (int shift = 7; length < 0; shift += 7) {
                length = length & (1 << shift) - 1 | bytes[at++] << shift;
            }
            end = at + length;
            int keyLength = bytes[at++];
            for (int shift = 7; keyLength < 0; shift += 7) {
                keyLength = keyLength & (1 << shift) - 1 | bytes[at++] << shift;
            }
            key = at;
            value = at + keyLength;
            if (value > end || end > bytes.length) {
                throw new IndexOutOfBoundsException("a record that ends before its key");
            }
        }

        int compare(byte[] bytes, byte[] wanted) {
            return Arrays.compareUnsigned(bytes, key, value, wanted, 0, wanted.length);
        }
    }

    // ---- finding

    /** Where a key is, or would be put. */
    private static final class Spot {
        private final Place place = new Place();
        private int chunk;
        private int block;
        /** The offset of the record, or of the one before which it belongs. */
        private int at;

        private boolean isThere;
    }

    private Spot seek(byte[] key) {
        Spot spot = new Spot();
        if (chunks.length == 0) {
            return spot;
        }
        Place place = spot.place;
        int low = 0;
        for (int high = chunks.length - 1; low < high; ) {
            int middle = (low + high + 1) >>> 1;
            if (isBehind(chunks[middle][0], key, place)) {
                high = middle - 1;
            } else {
                low = middle;
            }
        }
        spot.chunk = low;
        Block[] blocks = chunks[low];
        low = 0;
        for (int high = blocks.length - 1; low < high; ) {
            int middle = (low + high + 1) >>> 1;
            if (isBehind(blocks[middle], key, place)) {
                high = middle - 1;
            } else {
                low = middle;
            }
        }
        spot.block = low;
        byte[] bytes = blocks[low].bytes;
        for (int at = 0; at < bytes.length; at = place.end) {
            place.read(bytes, at);
            int order = place.compare(bytes, key);
            if (order >= 0) {
                spot.at = at;
                spot.isThere = order == 0;
                return spot;
            }
        }
        spot.at = bytes.length;
        return spot;
    }

    /** Whether all of the block comes behind the key. */
    private static boolean isBehind(Block block, byte[] key, Place place) {
        place.read(block.bytes, 0);
        return place.compare(block.bytes, key) > 0;
    }

    /** The record with this key, at which the cursor stands; null if there is none. */
    public @Nullable Cursor find(byte[] key) {
        Spot spot = seek(key);
        return spot.isThere ? new Cursor(this, spot) : null;
    }

    /** Goes through the table, which need not be the present one. */
    public Cursor cursor() {
        return new Cursor(this, new Spot());
    }

    /** From the first record on whose key comes behind this one. */
    public Cursor cursorBehind(byte[] key) {
        Spot spot = seek(key);
        if (spot.isThere) {
            spot.at = spot.place.end;
        }
        return new Cursor(this, spot);
    }

    /** A place in a table as it was when the cursor was made. */
    public static final class Cursor {
        private final Block[][] chunks;
        private final Place place = new Place();
        private int chunk;
        private int block;
        private int at;
        private byte[] bytes = new byte[0];

        private Cursor(PackedTable table, Spot spot) {
            chunks = table.chunks;
            chunk = spot.chunk;
            block = spot.block;
            at = spot.at;
            settle();
        }

        private void settle() {
            while (chunk < chunks.length) {
                bytes = chunks[chunk][block].bytes;
                if (at < bytes.length) {
                    place.read(bytes, at);
                    return;
                }
                at = 0;
                if (++block == chunks[chunk].length) {
                    block = 0;
                    chunk++;
                }
            }
        }

        /** Whether it stands at a record. */
        public boolean isThere() {
            return chunk < chunks.length;
        }

        public void next() {
            if (!isThere()) {
                throw new NoSuchElementException();
            }
            at = place.end;
            settle();
        }

        /** Goes on behind the block that it stands in. */
        void nextBlock() {
            at = bytes.length;
            settle();
        }

        Block block() {
            return chunks[chunk][block];
        }

        public byte[] key() {
            return Arrays.copyOfRange(bytes, place.key, place.value);
        }

        public byte[] value() {
            return Arrays.copyOfRange(bytes, place.value, place.end);
        }

        /** What the record lies among, at {@link #place}; not to be changed. */
        byte[] bytes() {
            return bytes;
        }

        Place place() {
            return place;
        }

        int stamp() {
            return chunks[chunk][block].stamp;
        }
    }

    // ---- changing

    /** The table with this record, in place of one that has the same key, where stamps say nothing. */
    public PackedTable with(byte[] key, byte[] record) {
        return with(key, record, 0, UnaryOperator.identity());
    }

    /**
     * The table with this record, in place of one that has the same key.
     *
     * @param stamp of a block that is new
     * @param touch told of each block that is to be changed; gives it as it should be before that
     */
    PackedTable with(byte[] key, byte[] record, int stamp, UnaryOperator<Block> touch) {
        if (chunks.length == 0) {
            return new PackedTable(new Block[][] {{new Block(record, 1, stamp)}}, 1);
        }
        Spot spot = seek(key);
        Block before = chunks[spot.chunk][spot.block];
        Block block = touch.apply(before);
        if (block != before) {
            spot = seekIn(block, spot, key);
        }
        int end = spot.isThere ? spot.place.end : spot.at;
        byte[] bytes = splice(block.bytes, spot.at, end, record);
        int count = block.count + (spot.isThere ? 0 : 1);
        boolean isAppended = spot.at + record.length == bytes.length;
        Block[] made = bytes.length <= BLOCK_BYTES || count == 1
                ? new Block[] {new Block(bytes, count, block.stamp)}
                : split(bytes, count, block.stamp, isAppended ? spot.at : bytes.length / 2);
        return replace(spot.chunk, spot.block, 1, made, size + count - block.count);
    }

    /** The table without the record of this key, if it has one, where stamps say nothing. */
    public PackedTable without(byte[] key) {
        return without(key, UnaryOperator.identity());
    }

    /**
     * The table without the record of this key, if it has one.
     *
     * @param touch as in {@link #with}
     */
    PackedTable without(byte[] key, UnaryOperator<Block> touch) {
        Spot spot = seek(key);
        if (!spot.isThere) {
            return this;
        }
        Block before = chunks[spot.chunk][spot.block];
        Block block = touch.apply(before);
        if (block != before) {
            spot = seekIn(block, spot, key);
        }
        byte[] bytes = splice(block.bytes, spot.at, spot.place.end, new byte[0]);
        if (bytes.length == 0) {
            return replace(spot.chunk, spot.block, 1, new Block[0], size - 1);
        }
        Block[] blocks = chunks[spot.chunk];
        Block next = spot.block + 1 < blocks.length ? blocks[spot.block + 1] : null;
        if (next != null && bytes.length + next.bytes.length <= BLOCK_BYTES / 2) {
            Block joined = touch.apply(next);
            byte[] both = splice(bytes, bytes.length, bytes.length, joined.bytes);
            Block made = new Block(both, block.count - 1 + joined.count, block.stamp);
            return replace(spot.chunk, spot.block, 2, new Block[] {made}, size - 1);
        }
        return replace(
                spot.chunk, spot.block, 1, new Block[] {new Block(bytes, block.count - 1, block.stamp)}, size - 1);
    }

    /** Where the key is in another form of the block that it was found in. */
    private static Spot seekIn(Block block, Spot found, byte[] key) {
        Spot spot = new PackedTable(new Block[][] {{block}}, block.count).seek(key);
        spot.chunk = found.chunk;
        spot.block = found.block;
        return spot;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] by) {
        byte[] made = new byte[bytes.length - (to - from) + by.length];
        System.arraycopy(bytes, 0, made, 0, from);
        System.arraycopy(by, 0, made, from, by.length);
        System.arraycopy(bytes, to, made, from + by.length, bytes.length - to);
        return made;
    }

    /** Two blocks, the second from about this offset on: what grows at its end leaves full blocks behind. */
    private static Block[] split(byte[] bytes, int count, int stamp, int about) {
        Place place = new Place();
        int at = 0;
        int first = 0;
        do {
            place.read(bytes, at);
            at = place.end;
            first++;
        } while (at < about && first < count - 1);
        return new Block[] {
            new Block(Arrays.copyOf(bytes, at), first, stamp),
            new Block(Arrays.copyOfRange(bytes, at, bytes.length), count - first, stamp)
        };
    }

    private PackedTable replace(int chunk, int block, int blocks, Block[] by, int newSize) {
        Block[] before = chunks[chunk];
        Block[] after = new Block[before.length - blocks + by.length];
        System.arraycopy(before, 0, after, 0, block);
        System.arraycopy(by, 0, after, block, by.length);
        System.arraycopy(before, block + blocks, after, block + by.length, before.length - block - blocks);
        Block[][] made;
        if (after.length == 0) {
            made = replace(chunk, new Block[0][]);
        } else if (after.length <= CHUNK_BLOCKS) {
            made = replace(chunk, new Block[][] {after});
        } else {
            int middle = block == before.length - 1 ? CHUNK_BLOCKS : after.length / 2;
            made = replace(
                    chunk,
                    new Block[][] {Arrays.copyOf(after, middle), Arrays.copyOfRange(after, middle, after.length)});
        }
        return new PackedTable(made, newSize);
    }

    private Block[][] replace(int chunk, Block[][] by) {
        Block[][] made = new Block[chunks.length - 1 + by.length][];
        System.arraycopy(chunks, 0, made, 0, chunk);
        System.arraycopy(by, 0, made, chunk, by.length);
        System.arraycopy(chunks, chunk + 1, made, chunk + by.length, chunks.length - chunk - 1);
        return made;
    }

    // ---- making

    /** Makes a table from records that come in the order of their keys. */
    public static final class Builder {
        private final ArrayList<Block[]> full = new ArrayList<>();
        private final ArrayList<Block> blocks = new ArrayList<>(CHUNK_BLOCKS);
        private final Place place = new Place();
        private byte[] bytes = new byte[2 * BLOCK_BYTES];
        private int length;
        private int count;
        private int size;
        private byte[] lastKey = new byte[0];
        private int lastKeyLength = -1;

        /** @throws IllegalArgumentException if its key does not come behind the last one's */
        public void add(byte[] record) {
            add(record, 0);
        }

        /**
         * Adds the record that begins there.
         *
         * @return where it ends
         * @throws IllegalArgumentException if its key does not come behind the last one's
         */
        int add(byte[] from, int at) {
            place.read(from, at);
            note(from, place.key, place.value);
            int more = place.end - at;
            if (count > 0 && length + more > FILL_BYTES) {
                cut();
            }
            if (length + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, length + more);
            }
            System.arraycopy(from, at, bytes, length, more);
            length += more;
            count++;
            size++;
            return place.end;
        }

        private void note(byte[] from, int key, int end) {
            if (lastKeyLength >= 0 && Arrays.compareUnsigned(lastKey, 0, lastKeyLength, from, key, end) >= 0) {
                throw new IllegalArgumentException("records are not in the order of their keys");
            }
            lastKeyLength = end - key;
            if (lastKey.length < lastKeyLength) {
                lastKey = new byte[Math.max(64, 2 * lastKeyLength)];
            }
            System.arraycopy(from, key, lastKey, 0, lastKeyLength);
        }

        private void cut() {
            blocks.add(new Block(Arrays.copyOf(bytes, length), count, 0));
            length = 0;
            count = 0;
            if (blocks.size() == CHUNK_BLOCKS * 3 / 4) {
                full.add(blocks.toArray(Block[]::new));
                blocks.clear();
            }
        }

        public PackedTable build() {
            if (count > 0) {
                cut();
            }
            if (!blocks.isEmpty()) {
                full.add(blocks.toArray(Block[]::new));
                blocks.clear();
            }
            return new PackedTable(full.toArray(Block[][]::new), size);
        }
    }
}
