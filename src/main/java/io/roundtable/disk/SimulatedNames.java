package io.roundtable.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The names of simulated files: as the process sees them, and what of them would survive a loss of power. */
final class SimulatedNames {
    private final TreeMap<String, SimulatedContent> names = new TreeMap<>();
    private final TreeMap<String, SimulatedContent> durable = new TreeMap<>();
    private final List<Renaming> unsynced = new ArrayList<>();

    /** Names that change together: gone, and there now. */
    private record Renaming(
            @Nullable String gone,
            @Nullable String now,
            @Nullable SimulatedContent content) {
        boolean touches(String folder) {
            return isIn(gone, folder) || isIn(now, folder);
        }

        private static boolean isIn(@Nullable String path, String folder) {
            return path != null && folderOf(path).equals(folder);
        }

        void applyTo(Map<String, SimulatedContent> names) {
            if (gone != null) {
                names.remove(gone);
            }
            if (now != null && content != null) {
                names.put(now, content);
            }
        }
    }

    static String folderOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    boolean has(String path) {
        return names.containsKey(path);
    }

    @Nullable
    SimulatedContent get(String path) {
        return names.get(path);
    }

    /** In order. */
    Stream<String> all() {
        return names.keySet().stream();
    }

    long bytes() {
        return names.values().stream()
                .distinct()
                .mapToLong(SimulatedContent::size)
                .sum();
    }

    void change(@Nullable String gone, @Nullable String now, @Nullable SimulatedContent content) {
        Renaming renaming = new Renaming(gone, now, content);
        renaming.applyTo(names);
        unsynced.add(renaming);
    }

    /** What happened in a folder is durable from now on. */
    void force(String folder) {
        List<Renaming> left = new ArrayList<>();
        for (Renaming renaming : unsynced) {
            if (renaming.touches(folder)) {
                renaming.applyTo(durable);
            } else {
                left.add(renaming);
            }
        }
        unsynced.clear();
        unsynced.addAll(left);
    }

    /** What would survive a loss of power at this moment, whatever the dice say. */
    Map<String, byte[]> durable() {
        Map<String, byte[]> files = new TreeMap<>();
        durable.forEach((name, content) -> files.put(name, content.durable()));
        return files;
    }

    /** These files are there, and nothing else. */
    void putBack(Map<String, byte[]> files) {
        unsynced.clear();
        durable.clear();
        files.forEach((name, bytes) -> durable.put(name, SimulatedContent.of(bytes)));
        names.clear();
        names.putAll(durable);
    }

    /** Of what was not forced, some has happened and some has not, as the dice fall. */
    void losePower(Random dice) {
        for (Renaming renaming : unsynced) {
            if (dice.nextBoolean()) {
                renaming.applyTo(durable);
            }
        }
        unsynced.clear();
        names.clear();
        names.putAll(durable);
        names.values().stream().distinct().forEach(content -> content.losePower(dice));
    }
}
