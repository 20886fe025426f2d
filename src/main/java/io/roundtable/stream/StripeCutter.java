package io.roundtable.stream;

import io.roundtable.storage.Parity;
import io.roundtable.storage.StripeLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;

/** Cuts content into stripes, computes their parity and fills slabs with them. */
final class StripeCutter {
    private final StripeLayout layout;
    private final ContentSource source;
    private final Parity parity;
    private final ByteBuffer[] columns;
    private final int[] offsets;
    private long sizeBytes;
    private boolean isOver;

    StripeCutter(StripeLayout layout, ReadableByteChannel from) {
        this.layout = layout;
        this.source = new ContentSource(from, layout.unitBytes());
        this.parity = Parity.of(layout);
        this.columns = new ByteBuffer[layout.disks()];
        this.offsets = new int[layout.disks()];
    }

    /** Bytes of content so far. */
    long sizeBytes() {
        return sizeBytes;
    }

    /** Whether the content is known to have ended. */
    boolean isOver() {
        return isOver;
    }

    /** Fills the slab from where it is to its end, or to the content's. */
    void fill(Slab slab) throws IOException {
        while (!isOver && !slab.isFull()) {
            cutStripe(slab);
        }
        if (isOver) {
            slab.sealLast(sizeBytes);
        } else {
            slab.sealFull();
        }
    }

    private void cutStripe(Slab slab) throws IOException {
        long stripe = slab.nextStripe();
        int offset = slab.nextOffset();
        int bytes = 0;
        for (int column = 0; column < columns.length; column++) {
            columns[column] = slab.buffer(layout.disk(stripe, column));
        }
        for (int index = 0; index < layout.dataDisks() && !isOver; index++) {
            int got = source.read(part(columns[index], offset, layout.unitBytes()));
            isOver = got < layout.unitBytes();
            bytes += got;
        }
        if (bytes == 0) {
            return;
        }
        sizeBytes += bytes;
        if (sizeBytes > StripeLayout.FILE_BYTES_MAX) {
            throw new IOException("a file has at most 2^53 bytes");
        }
        int length = Math.min(layout.unitBytes(), bytes);
        if (isOver) {
            padWithZeros(offset, length, bytes);
        }
        Arrays.fill(offsets, offset);
        parity.encode(columns, offsets, length);
        slab.addStripe(bytes);
    }

    /** What lies in the buffers behind the content's end is left from before. */
    private void padWithZeros(int offset, int length, int bytes) {
        for (int index = 0; index < layout.dataDisks(); index++) {
            int used = Math.max(0, Math.min(length, bytes - index * layout.unitBytes()));
            ByteBuffer rest = part(columns[index], offset + used, length - used);
            while (rest.hasRemaining()) {
                rest.put((byte) 0);
            }
        }
    }

    private static ByteBuffer part(ByteBuffer buffer, int offset, int bytes) {
        return buffer.duplicate().limit(offset + bytes).position(offset);
    }
}
