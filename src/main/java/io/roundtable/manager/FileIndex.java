package io.roundtable.manager;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.Change;
import io.roundtable.catalog.FileEntry;
import io.roundtable.catalog.VolumeEntry;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which file has a content: the catalog knows files by name, disks know contents by number. */
final class FileIndex {
    private final Catalog catalog;
    private final Map<Integer, NavigableMap<Long, String>> names = new HashMap<>();

    FileIndex(Catalog catalog) {
        this.catalog = catalog;
        for (VolumeEntry volume : catalog.volumes()) {
            volume.files().forEach(file -> of(volume.id()).put(file.fileId(), file.name()));
        }
    }

    private NavigableMap<Long, String> of(int volumeId) {
        return names.computeIfAbsent(volumeId, id -> new TreeMap<>());
    }

    /** A change was carried out. */
    void onApplied(Change change) {
        if (change instanceof Change.CommitFile commit) {
            of(commit.volumeId()).put(commit.fileId(), commit.name());
        } else if (change instanceof Change.RemoveFile remove) {
            of(remove.volumeId()).remove(remove.fileId());
        } else if (change instanceof Change.EndVolume end) {
            names.remove(end.volumeId());
        }
    }

    /** The file whose present content this is, or null. */
    @Nullable
    FileEntry file(int volumeId, long fileId) {
        VolumeEntry volume = catalog.volume(volumeId);
        String name = of(volumeId).get(fileId);
        FileEntry file = volume == null || name == null ? null : volume.file(name);
        if (file != null && file.fileId() == fileId) {
            return file;
        }
        // Replaced by another content of the same name.
        of(volumeId).remove(fileId);
        return null;
    }

    /** The next content of a volume behind this one, or null. */
    @Nullable
    FileEntry next(int volumeId, long afterFileId) {
        Long id = of(volumeId).higherKey(afterFileId);
        while (id != null) {
            FileEntry file = file(volumeId, id);
            if (file != null) {
                return file;
            }
            id = of(volumeId).higherKey(id);
        }
        return null;
    }
}
