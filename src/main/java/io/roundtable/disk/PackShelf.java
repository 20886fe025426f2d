package io.roundtable.disk;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All packs, with how much in each counts, and the few of them that are open. A pack that is removed stays readable for
 * those who use it. Thread-safe.
 */
final class PackShelf {
    private static final int IDLE_OPEN_MAX = 64;

    private final Medium medium;
    private final TreeMap<Integer, PackFile> packs = new TreeMap<>();
    private int lastNumber;
    private final LinkedHashSet<PackFile> idle = new LinkedHashSet<>();
    /** Bytes of tombstones by the pack of their victim and the pack that they lie in. */
    private final Map<Integer, Map<Integer, Long>> tombstones = new HashMap<>();

    PackShelf(Medium medium) {
        this.medium = medium;
    }

    static String path(int number) {
        return PackLog.FOLDER + "/" + String.format("%07d.pack", number);
    }

    /** Open, in use by one; {@link #release} it. */
    synchronized PackFile add(int number, MediumFile file, Object key) {
        PackFile pack = add(number);
        pack.key = key;
        pack.file = file;
        pack.users = 1;
        return pack;
    }

    /** Not open: there may be more packs than a process may have files. */
    synchronized PackFile add(int number) {
        PackFile pack = new PackFile(number);
        packs.put(number, pack);
        lastNumber = Math.max(lastNumber, number);
        return pack;
    }

    synchronized List<PackFile> all() {
        return List.copyOf(packs.values());
    }

    /** Some packs that were open once, in order. */
    synchronized List<PackFile> after(int number, int limit) {
        return packs.tailMap(number, false).values().stream()
                .filter(pack -> pack.key != null)
                .limit(limit)
                .toList();
    }

    synchronized @Nullable PackFile get(int number) {
        return packs.get(number);
    }

    /** Whether there should be a file of that pack. */
    synchronized boolean isExpected(PackFile pack) {
        return packs.get(pack.number) == pack && !pack.isGoing;
    }

    /** From now on its file may be gone at any moment. */
    synchronized void startGoing(PackFile pack) {
        pack.isGoing = true;
    }

    synchronized boolean has(int number) {
        return packs.containsKey(number);
    }

    /** Packs that compaction has begun with and not yet removed. */
    synchronized List<Integer> moving() {
        return packs.values().stream()
                .filter(pack -> pack.isMoving)
                .map(pack -> pack.number)
                .toList();
    }

    synchronized void startMoving(PackFile pack) {
        pack.isMoving = true;
    }

    /** Never one that was used since the start: tombstones that are still owed may name it. */
    synchronized int nextNumber() {
        return lastNumber + 1;
    }

    /** Opens the pack if it is not; null if there is none. {@link #release} it. */
    synchronized @Nullable PackFile use(int number) throws IOException {
        PackFile pack = packs.get(number);
        if (pack == null) {
            return null;
        }
        if (pack.file == null) {
            pack.file = medium.open(path(number));
            pack.key = pack.key != null ? pack.key : medium.key(path(number));
        }
        idle.remove(pack);
        pack.users++;
        return pack;
    }

    synchronized void release(PackFile pack) {
        pack.users--;
        if (pack.users > 0) {
            return;
        }
        if (pack.isRemoved) {
            close(pack);
            return;
        }
        idle.add(pack);
        if (idle.size() > IDLE_OPEN_MAX) {
            PackFile oldest = idle.iterator().next();
            idle.remove(oldest);
            close(oldest);
        }
    }

    synchronized void grow(PackFile pack, long bytes, long timeMs) {
        pack.length += bytes;
        pack.lastMs = Math.max(pack.lastMs, timeMs);
    }

    synchronized void count(int number, long bytes) {
        PackFile pack = packs.get(number);
        if (pack != null) {
            pack.live += bytes;
        }
    }

    /** A tombstone counts as long as the pack of its victim is there, and goes with it if that is its own. */
    synchronized void countTombstone(int number, int victimPack) {
        if (number != victimPack && packs.containsKey(victimPack)) {
            count(number, PackRecord.HEADER_BYTES);
            tombstones
                    .computeIfAbsent(victimPack, any -> new HashMap<>())
                    .merge(number, (long) PackRecord.HEADER_BYTES, Long::sum);
        }
    }

    /** Bytes of the tombstones that count in a pack. */
    synchronized long tombstoneBytes(int number) {
        return tombstones.values().stream()
                .mapToLong(byPack -> byPack.getOrDefault(number, 0L))
                .sum();
    }

    synchronized void remove(PackFile pack) {
        packs.remove(pack.number);
        pack.isRemoved = true;
        idle.remove(pack);
        if (pack.users == 0) {
            close(pack);
        }
        tombstones.getOrDefault(pack.number, Map.of()).forEach((in, bytes) -> count(in, -bytes));
        tombstones.remove(pack.number);
        tombstones.values().forEach(byPack -> byPack.remove(pack.number));
    }

    synchronized void closeAll() {
        packs.values().forEach(PackShelf::close);
        packs.clear();
        idle.clear();
    }

    private static void close(PackFile pack) {
        try {
            if (pack.file != null) {
                pack.file.close();
            }
        } catch (IOException e) {
            // All that matters was forced: there is nothing left to lose or to do.
        }
        pack.file = null;
    }
}
