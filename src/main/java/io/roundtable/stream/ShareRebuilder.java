package io.roundtable.stream;

import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.zip.CRC32C;

/**
 * Computes the share of one disk from the others', group by group, with the memory of a read; or copies it, block by block
 * checked, if another disk holds the very share.
 */
public final class ShareRebuilder {
    private final Disks disks;

    public ShareRebuilder(Disks disks) {
        this.disks = disks;
    }

    /** Takes the groups of the share in order. */
    @FunctionalInterface
    public interface GroupSink {
        /**
         * The next group.
         *
         * @param blocks how many there are
         * @param group the blocks, then a CRC32C of each, as they lie on a disk; not to be kept
         */
        void accept(int blocks, ByteBuffer group) throws IOException;
    }

    /**
     * What came of it.
     *
     * @param usedBytes of the share
     * @param badSources positions that turned out broken or gone
     */
    public record Outcome(long usedBytes, List<Integer> badSources) {
        public Outcome {
            badSources = List.copyOf(badSources);
        }
    }

    /**
     * Computes the whole share.
     *
     * @param position whose share
     * @param isHeld whether the seat of that position is another disk that holds the share; otherwise it is not read
     * @throws StreamException if too few of the others can be read
     * @throws IOException if the sink cannot take it
     */
    public Outcome rebuild(
            VolumeInfo volume, FileInfo file, int position, boolean isHeld, SeatSource seats, GroupSink sink)
            throws IOException {
        FileShape shape = FileShape.of(volume, file);
        SortedSet<Integer> bad = new ConcurrentSkipListSet<>();
        ReadListener listener = (ShareKey share, DiskId disk, String what) -> bad.add(share.position());
        BlockRepair repair = new BlockRepair(shape, disks.buffers());
        CRC32C crc = new CRC32C();
        long used = shape.shares().get(position).usedBytes();
        int excluded = isHeld ? -1 : position;
        try (GroupFetch fetch =
                new GroupFetch(disks, volume, file, Wanted.share(shape, position), excluded, seats, listener)) {
            for (ReadSlab slab = fetch.next(); slab != null; slab = fetch.next()) {
                int dataBytes = shape.dataBytes(position, slab.group());
                if (dataBytes > 0) {
                    repair.repair(slab);
                    ByteBuffer share = slab.cell(position).buffer();
                    if (share == null) {
                        throw new IllegalStateException("group " + slab.group() + " was not computed");
                    }
                    int blocks = (dataBytes + shape.unit() - 1) / shape.unit();
                    sink.accept(blocks, Crcs.append(share, dataBytes, shape.unit(), crc));
                }
                fetch.done(slab);
            }
            bad.addAll(fetch.failedPositions());
        }
        return new Outcome(used, List.copyOf(new TreeSet<>(bad)));
    }
}
