package io.roundtable.catalog;

import io.roundtable.catalog.Catalog.DiskEntry;
import io.roundtable.catalog.Catalog.UserEntry;
import io.roundtable.codec.Packer;
import io.roundtable.codec.RecordCodec;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Writes a snapshot: the format's number, then each {@link SnapshotPart} with its length before it, then the CRC32C of all
 * that in 8 bytes. No part is longer than {@link SnapshotReader#PART_BYTES_MAX}, however many files there are.
 */
final class SnapshotWriter {
    private static final int CHUNK_BYTES = 64 * 1024;
    /** Files of one part, about. */
    private static final int PIECE_BYTES = 16 * 1024;

    private final OutputStream out;
    private final RecordCodec records;
    private final CRC32C sum = new CRC32C();
    private final Chunk chunk = new Chunk();
    private long parts;

    SnapshotWriter(OutputStream out, int level) {
        this.out = out;
        this.records = CatalogCodec.records(level);
    }

    void write(Catalog catalog) throws IOException {
        chunk.packer.writeByte(CatalogCodec.FORMAT);
        Lease lease = catalog.lease();
        add(new SnapshotPart.Head(
                lease.durationMs(),
                lease.epoch(),
                lease.holder(),
                lease.untilMs(),
                lease.wantedBy(),
                catalog.clockMs(),
                catalog.lastVolumeId(),
                catalog.levels().level()));
        for (Map.Entry<String, Integer> each : catalog.levels().all().entrySet()) {
            add(new SnapshotPart.Known(each.getKey(), each.getValue()));
        }
        for (var member : catalog.members()) {
            add(new SnapshotPart.Seated(member));
        }
        for (UserEntry user : catalog.users()) {
            add(new SnapshotPart.User(user.name(), user.manager(), user.command()));
        }
        for (DiskEntry disk : catalog.disks()) {
            add(
                    disk.foreign().isPresent()
                            ? new SnapshotPart.ForeignDisk(
                                    disk.disk(),
                                    disk.name(),
                                    disk.volumeId(),
                                    disk.foreign().get())
                            : new SnapshotPart.Disk(disk.disk(), disk.name(), disk.volumeId()));
        }
        for (VolumeEntry volume : catalog.volumes()) {
            write(volume);
        }
        for (RememberedRequests.Past past : catalog.remembered().all()) {
            add(new SnapshotPart.RememberedSince(past.requestId(), past.result(), past.atMs()));
        }
        add(new SnapshotPart.End(parts));
        flush();
        Packer last = new Packer();
        last.writeFixedLong(sum.getValue());
        out.write(last.toBytes());
        out.flush();
    }

    private void write(VolumeEntry volume) throws IOException {
        add(new SnapshotPart.Volume(
                volume.id(),
                volume.name(),
                volume.parity(),
                volume.unitBytes(),
                volume.disks(),
                volume.owner(),
                volume.isDecommissioning()));
        volume.forEachPiece(PIECE_BYTES, files -> add(new SnapshotPart.Files(files)));
    }

    private void add(SnapshotPart part) throws IOException {
        byte[] bytes = records.encode((Record) part);
        chunk.packer.writeBytes(bytes);
        chunk.bytes += bytes.length;
        parts++;
        if (chunk.bytes >= CHUNK_BYTES) {
            flush();
        }
    }

    private void flush() throws IOException {
        byte[] bytes = chunk.packer.toBytes();
        sum.update(bytes);
        out.write(bytes);
        chunk.packer = new Packer(CHUNK_BYTES + CHUNK_BYTES / 4);
        chunk.bytes = 0;
    }

    /** What was packed and not written yet. */
    private static final class Chunk {
        private Packer packer = new Packer(CHUNK_BYTES + CHUNK_BYTES / 4);
        private int bytes;
    }
}
