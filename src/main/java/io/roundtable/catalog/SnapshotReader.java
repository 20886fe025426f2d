package io.roundtable.catalog;

import io.roundtable.codec.CodecException;
import io.roundtable.codec.Unpacker;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;

/** Reads what {@link SnapshotWriter} wrote. Nothing is allocated that the bytes do not bear out. */
final class SnapshotReader {
    /** The largest part is a volume with its 256 disks, or a refusal that is remembered. */
    static final int PART_BYTES_MAX = 64 * 1024;

    private final int known;
    private final InputStream raw;
    private final CheckedInputStream in;
    private @Nullable Catalog catalog;
    private @Nullable VolumeEntry volume;
    /** Of the files of that volume that have come so far, if they come in pieces. */
    private PackedTable.@Nullable Builder files;

    private long parts;

    SnapshotReader(InputStream in, int known) {
        this.known = known;
        this.raw = new BufferedInputStream(in, 64 * 1024);
        this.in = new CheckedInputStream(raw, new CRC32C());
    }

    Catalog read() throws IOException {
        int format = CatalogCodec.requireFormat(readByte());
        while (true) {
            SnapshotPart part = CatalogCodec.decodePart(readPart(), format, known);
            if (!(part instanceof SnapshotPart.Files)) {
                endFiles();
            }
            if (part instanceof SnapshotPart.End end) {
                return finish(end);
            }
            take(part);
            parts++;
        }
    }

    private Catalog finish(SnapshotPart.End end) throws IOException {
        long sum = in.getChecksum().getValue();
        byte[] expected = in.readNBytes(Long.BYTES);
        if (catalog == null || end.parts() != parts || new Unpacker(expected).readFixedLong() != sum) {
            throw new CodecException("the snapshot of the catalog is damaged: its check sum differs");
        }
        if (in.read() >= 0) {
            throw new CodecException("the snapshot of the catalog goes on behind its end");
        }
        return catalog;
    }

    /** Reads to the end: what a damaged snapshot says of its level is worth nothing. */
    private void requireSum() throws IOException {
        Checksum sum = in.getChecksum();
        byte[] last = raw.readNBytes(Long.BYTES);
        for (int next = raw.read(); next >= 0; next = raw.read()) {
            sum.update(last[0]);
            System.arraycopy(last, 1, last, 0, Long.BYTES - 1);
            last[Long.BYTES - 1] = (byte) next;
        }
        if (new Unpacker(last).readFixedLong() != sum.getValue()) {
            throw new CodecException("the snapshot of the catalog is damaged: its check sum differs");
        }
    }

    private void take(SnapshotPart part) throws IOException {
        if (part instanceof SnapshotPart.Head head) {
            begin(head);
            return;
        }
        Catalog made = catalog;
        if (made == null) {
            throw new CodecException("the snapshot of the catalog has no head");
        }
        if (part instanceof SnapshotPart.Seated seated) {
            made.put(seated.member());
        } else if (part instanceof SnapshotPart.User user) {
            made.put(new Catalog.UserEntry(user.name(), user.manager(), user.command()));
        } else if (part instanceof SnapshotPart.Disk disk) {
            made.put(new Catalog.DiskEntry(disk.disk(), disk.name(), disk.volumeId(), Optional.empty()));
        } else if (part instanceof SnapshotPart.ForeignDisk disk) {
            made.put(new Catalog.DiskEntry(disk.disk(), disk.name(), disk.volumeId(), Optional.of(disk.address())));
        } else if (part instanceof SnapshotPart.Volume each) {
            volume = new VolumeEntry(
                    each.id(), each.name(), each.parity(), each.unitBytes(), each.disks(), each.owner());
            if (each.isDecommissioning()) {
                volume.beginDecommission();
            }
            made.put(volume);
        } else if (part instanceof SnapshotPart.Files some) {
            put(some.records());
        } else if (part instanceof SnapshotPart.File file) {
            put(file);
        } else if (part instanceof SnapshotPart.FileBefore file) {
            Extent all = new Extent(file.fileId(), file.sizeBytes(), 0, 0, file.missing());
            put(new SnapshotPart.File(file.name(), file.owner(), file.sha256(), List.of(all), 0, Map.of()));
        } else if (part instanceof SnapshotPart.Known each) {
            made.levels().announce(each.gcd(), each.level());
        } else if (part instanceof SnapshotPart.Remembered remembered) {
            made.remembered().restore(remembered.requestId(), remembered.result(), made.clockMs());
        } else if (part instanceof SnapshotPart.RememberedSince remembered) {
            made.remembered().restore(remembered.requestId(), remembered.result(), remembered.atMs());
        }
    }

    private void begin(SnapshotPart.Head head) throws IOException {
        if (catalog != null) {
            throw new CodecException("the snapshot of the catalog has two heads");
        }
        if (head.level() > known) {
            requireSum();
            throw new LaterLevelException(head.level(), known);
        }
        Catalog made = new Catalog(head.leaseMs());
        made.lease()
                .restore(
                        head.epoch(),
                        head.holder().orElse(null),
                        head.untilMs(),
                        head.wantedBy().orElse(null));
        made.restoreCounters(head.clockMs(), head.lastVolumeId());
        made.levels().raise(head.level());
        catalog = made;
    }

    private VolumeEntry volume() {
        VolumeEntry now = volume;
        if (now == null) {
            throw new CodecException("a file without a volume in the snapshot of the catalog");
        }
        return now;
    }

    private void put(byte[] records) {
        volume();
        PackedTable.Builder to = files == null ? new PackedTable.Builder() : files;
        files = to;
        try {
            for (int at = 0; at < records.length; ) {
                at = to.add(records, at);
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new CodecException("files in the snapshot of the catalog cannot be read: " + e.getMessage());
        }
    }

    private void endFiles() {
        if (files != null) {
            volume().restore(files.build());
            files = null;
        }
    }

    private void put(SnapshotPart.File file) {
        if (file.extents().size() != 1) {
            throw new CodecException("a file of " + file.extents().size() + " extents in the snapshot of the catalog");
        }
        volume().put(file, file.extents().get(0));
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
        throw new CodecException("a part of the snapshot has no plausible length");
    }

    private byte[] readPart(int length) throws IOException {
        if (length > PART_BYTES_MAX) {
            throw new CodecException(
                    "a part of the snapshot claims " + length + " bytes; the most is " + PART_BYTES_MAX);
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
        return new CodecException("the snapshot of the catalog ends too early");
    }
}
