package io.roundtable.stream;

import io.roundtable.storage.ShareLayout;
import io.roundtable.storage.StripeLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

/**
 * One group of every disk's share, on its way to the disks: a run of whole stripes.
 *
 * <p>Filled by one thread; then every sender has its own disk's buffer and the digest reads all; whoever is through
 * {@link #release releases} it, and the last one's release makes it free.
 */
final class Slab {
    private final StripeLayout layout;
    private final int stripesMax;
    private final ByteBuffer[] buffers;
    private final int[] dataBytes;
    private final AtomicInteger users = new AtomicInteger();
    private long group;
    private int stripes;
    private long contentBytes;

    /** @param shareBytes room for each disk, a multiple of the unit, at most a group */
    Slab(StripeLayout layout, BufferPool pool, int shareBytes) {
        this.layout = layout;
        this.stripesMax = shareBytes / layout.unitBytes();
        this.buffers = new ByteBuffer[layout.disks()];
        this.dataBytes = new int[layout.disks()];
        for (int disk = 0; disk < buffers.length; disk++) {
            buffers[disk] = pool.take(shareBytes);
        }
    }

    void giveBack(BufferPool pool) {
        for (ByteBuffer each : buffers) {
            pool.giveBack(each);
        }
    }

    /** Empties it for another group. */
    void begin(long nextGroup) {
        group = nextGroup;
        stripes = 0;
        contentBytes = 0;
    }

    /** Takes over what another has been filled with, in order to be filled further. */
    void copyFrom(Slab other) {
        begin(other.group);
        stripes = other.stripes;
        contentBytes = other.contentBytes;
        for (int disk = 0; disk < buffers.length; disk++) {
            buffers[disk].put(0, other.buffers[disk], 0, other.stripes * layout.unitBytes());
        }
    }

    // ---- filling

    boolean isFull() {
        return stripes == stripesMax;
    }

    boolean isEmpty() {
        return contentBytes == 0;
    }

    /** The number in the file of the stripe that is next. */
    long nextStripe() {
        return group * ShareLayout.groupBlocks(layout.unitBytes()) + stripes;
    }

    /** Where the next stripe lies in every buffer. */
    int nextOffset() {
        return stripes * layout.unitBytes();
    }

    ByteBuffer buffer(int disk) {
        return buffers[disk];
    }

    /** @param bytes of content in the stripe, more than 0 */
    void addStripe(int bytes) {
        stripes++;
        contentBytes += bytes;
    }

    /** All stripes are whole. */
    void sealFull() {
        Arrays.fill(dataBytes, stripes * layout.unitBytes());
    }

    /** The content ends in this slab. */
    void sealLast(long sizeBytes) {
        for (int disk = 0; disk < dataBytes.length; disk++) {
            ShareLayout share = new ShareLayout(layout.unitBytes(), layout.usedShareBytes(sizeBytes, disk));
            dataBytes[disk] = group < share.groups() ? share.dataBytes(group) : 0;
        }
    }

    // ---- using

    long contentBytes() {
        return contentBytes;
    }

    int dataBytes(int disk) {
        return dataBytes[disk];
    }

    int blocks(int disk) {
        return (dataBytes[disk] + layout.unitBytes() - 1) / layout.unitBytes();
    }

    /** The disk's group as it is sent: the blocks, then a CRC32C of each, which this computes. */
    ByteBuffer groupOf(int disk) {
        return Crcs.append(buffers[disk], dataBytes[disk], layout.unitBytes(), new CRC32C());
    }

    /** Hands the content's bytes to {@code use}, in order. */
    void forEachPart(PartConsumer use) {
        int unit = layout.unitBytes();
        long left = contentBytes;
        long first = group * ShareLayout.groupBlocks(unit);
        for (int stripe = 0; stripe < stripes; stripe++) {
            for (int index = 0; index < layout.dataDisks() && left > 0; index++) {
                int bytes = (int) Math.min(unit, left);
                use.accept(buffers[layout.dataDisk(first + stripe, index)], stripe * unit, bytes);
                left -= bytes;
            }
        }
    }

    /** Bytes of a buffer. */
    @FunctionalInterface
    interface PartConsumer {
        void accept(ByteBuffer buffer, int offset, int bytes);
    }

    void share(int count) {
        users.set(count);
    }

    /** Whether this was the last user. */
    boolean release() {
        return users.decrementAndGet() == 0;
    }
}
