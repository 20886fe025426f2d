package io.roundtable.catalog;

import io.roundtable.codec.CodecException;
import io.roundtable.codec.Unpacker;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.jspecify.annotations.Nullable;

/** Reads what {@link PictureWriter} wrote. Nothing is allocated that the bytes do not bear out. */
final class PictureReader {
    /** The largest part is a volume with its 256 disks, or a refusal that is remembered. */
    static final int PART_BYTES_MAX = 64 * 1024;

    private final CheckedInputStream in;
    private @Nullable Catalog catalog;
    private @Nullable VolumeEntry volume;
    private long parts;

    PictureReader(InputStream in) {
        this.in = new CheckedInputStream(new BufferedInputStream(in, 64 * 1024), new CRC32C());
    }

    Catalog read() throws IOException {
        CatalogCodec.requireFormat(readByte());
        while (true) {
            byte[] bytes = readPart();
            PicturePart part = CatalogCodec.RECORDS.decode(bytes, PicturePart.class);
            if (part instanceof PicturePart.End end) {
                return finish(end);
            }
            take(part);
            parts++;
        }
    }

    private Catalog finish(PicturePart.End end) throws IOException {
        long sum = in.getChecksum().getValue();
        byte[] expected = in.readNBytes(Long.BYTES);
        if (catalog == null || end.parts() != parts || new Unpacker(expected).readFixedLong() != sum) {
            throw new CodecException("the picture of the catalog is damaged: its check sum differs");
        }
        if (in.read() >= 0) {
            throw new CodecException("the picture of the catalog goes on behind its end");
        }
        return catalog;
    }

    private void take(PicturePart part) {
        if (part instanceof PicturePart.Head head) {
            begin(head);
            return;
        }
        Catalog made = catalog;
        if (made == null) {
            throw new CodecException("the picture of the catalog has no head");
        }
        if (part instanceof PicturePart.Seated seated) {
            made.put(seated.member());
        } else if (part instanceof PicturePart.User user) {
            made.put(new Catalog.UserEntry(user.name(), user.manager(), user.command()));
        } else if (part instanceof PicturePart.Disk disk) {
            made.put(new Catalog.DiskEntry(disk.disk(), disk.name(), disk.volumeId(), Optional.empty()));
        } else if (part instanceof PicturePart.ForeignDisk disk) {
            made.put(new Catalog.DiskEntry(disk.disk(), disk.name(), disk.volumeId(), Optional.of(disk.address())));
        } else if (part instanceof PicturePart.Volume each) {
            volume = new VolumeEntry(
                    each.id(), each.name(), each.parity(), each.unitBytes(), each.disks(), each.owner());
            if (each.isDecommissioning()) {
                volume.beginDecommission();
            }
            made.put(volume);
        } else if (part instanceof PicturePart.File file) {
            put(file);
        } else if (part instanceof PicturePart.Remembered remembered) {
            made.remembered().restore(remembered.requestId(), remembered.result(), made.clockMs());
        } else if (part instanceof PicturePart.RememberedSince remembered) {
            made.remembered().restore(remembered.requestId(), remembered.result(), remembered.atMs());
        }
    }

    private void begin(PicturePart.Head head) {
        if (catalog != null) {
            throw new CodecException("the picture of the catalog has two heads");
        }
        Catalog made = new Catalog(head.leaseMs());
        made.lease()
                .restore(
                        head.epoch(),
                        head.holder().orElse(null),
                        head.untilMs(),
                        head.wantedBy().orElse(null));
        made.restoreCounters(head.clockMs(), head.lastVolumeId());
        catalog = made;
    }

    private void put(PicturePart.File file) {
        VolumeEntry into = volume;
        if (into == null) {
            throw new CodecException("a file without a volume in the picture of the catalog");
        }
        into.put(new VolumeEntry.FileEntry(
                file.name(), file.owner(), file.fileId(), file.sizeBytes(), file.sha256(), file.missing()));
    }

    // ---- bytes

    private byte[] readPart() throws IOException {
        int length = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int next = readByte();
            length |= (next & 0x7f) << shift;
            if (next < 0x80) {
                return readPart(length);
            }
        }
        throw new CodecException("a part of the picture has no plausible length");
    }

    private byte[] readPart(int length) throws IOException {
        if (length > PART_BYTES_MAX) {
            throw new CodecException(
                    "a part of the picture claims " + length + " bytes; the most is " + PART_BYTES_MAX);
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw ended();
        }
        return bytes;
    }

    private int readByte() throws IOException {
        int value = in.read();
        if (value < 0) {
            throw ended();
        }
        return value;
    }

    private static CodecException ended() {
        return new CodecException("the picture of the catalog ends too early");
    }
}
