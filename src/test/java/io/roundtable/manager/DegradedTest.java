package io.roundtable.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.Change;
import io.roundtable.catalog.Entry;
import io.roundtable.catalog.FileEntry;
import io.roundtable.catalog.Outcome;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DegradedTest {
    private static final int DISKS = 5;
    private static final int UNIT = 128;

    private final Catalog catalog = new Catalog(5_000);
    private final List<DiskId> disks = new ArrayList<>();
    private final Map<Long, Set<Integer>> losing = new TreeMap<>();
    private long lastFileId;

    /** Whatever happens in whatever order, the counts are those of a look at every file. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void countsAreThoseOfALookAtEveryFile(long seed) {
        Degraded degraded = countsAreRight(seed, 1_000);
        for (Map.Entry<Degraded.Kind, Integer> each : degraded.kinds(1).entrySet()) {
            int listed = each.getKey().lost().isEmpty() ? 0 : each.getValue();
            assertEquals(listed, degraded.fileIds(1, each.getKey()).size());
        }
    }

    /** As with millions of files, of which a disk that loses its shares loses all at once. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void countsAreRightWhereNoLookIsTakenAtEachFile(long seed) {
        Degraded degraded = countsAreRight(seed, 1);
        degraded.kinds(1)
                .keySet()
                .forEach(kind -> assertTrue(degraded.fileIds(1, kind).size() <= 1));
    }

    private Degraded countsAreRight(long seed, int listedMax) {
        SplittableRandom random = new SplittableRandom(seed);
        catalog.apply(
                new Entry.ClaimLease(new Member(new Identity(1, 1_000_001), new Address("h", 1), Dialect.NATIVE), 0));
        for (int i = 0; i <= DISKS; i++) {
            disks.add(new DiskId(1, i));
            catalog.applyOnce(new Entry.Request(0, new Change.AddDisk(disks.get(i), "D" + i)));
        }
        catalog.applyOnce(
                new Entry.Request(0, new Change.CreateVolume("dss1", 2, UNIT, disks.subList(0, DISKS), "ann")));
        VolumeEntry volume = catalog.volumes().iterator().next();
        Degraded degraded = new Degraded(catalog, listedMax);
        for (int step = 0; step < 2_000; step++) {
            if (random.nextInt(4) == 0) {
                lose(random, degraded, volume);
            } else {
                apply(degraded, change(random, volume));
            }
            assertEquals(look(volume), degraded.kinds(volume.id()), "step " + step);
        }
        return degraded;
    }

    private void apply(Degraded degraded, Change change) {
        degraded.onApplying(change);
        boolean isDone = catalog.applyOnce(new Entry.Request(0, change)) instanceof Outcome.Done;
        if (isDone) {
            degraded.onApplied(change);
        }
        if (change instanceof Change.LoseShare lose) {
            degraded.lost(lose.fileId(), lose.position());
            losing.getOrDefault(lose.fileId(), new TreeSet<>()).remove(lose.position());
        }
    }

    private Map<Degraded.Kind, Integer> look(VolumeEntry volume) {
        Map<Degraded.Kind, Integer> kinds = new HashMap<>();
        for (FileEntry file : volume.files()) {
            TreeSet<Integer> lost = new TreeSet<>(file.missing());
            lost.addAll(losing.getOrDefault(file.fileId(), Set.of()));
            int width = (int) Math.min(3, (file.sizeBytes() + UNIT - 1) / UNIT);
            kinds.merge(new Degraded.Kind(width, List.copyOf(lost)), 1, Integer::sum);
        }
        return kinds;
    }

    private void lose(SplittableRandom random, Degraded degraded, VolumeEntry volume) {
        for (FileEntry file : volume.files()) {
            int position = random.nextInt(DISKS);
            if (random.nextInt(3) == 0 && degraded.lose(volume, file, position)) {
                losing.computeIfAbsent(file.fileId(), id -> new TreeSet<>()).add(position);
            }
        }
    }

    private Change change(SplittableRandom random, VolumeEntry volume) {
        String name = "f" + random.nextInt(6);
        int position = random.nextInt(DISKS);
        FileEntry file = volume.file(name);
        long fileId = file == null || random.nextInt(9) == 0 ? 77 : file.fileId();
        DiskId disk = volume.disks().get(position);
        return switch (random.nextInt(8)) {
            case 0, 1, 2 ->
                new Change.CommitFile(
                        volume.id(), name, "ann", ++lastFileId, random.nextInt(1_000), "", sealed(random, volume));
            case 3 -> new Change.RemoveFile(volume.id(), name, fileId);
            case 4 -> new Change.RestoreShare(volume.id(), name, fileId, position, disk);
            case 5 -> new Change.LoseShare(volume.id(), name, fileId, position);
            case 6 -> new Change.LoseShares(volume.id(), position, disk);
            default -> new Change.ReplaceDisk(volume.id(), position, disk, free());
        };
    }

    private DiskId free() {
        return disks.stream()
                .filter(disk -> catalog.volumes().iterator().next().positionOf(disk) < 0)
                .findFirst()
                .orElseThrow();
    }

    private static List<Optional<DiskId>> sealed(SplittableRandom random, VolumeEntry volume) {
        return volume.disks().stream()
                .map(disk -> random.nextInt(6) == 0 ? Optional.<DiskId>empty() : Optional.of(disk))
                .toList();
    }
}
