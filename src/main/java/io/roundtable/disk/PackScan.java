package io.roundtable.disk;

import io.roundtable.protocol.Reason;
import io.roundtable.protocol.ShareKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Fills the index from the packs when the disk starts: from their hints, or by walking through them. */
final class PackScan {
    private static final Pattern NAME = Pattern.compile("(\\d{7})\\.(pack|hint)");

    private final Medium medium;
    private final PackShelf shelf;
    private final ShareIndex index;
    private final SpaceLedger ledger;
    private final DiskOptions options;
    private final long salt;
    private final Problems problems;
    /** Records that were replaced by later ones and that no tombstone names (yet), in order. */
    private final Map<ShareKey, List<Held>> losers = new TreeMap<>();

    private @Nullable ByteBuffer window;

    PackScan(
            Medium medium,
            PackShelf shelf,
            ShareIndex index,
            SpaceLedger ledger,
            DiskOptions options,
            long salt,
            Problems problems) {
        this.medium = medium;
        this.shelf = shelf;
        this.index = index;
        this.ledger = ledger;
        this.options = options;
        this.salt = salt;
        this.problems = problems;
    }

    /** Reads all packs, in the order in which they were written. */
    void run(PackLog log) throws IOException {
        TreeSet<Integer> packs = new TreeSet<>();
        List<Integer> hints = new ArrayList<>();
        for (String name : medium.list(PackLog.FOLDER)) {
            Matcher matcher = NAME.matcher(name);
            if (!matcher.matches()) {
                problems.add("the file " + PackLog.FOLDER + "/" + name + " is none of the disk's: it was left alone");
            } else if (matcher.group(2).equals("pack")) {
                packs.add(Integer.parseInt(matcher.group(1)));
            } else {
                hints.add(Integer.parseInt(matcher.group(1)));
            }
        }
        for (int hint : hints) {
            if (!packs.contains(hint)) {
                medium.delete(PackHint.path(hint));
            }
        }
        if (options.durability() == Durability.FSYNC) {
            // A kill may have come between making a pack and its fsync.
            medium.forceFolder(PackLog.FOLDER);
        }
        // All are known before the first is read: a tombstone counts if its victim's pack is there.
        List<PackFile> known = packs.stream().map(shelf::add).toList();
        known.forEach(this::read);
        losers.values().forEach(some -> some.forEach(held -> log.owe(held.key(), held.container(), held.offset())));
        losers.clear();
        window = null;
    }

    private void read(PackFile pack) {
        pack.isSettled = true;
        try {
            shelf.use(pack.number);
            try {
                read(pack, pack.opened());
            } finally {
                shelf.release(pack);
            }
        } catch (IOException e) {
            pack.isSuspect = true;
            problems.add("pack " + pack.number + " cannot be read, its shares are not held: " + Reason.of(e));
        }
        ledger.found(pack.length);
    }

    private void read(PackFile pack, MediumFile file) throws IOException {
        // Whatever comes, so much is taken.
        pack.length = file.size();
        long lastMs = readHint(pack, pack.length);
        if (lastMs >= 0) {
            pack.lastMs = lastMs;
        } else {
            pack.length = walk(pack, file, pack.length);
        }
    }

    /** Without a hint, or with one that cannot be read, nothing is found and -1 returned. */
    private long readHint(PackFile pack, long bytes) {
        List<Runnable> finds = new ArrayList<>();
        try {
            long lastMs = PackHint.read(
                    medium,
                    pack.number,
                    salt,
                    bytes,
                    (record, offset) -> finds.add(() -> found(record, pack.number, offset)));
            finds.forEach(Runnable::run);
            return lastMs;
        } catch (IOException e) {
            return -1;
        }
    }

    /** Returns how long the pack is without the zeros that a crash left at its end. */
    private long walk(PackFile pack, MediumFile file, long bytes) throws IOException {
        if (options.durability() == Durability.FSYNC) {
            // After a kill some of it may only be in the system's memory: before it is called held it is made durable.
            file.force();
        }
        ByteBuffer buffer = window == null ? ByteBuffer.allocateDirect(PackWalk.WINDOW_BYTES) : window;
        window = buffer;
        PackHint hint = new PackHint(medium, pack.number, salt);
        PackWalk walk = new PackWalk(file, pack.number, bytes, salt, buffer);
        long length = bytes;
        boolean done = false;
        try {
            for (PackRecord record = walk.next(); record != null; record = walk.next()) {
                found(record, pack.number, walk.offset());
                hint.add(walk.bytes(record));
                pack.lastMs = Math.max(pack.lastMs, record.timeMs());
            }
            if (walk.unreadableBytes() == 0) {
                length = cut(file, bytes, walk.zeroTailBytes());
                hint.finish(length, pack.lastMs);
                done = true;
            }
        } finally {
            if (!done) {
                hint.abandon();
            }
        }
        if (walk.unreadableBytes() > 0) {
            // Perhaps it can be read another time.
            pack.isSuspect = true;
            problems.add("pack " + pack.number + " has " + walk.unreadableBytes()
                    + " bytes that cannot be read; what they held is not held");
        } else if (walk.skippedBytes() > 0) {
            problems.add("pack " + pack.number + " has " + walk.skippedBytes()
                    + " bytes that are torn or damaged; what they held is not held");
        }
        return length;
    }

    /** Returns how long the file is then: where they cannot be cut off, zeros do no harm. */
    private static long cut(MediumFile file, long bytes, long zeros) {
        if (zeros == 0) {
            return bytes;
        }
        try {
            file.truncate(bytes - zeros);
            return bytes - zeros;
        } catch (IOException e) {
            return bytes;
        }
    }

    private void found(PackRecord record, int pack, int offset) {
        PackRecord.Victim victim = record.victim();
        if (victim != null) {
            kill(record.key(), victim);
            shelf.countTombstone(pack, victim.pack());
            return;
        }
        Held held = record.heldAt(pack, offset);
        Held before = index.put(held);
        shelf.count(pack, PackRecord.bytes(held));
        if (before != null) {
            shelf.count(before.container(), -PackRecord.bytes(before));
            losers.computeIfAbsent(before.key(), any -> new ArrayList<>()).add(before);
        }
    }

    private void kill(ShareKey key, PackRecord.Victim victim) {
        List<Held> replaced = losers.getOrDefault(key, new ArrayList<>());
        replaced.removeIf(victim::isAt);
        Held held = index.get(key);
        if (held != null && victim.isAt(held) && index.remove(held)) {
            shelf.count(held.container(), -PackRecord.bytes(held));
            if (!replaced.isEmpty()) {
                // Its fate was unknown when it was taken back: what it seemed to replace had never gone.
                Held again = replaced.remove(replaced.size() - 1);
                index.put(again);
                shelf.count(again.container(), PackRecord.bytes(again));
            }
        }
        if (replaced.isEmpty()) {
            losers.remove(key);
        }
    }
}
