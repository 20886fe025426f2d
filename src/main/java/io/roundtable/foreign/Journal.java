package io.roundtable.foreign;

import io.roundtable.foreign.RemoteBlocks.BrokenBlockException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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

    /** Nobody needs it any more: its blocks are made small, since the protocol cannot delete one. */
    void clear() throws IOException {
        clear(blocks, term, generation, next);
    }

    static void clear(RemoteBlocks blocks, long term, int generation, long count) throws IOException {
        for (long number = 0; number < count; number++) {
            blocks.write(file(term, generation), number, new byte[0]);
        }
    }

    /**
     * What a journal says.
     *
     * @param blocks how many it has
     */
    record Read(BlockTree tree, int generation, long blocks) {}

    /**
     * Reads the last whole journal of a term.
     *
     * @param from the generation that is known to be whole
     * @param nowMs milliseconds since any moment; never goes back
     * @return null if it cannot be read any more
     * @throws IOException if it takes too long, or is longer than any of ours, besides what reading a block throws
     */
    static @Nullable Read last(RemoteBlocks blocks, long term, int from, LongSupplier nowMs) throws IOException {
        Read last = null;
        long untilMs = nowMs.getAsLong() + READ_MS;
        for (int generation = from; generation - from < GENERATIONS_MAX; generation++) {
            if (first(blocks, term, generation) == null) {
                return last;
            }
            Read read = read(blocks, term, generation, nowMs, untilMs);
            if (read == null) {
                return last;
            }
            last = read.blocks == 0 ? last : read;
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

    /** One without blocks was cleared. */
    private static @Nullable Read read(RemoteBlocks blocks, long term, int generation, LongSupplier nowMs, long untilMs)
            throws IOException {
        BlockTree tree = new BlockTree();
        int count = 0;
        boolean isWhole = false;
        try {
            for (byte[] block; (block = blocks.read(file(term, generation), count)) != null; count++) {
                if (block.length == 0) {
                    return new Read(new BlockTree(), generation, 0);
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
        return new Read(tree, generation, count);
    }
}
