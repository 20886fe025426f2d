package io.roundtable.disk;

import io.roundtable.protocol.Reason;
import io.roundtable.protocol.ShareKey;
import io.roundtable.storage.ShareLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Shares that have a file each: a header block, then the groups as they came. A file has a temporary name until its
 * share is sealed. Thread-safe.
 */
final class ShareFiles {
    static final String FOLDER = "shares";
    static final String TEMPORARY = "tmp";
    private static final int STRIPES = 64;

    private final Medium medium;
    private final MediumCheck check;
    private final DiskOptions options;
    private final SpaceLedger ledger;
    private final ShareIndex index;
    private final ShareFolders folders;
    /** Sealing and deleting of one share take turns. */
    private final Object[] turns = new Object[STRIPES];

    /** Files that are gone, or should be, though perhaps not yet for good. */
    private final Map<Leftover, Long> leftovers = new LinkedHashMap<>();

    private long lastLeftover;

    private long temporaries;

    private record Leftover(int folder, ShareKey key) {}

    ShareFiles(Medium medium, MediumCheck check, DiskOptions options, SpaceLedger ledger, ShareIndex index) {
        this.medium = medium;
        this.check = check;
        this.options = options;
        this.ledger = ledger;
        this.index = index;
        this.folders = new ShareFolders(medium);
        for (int i = 0; i < STRIPES; i++) {
            turns[i] = new Object();
        }
    }

    /**
     * A share's file on its way.
     *
     * @param path the temporary one
     * @param key what had that name when the file was made
     */
    record Unsealed(String path, MediumFile file, Object key) {}

    /** Makes a temporary file. */
    Unsealed begin() throws IOException {
        String path = temporaryPath();
        MediumFile file = medium.create(path);
        return new Unsealed(path, file, medium.key(path));
    }

    /** What a share's file takes. */
    static long fileBytes(Held held) {
        long stored = held.kind() == Held.Kind.BROKEN
                ? held.usedBytes()
                : new ShareLayout(held.unitBytes(), held.usedBytes()).storedBytes();
        return SpaceLedger.onDisk(ShareHeader.BLOCK_BYTES + stored);
    }

    private synchronized String temporaryPath() {
        temporaries++;
        return TEMPORARY + "/" + temporaries + ".tmp";
    }

    MediumFile open(Held held) throws IOException {
        return medium.open(ShareFolders.path(held.container(), held.key()));
    }

    static @Nullable ShareHeader header(MediumFile file) throws IOException {
        if (file.size() < ShareHeader.BLOCK_BYTES) {
            return null;
        }
        ByteBuffer block = ByteBuffer.allocate(ShareHeader.BLOCK_BYTES);
        file.read(block, 0);
        return ShareHeader.decode(block);
    }

    /** Whose share is sealed. */
    interface Sealing {
        /** Looks for the last time whether it has not been deleted meanwhile. */
        void demandWanted() throws DiskFaultException;

        /** It has its name. */
        void sealed();
    }

    /** Told of a small share in whose place a file comes, before anybody else can touch the share. */
    interface Replaced {
        void packed(Held held);
    }

    /** What is held, and not just being sealed: a seal under way ends first. */
    @Nullable
    Held held(ShareKey key) {
        synchronized (turn(key)) {
            return index.get(key);
        }
    }

    /**
     * Gives a finished file its name.
     *
     * @param former told if the share lay in a pack before
     */
    void seal(Unsealed unsealed, ShareHeader header, Sealing sealing, Replaced former)
            throws IOException, DiskFaultException {
        boolean durable = options.durability() == Durability.FSYNC;
        unsealed.file.write(header.encode(), 0);
        if (durable) {
            unsealed.file.force();
        }
        ShareKey key = header.key();
        synchronized (turn(key)) {
            sealing.demandWanted();
            Held before = index.get(key);
            Held over = before == null || before.kind() == Held.Kind.PACKED ? null : before;
            int folder = over != null ? over.container() : folders.pick();
            Held held = new Held(key, Held.Kind.FILED, header.stripes().unitBytes(), folder, 0, header.usedBytes());
            boolean done = false;
            try {
                medium.rename(unsealed.path, ShareFolders.path(folder, key));
                if (durable) {
                    folders.force(folder);
                }
                check.demand();
                check.demand(ShareFolders.path(folder, key), unsealed.key);
                done = true;
            } finally {
                if (!done && over == null) {
                    folders.leave(folder);
                    drop(folder, key);
                }
            }
            folders.sealed(folder, header.sealedMs());
            Held replaced = index.put(held);
            if (over != null) {
                ledger.give(fileBytes(over));
            }
            if (replaced != null && replaced.kind() == Held.Kind.PACKED) {
                former.packed(replaced);
            }
        }
    }

    /** Deletes files of shares that are still held there, for good after {@link #deleteLeftovers}. */
    void delete(List<Held> shares) throws IOException {
        for (Held held : shares) {
            synchronized (turn(held.key())) {
                if (held.equals(index.get(held.key()))) {
                    medium.delete(ShareFolders.path(held.container(), held.key()));
                    addLeftover(held.container(), held.key());
                    index.remove(held);
                    forget(held);
                }
            }
        }
    }

    /** The share is held in a pack from now on; {@link #dropReplaced} comes later, or never. */
    void noteReplaced(Held held) {
        addLeftover(held.container(), held.key());
    }

    /** The share is held in a pack by now: its file goes, in nobody's way. */
    void dropReplaced(Held held) {
        synchronized (turn(held.key())) {
            if (!isFiledAt(held.container(), held.key())) {
                drop(held.container(), held.key());
                forget(held);
            }
        }
    }

    private void drop(int folder, ShareKey key) {
        addLeftover(folder, key);
        try {
            medium.delete(ShareFolders.path(folder, key));
        } catch (IOException e) {
            // It is a leftover: tried again before anything is called deleted.
            return;
        }
    }

    private void addLeftover(int folder, ShareKey key) {
        synchronized (leftovers) {
            lastLeftover++;
            leftovers.put(new Leftover(folder, key), lastLeftover);
        }
    }

    /** Makes sure that no file comes back that is gone. */
    void deleteLeftovers() throws IOException {
        Map<Leftover, Long> now;
        synchronized (leftovers) {
            now = new LinkedHashMap<>(leftovers);
        }
        Set<Integer> touched = new TreeSet<>();
        for (Leftover leftover : now.keySet()) {
            synchronized (turn(leftover.key)) {
                if (!isFiledAt(leftover.folder, leftover.key)) {
                    medium.delete(ShareFolders.path(leftover.folder, leftover.key));
                    touched.add(leftover.folder);
                }
            }
        }
        if (options.durability() == Durability.FSYNC) {
            for (int folder : touched) {
                folders.force(folder);
            }
        }
        synchronized (leftovers) {
            // Those that came again meanwhile have another number.
            now.forEach(leftovers::remove);
        }
    }

    private boolean isFiledAt(int folder, ShareKey key) {
        Held now = index.get(key);
        return now != null && now.kind() != Held.Kind.PACKED && now.container() == folder;
    }

    private void forget(Held held) {
        folders.leave(held.container());
        ledger.give(fileBytes(held));
    }

    /** When the share was sealed, or somewhat later. */
    long sealedMs(Held held) {
        long settled = folders.settledMs(held.container());
        if (settled >= 0) {
            return settled;
        }
        try (MediumFile file = open(held)) {
            ShareHeader header = header(file);
            return header == null ? 0 : header.sealedMs();
        } catch (IOException e) {
            return 0;
        }
    }

    private Object turn(ShareKey key) {
        return turns[Math.floorMod(key.hashCode(), STRIPES)];
    }

    // ---- start

    /** Deletes what was not sealed; returns how many. */
    int deleteTemporaries() throws IOException {
        int deleted = 0;
        for (String name : medium.list(TEMPORARY)) {
            if (medium.delete(TEMPORARY + "/" + name)) {
                deleted++;
            }
        }
        return deleted;
    }

    /** Adds all files to the index, which knows the packs already. */
    void scan(Problems problems) throws IOException {
        if (options.durability() == Durability.FSYNC) {
            medium.forceFolder(FOLDER);
        }
        for (String folder : medium.list(FOLDER)) {
            if (!folder.matches("\\d{7}") || Integer.parseInt(folder) >= Held.FOLDERS_MAX) {
                problems.add(FOLDER + "/" + folder + " is none of the disk's: it was left alone");
                continue;
            }
            int number = Integer.parseInt(folder);
            folders.found(number);
            if (options.durability() == Durability.FSYNC) {
                // A kill may have come between a rename and its fsync.
                medium.forceFolder(ShareFolders.path(number));
            }
            for (String name : medium.list(ShareFolders.path(number))) {
                ShareKey key = ShareFolders.key(name);
                if (key == null) {
                    problems.add(ShareFolders.path(number) + "/" + name + " is none of the disk's: it was left alone");
                } else {
                    found(number, key, problems);
                }
            }
        }
    }

    private void found(int folder, ShareKey key, Problems problems) throws IOException {
        Held broken = new Held(key, Held.Kind.BROKEN, 128, folder, 0, 0);
        Held held = broken;
        long sealedMs = 0;
        try (MediumFile file = open(broken)) {
            long size = file.size();
            long behindHeader = Math.min(Held.FILED_BYTES_MAX, Math.max(0, size - ShareHeader.BLOCK_BYTES));
            held = new Held(key, Held.Kind.BROKEN, 128, folder, 0, behindHeader);
            ShareHeader header = header(file);
            if (header == null || !header.key().equals(key)) {
                problems.add("the header of share " + key + " is damaged");
            } else if (size != ShareHeader.BLOCK_BYTES + header.layout().storedBytes()) {
                problems.add("the file of share " + key + " has not the length that its header tells");
            } else {
                held = new Held(key, Held.Kind.FILED, header.stripes().unitBytes(), folder, 0, header.usedBytes());
                sealedMs = header.sealedMs();
            }
        } catch (IOException e) {
            problems.add("the file of share " + key + " cannot be read: " + Reason.of(e));
        }
        Held other = index.get(key);
        if (other == null) {
            index.put(held);
        } else if (other.kind() == Held.Kind.BROKEN && held.kind() == Held.Kind.FILED) {
            index.put(held);
            drop(other.container(), key);
            forget(other);
        } else {
            drop(folder, key);
            return;
        }
        folders.add(folder, sealedMs);
        ledger.found(fileBytes(held));
    }
}
