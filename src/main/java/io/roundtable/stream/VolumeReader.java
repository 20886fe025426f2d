package io.roundtable.stream;

import io.roundtable.protocol.FileInfo;
import io.roundtable.storage.StripeLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Reads files from the disks of a volume: all disks at once, every block's CRC checked; blocks that are missing, broken
 * or late are computed from the others. A byte that is handed on is right; if too many blocks of a stripe are gone, the
 * read ends with an error that names them.
 *
 * <p>Memory: at most {@link StreamOptions#windowBytes}, whatever the size of the file. Safe for use by many threads.
 */
public final class VolumeReader {
    private static final int DIGEST_DIGITS = 64;

    private final Disks disks;

    public VolumeReader(Disks disks) {
        this.disks = disks;
    }

    /**
     * Reads what was asked for, in order.
     *
     * @param to not closed
     * @return how many blocks had to be computed
     * @throws StreamException if it cannot be read; what was written to {@code to} before is right
     * @throws IOException if {@code to} cannot be written, or the file does not have those bytes
     */
    public long read(ReadRequest request, WritableByteChannel to) throws IOException {
        FileShape shape = FileShape.of(request.volume(), request.file());
        ByteRange range = ByteRange.within(shape.sizeBytes(), request.offset(), request.length());
        if (request.length() == 0) {
            return 0;
        }
        Wanted wanted = Wanted.content(shape, range);
        ContentSink sink = new ContentSink(to, shape.unit());
        ReadSlab small = SmallRead.read(disks, request, shape, wanted);
        if (small != null) {
            try {
                checkDigest(request, shape, small);
                request.listener().onProgress(handOn(small, shape, range, sink));
            } finally {
                small.giveBack(disks.buffers());
            }
            sink.flush();
            return 0;
        }
        BlockRepair repair = new BlockRepair(shape, disks.buffers());
        long computed = 0;
        try (GroupFetch fetch = new GroupFetch(
                disks, request.volume(), request.file(), wanted, -1, request.seats(), request.listener())) {
            for (ReadSlab slab = fetch.next(); slab != null; slab = fetch.next()) {
                if (!slab.isWhole()) {
                    computed += repair.repair(slab);
                }
                request.listener().onProgress(handOn(slab, shape, range, sink));
                fetch.done(slab);
            }
        }
        sink.flush();
        return computed;
    }

    private static long handOn(ReadSlab slab, FileShape shape, ByteRange range, ContentSink sink) throws IOException {
        long[] bytes = {0};
        forEachPart(slab, shape, range, (block, offset, count) -> {
            sink.write(block, offset, count);
            bytes[0] += count;
        });
        return bytes[0];
    }

    private interface PartConsumer<E extends Exception> {
        void accept(ByteBuffer block, int offset, int bytes) throws E;
    }

    private static <E extends Exception> void forEachPart(
            ReadSlab slab, FileShape shape, ByteRange range, PartConsumer<E> use) throws E {
        StripeLayout layout = shape.layout();
        for (long stripe = slab.firstStripe(); stripe < slab.endStripe(); stripe++) {
            for (int index = 0; index < layout.dataDisks(); index++) {
                long at = stripe * layout.stripeDataBytes() + (long) index * layout.unitBytes();
                int from = (int) Math.max(0, Math.min(layout.unitBytes(), range.offset() - at));
                int end = (int) Math.max(from, Math.min(layout.unitBytes(), range.end() - at));
                ByteBuffer block = slab.cell(layout.dataDisk(stripe, index)).buffer();
                if (end > from && block != null) {
                    use.accept(block, shape.offset(stripe) + from, end - from);
                }
            }
        }
    }

    /**
     * Every block was checked by its CRC32C already. The digest of all costs 0.6 CPU seconds a GiB, half as much as the
     * whole rest of a long read, and nothing to speak of here.
     */
    private static void checkDigest(ReadRequest request, FileShape shape, ReadSlab slab) throws StreamException {
        FileInfo file = request.file();
        if (request.length() == file.sizeBytes() && file.sha256().length() == DIGEST_DIGITS) {
            ContentDigest digest = new ContentDigest();
            forEachPart(slab, shape, new ByteRange(0, file.sizeBytes()), digest::update);
            if (!digest.hex().equals(file.sha256())) {
                throw new StreamException("'" + file.name() + "' of "
                        + request.volume().name() + " does not have the content that was written, by its SHA-256");
            }
        }
    }
}
