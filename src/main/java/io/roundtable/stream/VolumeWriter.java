package io.roundtable.stream;

import io.roundtable.storage.ShareLayout;
import io.roundtable.storage.StripeLayout;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.function.LongConsumer;

/**
 * Writes files to the disks of a volume: stripes, parity, CRCs, all disks at once.
 *
 * <p>A disk that fails, refuses or holds up the others is left out, as long as at most {@code parity} are missing.
 * Memory: at most {@link StreamOptions#windowBytes}, whatever the size of the file. Safe for use by many threads.
 */
public final class VolumeWriter {
    private final Disks disks;

    public VolumeWriter(Disks disks) {
        this.disks = disks;
    }

    /**
     * Writes the content to its end.
     *
     * @param from not closed
     * @param sizeHint how long the content probably is; -1 if nobody knows
     * @param progress told now and then how many bytes were taken
     * @return what to commit
     * @throws StreamException if too few disks took their share
     * @throws IOException if the content cannot be read
     */
    public Written write(ShareTarget target, ReadableByteChannel from, long sizeHint, LongConsumer progress)
            throws IOException {
        StripeLayout layout = target.layout();
        StripeCutter cutter = new StripeCutter(layout, from);
        Slab slab = new Slab(layout, disks.buffers(), firstShareBytes(layout, sizeHint));
        boolean isOurs = true;
        try {
            slab.begin(0);
            cutter.fill(slab);
            if (!cutter.isOver() && slab.nextOffset() < ShareLayout.GROUP_BYTES) {
                slab = grown(slab, layout);
                cutter.fill(slab);
            }
            if (cutter.isOver()) {
                Written written = new SharePut(disks, target, slab).put(cutter.sizeBytes());
                progress.accept(cutter.sizeBytes());
                return written;
            }
            isOurs = false;
        } finally {
            if (isOurs) {
                slab.giveBack(disks.buffers());
            }
        }
        return stream(target, cutter, slab, progress);
    }

    private Written stream(ShareTarget target, StripeCutter cutter, Slab first, LongConsumer progress)
            throws IOException {
        try (WriteStream stream = new WriteStream(disks, target)) {
            stream.adopt(first);
            stream.send(first);
            progress.accept(cutter.sizeBytes());
            for (long group = 1; !cutter.isOver(); group++) {
                Slab slab = stream.take();
                slab.begin(group);
                cutter.fill(slab);
                if (slab.isEmpty()) {
                    stream.giveBack(slab);
                } else {
                    stream.send(slab);
                    progress.accept(cutter.sizeBytes());
                }
            }
            return stream.seal(cutter.sizeBytes());
        }
    }

    /** Small contents take small buffers; a hint that is wrong costs a copy of those. */
    private static int firstShareBytes(StripeLayout layout, long sizeHint) {
        boolean isSmall = sizeHint >= 0
                && sizeHint < (long) layout.dataDisks() * BufferPool.SMALL_BYTES
                && layout.unitBytes() <= BufferPool.SMALL_BYTES;
        return isSmall ? BufferPool.SMALL_BYTES : ShareLayout.GROUP_BYTES;
    }

    private Slab grown(Slab slab, StripeLayout layout) {
        Slab bigger = new Slab(layout, disks.buffers(), ShareLayout.GROUP_BYTES);
        bigger.copyFrom(slab);
        slab.giveBack(disks.buffers());
        return bigger;
    }
}
