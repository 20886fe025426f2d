package io.roundtable.gcd;

import io.roundtable.folder.DataFolder;
import io.roundtable.folder.Folders;
import io.roundtable.protocol.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A GCD's data folder, held by one process at a time.
 *
 * <pre>
 * lock           held while the GCD runs
 * member         who this GCD is in its group, and whether its log has begun
 * log/GROUP/     Ratis' own: the log, and snapshots of the catalog
 * tmp/           snapshots on their way to a manager: none outlives its process
 * temporary      only in a folder that goes with its process
 * </pre>
 */
final class Store implements Closeable {
    private static final String MEMBER = "member";
    private static final String BEGUN = "begun";
    private static final String TEMPORARY = "temporary";
    private static final String TEMPORARY_PREFIX = "roundtable-gcd-";
    private static final int MEMBER_BYTES_MAX = 4_096;

    private final DataFolder folder;
    private final Path named;
    private final FileChannel lock;
    private final boolean isTemporary;

    /**
     * What the folder says about its GCD.
     *
     * @param name empty if the file was cut off
     * @param hasBegun whether its log has had an entry: then there is one, or it was lost
     */
    record Self(String name, boolean hasBegun) {}

    private Store(DataFolder folder, Path named, FileChannel lock, boolean isTemporary) {
        this.folder = folder;
        this.named = named;
        this.lock = lock;
        this.isTemporary = isTemporary;
    }

    /** @throws IOException with a sentence for the user if the folder cannot be had */
    static Store open(Path named) throws IOException {
        Store store = open(named, false);
        // Whoever names it wants to keep it.
        Files.deleteIfExists(store.folder().resolve(TEMPORARY));
        return store;
    }

    /** One that is deleted when it is closed; those of processes that were killed are deleted now. */
    static Store temporary() throws IOException {
        Path made = Files.createTempDirectory(TEMPORARY_PREFIX).toAbsolutePath();
        DataFolder.open(made.resolve(TEMPORARY), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
                .close();
        Path all = made.getParent();
        if (all != null) {
            for (Path each : Folders.list(all)) {
                if (each.getFileName().toString().startsWith(TEMPORARY_PREFIX) && !each.equals(made)) {
                    sweep(each, made);
                }
            }
        }
        return open(made, true);
    }

    private static void sweep(Path other, Path ours) {
        // Without a lock file it is just being made; without the mark somebody has named it so, and keeps it.
        try (FileChannel lock = DataFolder.open(other.resolve("lock"), StandardOpenOption.WRITE)) {
            if (Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS)
                    && Files.getOwner(other).equals(Files.getOwner(ours))
                    && DataFolder.isThere(other.resolve(TEMPORARY))
                    && isLocked(lock)) {
                Folders.delete(other);
            }
        } catch (IOException e) {
            // Somebody else's, or being swept by another process.
            return;
        }
    }

    private static Store open(Path named, boolean isTemporary) throws IOException {
        DataFolder folder = DataFolder.open(named);
        FileChannel lock;
        try {
            lock = DataFolder.open(folder.root().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException("the data folder " + named + " cannot be written: " + Reason.of(e));
        }
        try {
            if (!isLocked(lock)) {
                throw new IOException("the data folder " + named
                        + " is in use by another GCD; stop that one, or choose another folder with --data");
            }
            Store store = new Store(folder, named, lock, isTemporary);
            for (Path each : Folders.list(store.temporaryFiles())) {
                if (FileSnapshot.isOne(each)) {
                    Files.deleteIfExists(each);
                }
            }
            if (DataFolder.isThere(store.log())) {
                folder.requireNoLinks("log");
            }
            return store;
        } catch (IOException e) {
            lock.close();
            throw e;
        }
    }

    private static boolean isLocked(FileChannel lock) throws IOException {
        try {
            FileLock held = lock.tryLock();
            return held != null;
        } catch (OverlappingFileLockException e) {
            // Held by this very process.
            return false;
        }
    }

    Path folder() {
        return folder.root();
    }

    /** For people. */
    String place() {
        return isTemporary ? "temporary, gone with this process; --data keeps it" : named.toString();
    }

    /** Which need not be there. */
    Path log() {
        return folder().resolve("log");
    }

    void makeLog() throws IOException {
        folder.folder("log");
        Folders.sync(folder());
    }

    /** Takes what Ratis made from other users: it asks for no mode. */
    void makePrivate() throws IOException {
        UUID group = LogFolder.group(log());
        if (group != null) {
            Folders.makePrivate(log().resolve(group.toString()));
        }
    }

    Path temporaryFiles() throws IOException {
        return folder.folder("tmp");
    }

    /**
     * Who this GCD is in its group; null for a new folder.
     *
     * @throws IOException with a sentence for the user if that cannot be told
     */
    @Nullable
    Self self() throws IOException {
        Path file = folder().resolve(MEMBER);
        ByteBuffer bytes = ByteBuffer.allocate(MEMBER_BYTES_MAX);
        try (FileChannel channel = DataFolder.open(file, StandardOpenOption.READ)) {
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                continue;
            }
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new StoreException("who this GCD is cannot be read in " + file + ": " + Reason.of(e));
        }
        String[] lines = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8)
                .strip()
                .split("\n", 2);
        return new Self(lines[0].strip(), lines.length > 1 && lines[1].strip().equals(BEGUN));
    }

    /** Notes who this GCD is: from now on the folder holds a log. */
    void note(Self self) throws IOException {
        Path half = folder().resolve(MEMBER + ".half");
        Files.deleteIfExists(half);
        String text = self.name() + "\n" + (self.hasBegun() ? BEGUN + "\n" : "");
        try (FileChannel channel = DataFolder.open(half, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
        Files.move(half, folder().resolve(MEMBER), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Folders.sync(folder());
    }

    /**
     * Forgets a log that this GCD was invited to, or began, and has nothing of: no entry, no snapshot, and not who takes part.
     * Ratis would take one whose members it does not know for a log of this GCD alone.
     */
    void forget(LogFolder empty) throws IOException {
        // First: with it the rest would count as lost.
        Files.deleteIfExists(folder().resolve(MEMBER));
        Folders.sync(folder());
        empty.forget();
    }

    @Override
    public void close() throws IOException {
        if (isTemporary) {
            Folders.delete(folder());
        }
        lock.close();
    }
}
