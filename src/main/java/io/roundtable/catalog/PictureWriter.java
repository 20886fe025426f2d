package io.roundtable.catalog;

import io.roundtable.catalog.Catalog.DiskEntry;
import io.roundtable.catalog.Catalog.UserEntry;
import io.roundtable.catalog.VolumeEntry.FileEntry;
import io.roundtable.codec.Packer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32C;

/**
 * Writes a picture: the format's number, then each {@link PicturePart} with its length before it, then the CRC32C of all
 * that in 8 bytes. No part is longer than {@link PictureReader#PART_BYTES_MAX}, however many files there are.
 */
final class PictureWriter {
    private static final int CHUNK_BYTES = 64 * 1024;

    private final OutputStream out;
    private final CRC32C sum = new CRC32C();
    private final Chunk chunk = new Chunk();
    private long parts;

    PictureWriter(OutputStream out) {
        this.out = out;
    }

    void write(Catalog catalog) throws IOException {
        chunk.packer.writeByte(CatalogCodec.FORMAT);
        Lease lease = catalog.lease();
        add(new PicturePart.Head(
                lease.durationMs(),
                lease.epoch(),
                lease.holder(),
                lease.untilMs(),
                lease.wantedBy(),
                catalog.clockMs(),
                catalog.lastVolumeId()));
        for (var member : catalog.members()) {
            add(new PicturePart.Seated(member));
        }
        for (UserEntry user : catalog.users()) {
            add(new PicturePart.User(user.name(), user.manager(), user.command()));
        }
        for (DiskEntry disk : catalog.disks()) {
            add(
                    disk.foreign().isPresent()
                            ? new PicturePart.ForeignDisk(
                                    disk.disk(),
                                    disk.name(),
                                    disk.volumeId(),
                                    disk.foreign().get())
                            : new PicturePart.Disk(disk.disk(), disk.name(), disk.volumeId()));
        }
        for (VolumeEntry volume : catalog.volumes()) {
            write(volume);
        }
        for (var each : catalog.remembered().all().entrySet()) {
            RememberedRequests.Past past = each.getValue();
            add(new PicturePart.RememberedSince(each.getKey(), past.result(), past.atMs()));
        }
        add(new PicturePart.End(parts));
        flush();
        Packer last = new Packer();
        last.writeFixedLong(sum.getValue());
        out.write(last.toBytes());
        out.flush();
    }

    private void write(VolumeEntry volume) throws IOException {
        add(new PicturePart.Volume(
                volume.id(),
                volume.name(),
                volume.parity(),
                volume.unitBytes(),
                volume.disks(),
                volume.owner(),
                volume.isDecommissioning()));
        for (FileEntry file : volume.files()) {
            add(new PicturePart.File(
                    file.name(), file.owner(), file.fileId(), file.sizeBytes(), file.sha256(), file.missing()));
        }
    }

    private void add(PicturePart part) throws IOException {
        byte[] bytes = CatalogCodec.RECORDS.encode((Record) part);
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
