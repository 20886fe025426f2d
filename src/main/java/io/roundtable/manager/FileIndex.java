package io.roundtable.manager;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.Change;
import io.roundtable.catalog.FileCursor;
import io.roundtable.catalog.FileEntry;
import io.roundtable.catalog.PackedTable;
import io.roundtable.catalog.VolumeEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which file has a content: the catalog knows files by name, disks know contents by number. Some 30 bytes and its name a
 * file.
 */
final class FileIndex {
    private final Catalog catalog;
    /** By volume: names by number. */
    private final Map<Integer, PackedTable> names = new HashMap<>();

    FileIndex(Catalog catalog) {
        this.catalog = catalog;
        catalog.volumes().forEach(volume -> names.put(volume.id(), ofAll(volume)));
    }

    private static byte[] key(long fileId) {
        return ByteBuffer.allocate(Long.BYTES).putLong(fileId).array();
    }

    private static PackedTable ofAll(VolumeEntry volume) {
        int count = volume.fileCount();
        long[] ids = new long[count];
        byte[][] records = new byte[count][];
        int at = 0;
        for (FileCursor cursor = volume.fileCursor(); cursor.isThere(); cursor.next()) {
            ids[at] = cursor.fileId();
            records[at++] = PackedTable.record(key(cursor.fileId()), cursor.name());
        }
        PackedTable.Builder table = new PackedTable.Builder();
        long last = 0;
        for (int each : order(ids)) {
            if (ids[each] != last) {
                table.add(records[each]);
            }
            last = ids[each];
        }
        return table.build();
    }

    /** Where the numbers stand that rise: sorted by one byte after the other, those that differ at all. */
    private static int[] order(long[] ids) {
        long differing = 0;
        int[] order = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            order[i] = i;
            differing |= ids[i] ^ ids[0];
        }
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            if ((differing >>> shift & 0xff) != 0) {
                order = sortedBy(shift, ids, order);
            }
        }
        return order;
    }

    private static int[] sortedBy(int shift, long[] ids, int[] order) {
        int[] from = new int[(1 << Byte.SIZE) + 1];
        for (long id : ids) {
            from[(int) (id >>> shift & 0xff) + 1]++;
        }
        Arrays.parallelPrefix(from, Integer::sum);
        int[] sorted = new int[order.length];
        for (int each : order) {
            sorted[from[(int) (ids[each] >>> shift & 0xff)]++] = each;
        }
        return sorted;
    }

    private PackedTable of(int volumeId) {
        return names.getOrDefault(volumeId, PackedTable.EMPTY);
    }

    private void put(int volumeId, long fileId, String name) {
        byte[] key = key(fileId);
        names.put(volumeId, of(volumeId).with(key, PackedTable.record(key, name.getBytes(StandardCharsets.UTF_8))));
    }

    private void remove(int volumeId, long fileId) {
        names.computeIfPresent(volumeId, (volume, table) -> table.without(key(fileId)));
    }

    /** A change was carried out. */
    void onApplied(Change change) {
        if (change instanceof Change.CommitFile commit) {
            put(commit.volumeId(), commit.fileId(), commit.name());
        } else if (change instanceof Change.RemoveFile remove) {
            remove(remove.volumeId(), remove.fileId());
        } else if (change instanceof Change.EndVolume end) {
            names.remove(end.volumeId());
        }
    }

    /** The file whose present content this is, or null. */
    @Nullable
    FileEntry file(int volumeId, long fileId) {
        PackedTable.Cursor found = of(volumeId).find(key(fileId));
        return found == null ? null : present(volumeId, fileId, found.value());
    }

    private @Nullable FileEntry present(int volumeId, long fileId, byte[] name) {
        VolumeEntry volume = catalog.volume(volumeId);
        FileEntry file = volume == null ? null : volume.file(new String(name, StandardCharsets.UTF_8));
        if (file != null && file.fileId() == fileId) {
            return file;
        }
        // Replaced by another content of the same name.
        remove(volumeId, fileId);
        return null;
    }

    /** The next content of a volume behind this one, or null. */
    @Nullable
    FileEntry next(int volumeId, long afterFileId) {
        for (PackedTable.Cursor cursor = of(volumeId).cursorBehind(key(afterFileId)); cursor.isThere(); cursor.next()) {
            long fileId = ByteBuffer.wrap(cursor.key()).getLong();
            FileEntry file = present(volumeId, fileId, cursor.value());
            if (file != null) {
                return file;
            }
        }
        return null;
    }
}
