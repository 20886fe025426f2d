package io.roundtable.foreign;

import io.roundtable.disk.MediumFile;
import io.roundtable.foreign.BlockTree.Node;
import io.roundtable.foreign.BlockTree.Ref;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A file in blocks. A block once written stays as it is: what changes goes to a new one, the next time that the file is
 * forced or, if it is full, at once. All that open the same file share what is not written yet.
 */
final class ForeignFile implements MediumFile {
    private static final int CHUNK_BYTES = ForeignMedium.CHUNK_BYTES;
    /** Chunks of one file that wait to be written. */
    private static final int DIRTY_MAX = 16;

    private final ForeignMedium medium;
    private final Node node;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    ForeignFile(ForeignMedium medium, Node node) {
        this.medium = medium;
        this.node = node;
    }

    @Override
    public long size() {
        synchronized (medium.tree()) {
            return node.size;
        }
    }

    private @Nullable Ref ref(int index) {
        synchronized (medium.tree()) {
            return node.chunks.get(index);
        }
    }

    @Override
    public void read(ByteBuffer to, long at) throws IOException {
        if (at + to.remaining() > size()) {
            throw new EOFException();
        }
        long from = at;
        while (to.hasRemaining()) {
            int index = (int) (from / CHUNK_BYTES);
            int offset = (int) (from % CHUNK_BYTES);
            int length = Math.min(to.remaining(), CHUNK_BYTES - offset);
            copy(index, offset, length, to);
            from += length;
        }
    }

    private void copy(int index, int offset, int length, ByteBuffer to) throws IOException {
        Ref ref;
        synchronized (node) {
            byte[] unwritten = node.dirty.get(index);
            if (unwritten != null) {
                to.put(unwritten, offset, length);
                return;
            }
            ref = ref(index);
        }
        to.put(ref == null ? new byte[CHUNK_BYTES] : medium.load(ref), offset, length);
    }

    @Override
    public void write(ByteBuffer from, long at) throws IOException {
        long position = at;
        while (from.hasRemaining()) {
            int index = (int) (position / CHUNK_BYTES);
            int offset = (int) (position % CHUNK_BYTES);
            int length = Math.min(from.remaining(), CHUNK_BYTES - offset);
            synchronized (node) {
                byte[] chunk = chunk(index, length == CHUNK_BYTES);
                from.get(chunk, offset, length);
                node.dirty.put(index, chunk);
                position += length;
                if (position > size()) {
                    medium.resize(node, position);
                }
                if (offset + length == CHUNK_BYTES) {
                    store(index);
                } else if (node.dirty.size() > DIRTY_MAX) {
                    store(node.dirty.firstKey());
                }
            }
        }
    }

    /** To be changed. */
    private byte[] chunk(int index, boolean isWhole) throws IOException {
        byte[] unwritten = node.dirty.get(index);
        if (unwritten != null) {
            return unwritten;
        }
        Ref ref = isWhole ? null : ref(index);
        return ref == null ? new byte[CHUNK_BYTES] : medium.load(ref);
    }

    private void store(int index) throws IOException {
        byte[] chunk = node.dirty.get(index);
        if (chunk != null) {
            Ref ref = medium.store(chunk);
            if (ref != null || ref(index) != null) {
                medium.setChunk(node, index, ref);
            }
            node.dirty.remove(index);
        }
    }

    @Override
    public void truncate(long size) throws IOException {
        synchronized (node) {
            if (size < size()) {
                int last = (int) (size / CHUNK_BYTES);
                int offset = (int) (size % CHUNK_BYTES);
                node.dirty.tailMap(offset == 0 ? last : last + 1, true).clear();
                if (offset > 0) {
                    byte[] chunk = chunk(last, false);
                    Arrays.fill(chunk, offset, CHUNK_BYTES, (byte) 0);
                    node.dirty.put(last, chunk);
                }
            }
            medium.resize(node, size);
        }
    }

    @Override
    public void force() throws IOException {
        synchronized (node) {
            for (int index : List.copyOf(node.dirty.keySet())) {
                store(index);
            }
        }
        medium.flush();
    }

    @Override
    public @Nullable FileChannel channel() {
        return null;
    }

    @Override
    public void close() {
        if (!isClosed.getAndSet(true)) {
            medium.closed(node);
        }
    }
}
