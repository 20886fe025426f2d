package io.roundtable.manager;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.Change;
import io.roundtable.catalog.FileCursor;
import io.roundtable.catalog.FileEntry;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.storage.StripeLayout;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which files lack shares, by kinds of files that survive the same: a volume of millions of files has a handful of kinds, so
 * nobody has to look at every file to say what all of them survive.
 *
 * <p>A share counts as lost from the moment that it was found broken or gone, not only when the log knows.
 */
final class Degraded {
    /**
     * Files that survive the same.
     *
     * @param width see {@link StripeLayout#width}
     * @param lost positions of the shares that they lack, in order
     */
    record Kind(int width, List<Integer> lost) {
        Kind {
            lost = List.copyOf(lost);
        }
    }

    /** Of one kind so many are known by number, to name some of them: a lost disk's are all files. */
    private static final int LISTED_MAX = 1_000;

    /** Those of one kind; whole ones are only counted. */
    private static final class Files {
        private final Set<Long> lacking = new LinkedHashSet<>();
        private int count;
    }

    private final Catalog catalog;
    private final int listedMax;
    private final Map<Integer, Map<Kind, Files>> volumes = new TreeMap<>();
    private final Map<Long, Set<Integer>> losing = new HashMap<>();
    private @Nullable FileEntry before;

    Degraded(Catalog catalog) {
        this(catalog, LISTED_MAX);
    }

    Degraded(Catalog catalog, int listedMax) {
        this.catalog = catalog;
        this.listedMax = listedMax;
        catalog.volumes().forEach(this::countAll);
    }

    // ---- what changes

    /** A change is about to be carried out, or refused. */
    void onApplying(Change change) {
        VolumeEntry volume = catalog.volume(volumeOf(change));
        before = volume == null ? null : volume.file(nameIn(change));
    }

    /** It was carried out. */
    void onApplied(Change change) {
        if (change instanceof Change.EndVolume end) {
            volumes.remove(end.volumeId());
            return;
        }
        VolumeEntry volume = catalog.volume(volumeOf(change));
        if (volume == null) {
            return;
        }
        if (change instanceof Change.LoseShares lose) {
            loseAll(volume, lose.position());
            return;
        } else if (change instanceof Change.ReplaceDisk replace) {
            loseAll(volume, replace.position());
            return;
        }
        count(volume, before, -1);
        count(volume, volume.file(nameIn(change)), 1);
    }

    private static int volumeOf(Change change) {
        if (change instanceof Change.CommitFile commit) {
            return commit.volumeId();
        } else if (change instanceof Change.RemoveFile remove) {
            return remove.volumeId();
        } else if (change instanceof Change.LoseShare lose) {
            return lose.volumeId();
        } else if (change instanceof Change.RestoreShare restore) {
            return restore.volumeId();
        } else if (change instanceof Change.LoseShares lose) {
            return lose.volumeId();
        } else if (change instanceof Change.ReplaceDisk replace) {
            return replace.volumeId();
        }
        return 0;
    }

    /** The file that a change is about; empty for none. */
    private static String nameIn(Change change) {
        if (change instanceof Change.CommitFile commit) {
            return commit.name();
        } else if (change instanceof Change.RemoveFile remove) {
            return remove.name();
        } else if (change instanceof Change.LoseShare lose) {
            return lose.name();
        } else if (change instanceof Change.RestoreShare restore) {
            return restore.name();
        }
        return "";
    }

    /** A share was found broken or gone; false if that is known already. The log is yet to hear of it. */
    boolean lose(VolumeEntry volume, FileEntry file, int position) {
        if (file.missing().contains(position) || losing(file.fileId()).contains(position)) {
            return false;
        }
        count(volume, file, -1);
        losing.computeIfAbsent(file.fileId(), id -> new TreeSet<>()).add(position);
        count(volume, file, 1);
        return true;
    }

    /** The log has heard of it, or of the end of the file. */
    void lost(long fileId, int position) {
        Set<Integer> positions = losing.get(fileId);
        if (positions != null && positions.remove(position) && positions.isEmpty()) {
            losing.remove(fileId);
        }
    }

    private Set<Integer> losing(long fileId) {
        return losing.getOrDefault(fileId, Set.of());
    }

    // ---- counting

    private void countAll(VolumeEntry volume) {
        StripeLayout layout = layout(volume);
        for (FileCursor cursor = volume.fileCursor(); cursor.isThere(); cursor.next()) {
            Kind kind = kind(layout.width(cursor.sizeBytes()), cursor.missing(), cursor.fileId());
            count(volume.id(), kind, cursor.fileId(), 1);
        }
    }

    /** All files of a volume lack the share of this position: each kind becomes another, where a look at each is too much. */
    private void loseAll(VolumeEntry volume, int position) {
        Map<Kind, Files> before = volumes.remove(volume.id());
        if (volume.fileCount() <= listedMax) {
            countAll(volume);
            return;
        }
        Map<Kind, Files> after = new LinkedHashMap<>();
        (before == null ? Map.<Kind, Files>of() : before).forEach((kind, files) -> {
            Set<Integer> lost = new TreeSet<>(kind.lost);
            lost.add(position);
            Files among = after.computeIfAbsent(new Kind(kind.width, List.copyOf(lost)), k -> new Files());
            among.count += files.count;
            files.lacking.stream().limit(listedMax - among.lacking.size()).forEach(among.lacking::add);
        });
        volumes.put(volume.id(), after);
    }

    private void count(VolumeEntry volume, @Nullable FileEntry file, int by) {
        if (file != null) {
            count(volume.id(), kind(volume, file), file.fileId(), by);
        }
    }

    private void count(int volumeId, Kind kind, long fileId, int by) {
        Map<Kind, Files> kinds = volumes.computeIfAbsent(volumeId, id -> new LinkedHashMap<>());
        Files files = kinds.computeIfAbsent(kind, k -> new Files());
        files.count += by;
        if (files.count == 0) {
            kinds.remove(kind);
        } else if (by < 0) {
            files.lacking.remove(fileId);
        } else if (!kind.lost.isEmpty() && files.lacking.size() < listedMax) {
            files.lacking.add(fileId);
        }
    }

    Kind kind(VolumeEntry volume, FileEntry file) {
        return kind(layout(volume), file);
    }

    private Kind kind(StripeLayout layout, FileEntry file) {
        return kind(layout.width(file.sizeBytes()), file.missing(), file.fileId());
    }

    private Kind kind(int width, List<Integer> missing, long fileId) {
        Set<Integer> more = losing(fileId);
        if (more.isEmpty()) {
            return new Kind(width, missing);
        }
        Set<Integer> lost = new TreeSet<>(missing);
        lost.addAll(more);
        return new Kind(width, List.copyOf(lost));
    }

    // ---- questions

    static StripeLayout layout(VolumeEntry volume) {
        return new StripeLayout(volume.disks().size(), volume.parity(), volume.unitBytes());
    }

    /** How many files of each kind a volume has. */
    Map<Kind, Integer> kinds(int volumeId) {
        Map<Kind, Integer> counts = new LinkedHashMap<>();
        volumes.getOrDefault(volumeId, Map.of()).forEach((kind, files) -> counts.put(kind, files.count));
        return counts;
    }

    /** Contents of a kind that lacks something: some of them, if they are many. */
    Collection<Long> fileIds(int volumeId, Kind kind) {
        Files files = volumes.getOrDefault(volumeId, Map.of()).get(kind);
        return files == null ? List.of() : Collections.unmodifiableCollection(files.lacking);
    }

    /** How many files lack the share of this position. */
    int lackingAt(int volumeId, int position) {
        int lacking = 0;
        for (Map.Entry<Kind, Integer> each : kinds(volumeId).entrySet()) {
            lacking += each.getKey().lost.contains(position) ? each.getValue() : 0;
        }
        return lacking;
    }

    /** How many files lack a share. */
    int lacking(int volumeId) {
        int lacking = 0;
        for (Map.Entry<Kind, Integer> each : kinds(volumeId).entrySet()) {
            lacking += each.getKey().lost.isEmpty() ? 0 : each.getValue();
        }
        return lacking;
    }
}
