package io.roundtable.disk;

import io.roundtable.protocol.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the medium is still the one that was opened: with its folder, its lock and its files under their names, and
 * writable. What was opened long ago can be written, flushed and read after its name has gone, and would be acknowledged.
 *
 * <p>Once it was found lost it stays lost: whoever wants it back opens the disk anew. Thread-safe.
 */
final class MediumCheck implements Closeable {
    static final String LOCK = "lock";
    private static final String PROBE = "probe";
    /** Packs that one look compares: all of many, one look after the other. */
    private static final int PACKS_A_LOOK = 64;

    /** Between two looks at everything while small shares are answered: each answer costs a look at its pack's name only. */
    private static final long LOOK_EVERY_MS = 200;

    private static final Consumer<String> NOBODY = any -> {};

    private final Medium medium;
    private final LongSupplier nowMs;
    /** What names led to when the disk was opened, from the folder itself to what depends on it. */
    private final Map<String, Object> kept = new LinkedHashMap<>();

    private final Object lockKey;
    private final MediumFile probe;
    private volatile long lookedMs;
    private long probes;
    private int lastPack = -1;
    private @Nullable String lost;
    private volatile boolean isLost;
    private Consumer<String> listener = NOBODY;

    /**
     * @param names of the folders and files that everything depends on, and that are there
     * @throws IOException if the folder cannot be written
     */
    MediumCheck(Medium medium, List<String> names, LongSupplier nowMs) throws IOException {
        this.medium = medium;
        this.nowMs = nowMs;
        this.probe = openProbe(medium);
        kept.put("", medium.key(""));
        kept.put(LOCK, medium.key(LOCK));
        for (String name : names) {
            kept.put(name, medium.key(name));
        }
        kept.put(PROBE, medium.key(PROBE));
        lockKey = medium.key(LOCK);
    }

    /** It stays open: a process that has no file descriptor left is not to take its disk for a lost one. */
    private static MediumFile openProbe(Medium medium) throws IOException {
        try {
            return medium.open(PROBE);
        } catch (NoSuchFileException e) {
            return medium.create(PROBE);
        }
    }

    // ---- looking

    /** The folder still is the one that was opened, and nobody else has it. Costs a look at one name. */
    void demand() throws MediumLostException {
        demand(LOCK, lockKey);
    }

    /** And a file still has its name. */
    void demand(String path, @Nullable Object key) throws MediumLostException {
        if (isLost || !isSame(path, key)) {
            // Of all that may be wrong, the most that there is to say.
            demandAll();
            throw lose("its file " + path + " has gone, or another one has its name");
        }
    }

    /**
     * Before small shares in these packs, which were opened long ago, are answered: a file without a name takes and flushes
     * everything, and nobody finds it again.
     */
    void demand(Iterable<PackFile> packs) throws MediumLostException {
        for (PackFile pack : packs) {
            demand(pack.path, pack.key);
        }
        long now = nowMs.getAsLong();
        // However the clock is set.
        if (Math.abs(now - lookedMs) >= LOOK_EVERY_MS) {
            lookedMs = now;
            demandAll();
        }
    }

    /** And one of the files that were there when the disk was opened. */
    void demandKept(String path) throws MediumLostException {
        demand();
        demand(path, kept.get(path));
    }

    /** What was found before; costs nothing. */
    void demandNotLost() throws MediumLostException {
        if (isLost) {
            throw new MediumLostException(String.valueOf(lost()));
        }
    }

    private void demandAll() throws MediumLostException {
        demandNotLost();
        for (Map.Entry<String, Object> each : kept.entrySet()) {
            String path = each.getKey();
            String what = path.isEmpty() ? medium.title() : "\"" + path + "\" in " + medium.title();
            try {
                if (!medium.key(path).equals(each.getValue())) {
                    throw lose(what + " is another one than was opened");
                }
            } catch (MediumLostException e) {
                throw e;
            } catch (NoSuchFileException e) {
                throw lose(what + " is gone");
            } catch (IOException e) {
                throw lose(what + " cannot be looked at: " + Reason.of(e));
            }
        }
    }

    private boolean isSame(String path, @Nullable Object key) {
        try {
            return medium.key(path).equals(key);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Looks at everything, writes and flushes. May wait for as long as the medium does.
     *
     * @param shelf whose packs are compared, some each time
     */
    synchronized void probe(PackShelf shelf) throws MediumLostException {
        demandAll();
        ByteBuffer stamp = ByteBuffer.allocate(Long.BYTES).putLong(0, ++probes);
        try {
            probe.write(stamp, 0);
            probe.force();
        } catch (MediumFullException e) {
            // A full disk is one that works.
        } catch (IOException e) {
            throw lose(medium.title() + " cannot be written: " + Reason.of(e));
        }
        List<PackFile> packs = shelf.after(lastPack, PACKS_A_LOOK);
        for (PackFile pack : packs) {
            demandPack(shelf, pack);
        }
        // From the first one again, after the last.
        lastPack = packs.size() < PACKS_A_LOOK ? -1 : packs.get(packs.size() - 1).number;
        // While it was looked at, somebody may have given it up.
        demandNotLost();
    }

    /** Unless it is just being deleted, a pack's file has its name. */
    void demandPack(PackShelf shelf, PackFile pack) throws MediumLostException {
        if (pack.key != null && !isSame(pack.path, pack.key) && shelf.isExpected(pack)) {
            demand(pack.path, pack.key);
        }
    }

    /** What to say of something that failed: that the medium is lost, if it is. */
    DiskFaultException fault(String doing, IOException e) {
        try {
            demandAll();
        } catch (MediumLostException lostBy) {
            return DiskFaultException.of(doing, lostBy);
        }
        return DiskFaultException.of(doing, e);
    }

    // ---- losing

    /** Gives the medium up. The first reason counts. */
    MediumLostException lose(String reason) {
        Consumer<String> told = NOBODY;
        synchronized (kept) {
            if (lost == null) {
                lost = reason;
                told = listener;
            }
            isLost = true;
        }
        told.accept(reason);
        return new MediumLostException(String.valueOf(lost()));
    }

    /** Why it is lost; null as long as nobody has found that it is. */
    @Nullable
    String lost() {
        synchronized (kept) {
            return lost;
        }
    }

    /** @param told once, on any thread, when it is found lost; at once if it is already */
    void onLost(Consumer<String> told) {
        String already;
        synchronized (kept) {
            already = lost;
            listener = told;
        }
        if (already != null) {
            told.accept(already);
        }
    }

    /** Whoever still has something to do here is refused from now on. */
    @Override
    public void close() throws IOException {
        onLost(NOBODY);
        lose("it is closed");
        probe.close();
    }
}
