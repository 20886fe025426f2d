package io.roundtable.foreign;

import io.roundtable.foreign.RemoteBlocks.BrokenBlockException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The records of a {@link BlockTree}, in blocks that are written once, in order. It begins with a snapshot; when the changes
 * behind that are many, another journal with a new snapshot follows, the next generation of the same term.
 */
final class Journal {
    /** In the first byte of a block: the snapshot is whole with this one. */
    private static final byte SNAPSHOT_ENDS = 1;

    /** In the first byte of the first block: the journal is over, and this one follows. */
    private static final byte FOLLOWED = 2;

    private static final int FOLLOWED_MAX = 64;

    private static final int CHANGES_MIN = 256;
    private static final int CHANGES_PER_SNAPSHOT_BLOCK = 4;

    /** Of one that is read: the longest snapshot, five times, and what one flush adds. */
    private static final int BLOCKS_MAX = 2_048;
    /** In a row: one that its owner was about to name when it died, and one that it was about to begin. */
    private static final int GENERATIONS_MAX = 4;
    /** For reading all of them, so that nobody that answers without end keeps a thread. */
    private static final long READ_MS = 120_000;

    private final RemoteBlocks blocks;
    private final long term;
    private final int generation;
    private long next;
    private long snapshotBlocks;

    private Journal(RemoteBlocks blocks, long term, int generation) {
        this.blocks = blocks;
        this.term = term;
        this.generation = generation;
    }

    private static String file(long term, int generation) {
        return Long.toHexString(term) + "-journal-" + generation;
    }

    /** Begins one with all that is in a tree. */
    static Journal begin(RemoteBlocks blocks, long term, int generation, List<byte[]> snapshot) throws IOException {
        Journal begun = new Journal(blocks, term, generation);
        begun.write(snapshot, true);
        begun.snapshotBlocks = begun.next;
        return begun;
    }

    int generation() {
        return generation;
    }

    boolean isLong() {
        return next - snapshotBlocks > Math.max(CHANGES_MIN, CHANGES_PER_SNAPSHOT_BLOCK * snapshotBlocks);
    }

    void add(List<byte[]> records) throws IOException {
        write(records, false);
    }

    private void write(List<byte[]> records, boolean isSnapshot) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0);
        for (byte[] each : records) {
            if (block.size() + each.length > RemoteBlocks.PAYLOAD_BYTES_MAX) {
                blocks.write(file(term, generation), next, block.toByteArray());
                next++;
                block.reset();
                block.write(0);
            }
            block.writeBytes(each);
        }
        byte[] last = block.toByteArray();
        last[0] = isSnapshot ? SNAPSHOT_ENDS : 0;
        blocks.write(file(term, generation), next, last);
        next++;
    }

    /** Says which one follows, for whoever comes by an owner block of before; the rest may be made small. */
    Rest end(Journal next) throws IOException {
        return end(blocks, term, generation, this.next, next);
    }

    private static Rest end(RemoteBlocks blocks, long term, int generation, long count, Journal next)
            throws IOException {
        byte[] followed = ByteBuffer.allocate(1 + Long.BYTES + Integer.BYTES)
                .put(FOLLOWED)
                .putLong(next.term)
                .putInt(next.generation)
                .array();
        blocks.write(file(term, generation), 0, followed);
        return new Rest(file(term, generation), count);
    }

    /** Blocks that nobody needs any more: the protocol cannot delete one. For one thread at a time. */
    static final class Rest {
        private final String file;
        private final long count;
        private long next = 1;

        private Rest(String file, long count) {
            this.file = file;
            this.count = count;
        }

        /** @return false if none is left */
        boolean clearOne(RemoteBlocks blocks) throws IOException {
            if (next < count) {
                blocks.write(file, next, new byte[0]);
                next++;
            }
            return next < count;
        }
    }

    /**
     * What a journal says.
     *
     * @param blocks how many it has
     */
    record Read(BlockTree tree, long term, int generation, long blocks) {
        Rest end(RemoteBlocks at, Journal next) throws IOException {
            return Journal.end(at, term, generation, blocks, next);
        }
    }

    /**
     * Reads the last whole journal, beginning with one that was named, through those that follow it.
     *
     * @param below what follows of this term or a later one is another peer's
     * @param nowMs milliseconds since any moment; never goes back
     * @return null if it cannot be read any more
     * @throws IOException if it takes too long, is longer than any of ours, or another peer's, besides what reading a block throws
     */
    static @Nullable Read last(RemoteBlocks blocks, long term, int from, long below, LongSupplier nowMs)
            throws IOException {
        Read last = null;
        long untilMs = nowMs.getAsLong() + READ_MS;
        long at = term;
        int generation = from;
        int whole = 0;
        for (int followed = 0; whole < GENERATIONS_MAX && followed < FOLLOWED_MAX; ) {
            byte[] first = first(blocks, at, generation);
            if (first == null || first.length == 0) {
                return last;
            }
            if (first[0] == FOLLOWED && first.length == 1 + Long.BYTES + Integer.BYTES) {
                at = ByteBuffer.wrap(first).getLong(1);
                generation = ByteBuffer.wrap(first).getInt(1 + Long.BYTES);
                if (at >= below) {
                    throw new IOException("another peer presents it");
                }
                last = null;
                followed++;
                continue;
            }
            Read read = read(blocks, at, generation, nowMs, untilMs);
            if (read == null) {
                byte[] again = first(blocks, at, generation);
                if (again != null && again.length > 0 && again[0] == FOLLOWED) {
                    followed++;
                    continue;
                }
                return last;
            }
            last = read;
            generation++;
            whole++;
        }
        throw new IOException("it holds more lists of names than any disk of ours");
    }

    private static byte @Nullable [] first(RemoteBlocks blocks, long term, int generation) throws IOException {
        try {
            return blocks.read(file(term, generation), 0);
        } catch (BrokenBlockException e) {
            return null;
        }
    }

    /** @return null if it is not whole, or was ended meanwhile */
    private static @Nullable Read read(RemoteBlocks blocks, long term, int generation, LongSupplier nowMs, long untilMs)
            throws IOException {
        BlockTree tree = new BlockTree();
        int count = 0;
        boolean isWhole = false;
        try {
            for (byte[] block; (block = blockOrGap(blocks, term, generation, count)) != null; count++) {
                if (block.length == 0 || block[0] == FOLLOWED) {
                    return null;
                }
                if (count >= BLOCKS_MAX || nowMs.getAsLong() > untilMs) {
                    throw new IOException("its list of names has no end");
                }
                isWhole |= block[0] == SNAPSHOT_ENDS;
                tree.replay(Arrays.copyOfRange(block, 1, block.length));
            }
            // One that lacks a block in its middle is no journal of anything.
            if (!isWhole || blocks.read(file(term, generation), count + 1L) != null) {
                return null;
            }
        } catch (BrokenBlockException e) {
            return null;
        }
        return new Read(tree, term, generation, count);
    }

    /** Whoever still writes to it may have written this one and the next since it was asked for. */
    private static byte @Nullable [] blockOrGap(RemoteBlocks blocks, long term, int generation, long number)
            throws IOException {
        byte[] block = blocks.read(file(term, generation), number);
        boolean isEnd = block != null || blocks.read(file(term, generation), number + 1) == null;
        return isEnd ? block : blocks.read(file(term, generation), number);
    }
}
