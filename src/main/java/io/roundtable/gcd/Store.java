package io.roundtable.gcd;

import io.roundtable.folder.Folders;
import io.roundtable.protocol.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A GCD's data folder, held by one process at a time.
 *
 * <pre>
 * lock           held while the GCD runs
 * member         who this GCD is in its group: written once its log exists
 * log/GROUP/     Ratis' own: the log, and pictures of the catalog
 * tmp/           emptied at every start
 * </pre>
 */
final class Store implements Closeable {
    private static final String MEMBER = "member";
    private static final String TEMPORARY = "roundtable-gcd-";

    private final Path folder;
    private final FileChannel lock;
    private final boolean isTemporary;

    private Store(Path folder, FileChannel lock, boolean isTemporary) {
        this.folder = folder;
        this.lock = lock;
        this.isTemporary = isTemporary;
    }

    /** @throws IOException with a sentence for the user if the folder cannot be had */
    static Store open(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (FileAlreadyExistsException e) {
            throw new IOException("the data folder " + folder + " is a file; name a folder");
        } catch (IOException e) {
            throw new IOException("the data folder " + folder + " cannot be made: " + Reason.of(e));
        }
        return open(folder, false);
    }

    /** One that is deleted when it is closed; those of processes that were killed are deleted now. */
    static Store temporary() throws IOException {
        Path made = Files.createTempDirectory(TEMPORARY);
        Path all = made.toAbsolutePath().getParent();
        if (all != null) {
            List<Path> others;
            try (Stream<Path> found = Files.list(all)) {
                others = found.filter(each -> each.getFileName().toString().startsWith(TEMPORARY))
                        .filter(each -> !each.equals(made.toAbsolutePath()))
                        .toList();
            }
            others.forEach(Store::sweep);
        }
        return open(made, true);
    }

    private static void sweep(Path other) {
        // Without a lock file it is just being made.
        try (FileChannel lock = FileChannel.open(other.resolve("lock"), StandardOpenOption.WRITE)) {
            if (isLocked(lock)) {
                Folders.delete(other);
            }
        } catch (IOException e) {
            // Somebody else's, or being swept by another process.
            return;
        }
    }

    private static Store open(Path folder, boolean isTemporary) throws IOException {
        FileChannel lock;
        try {
            lock = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException("the data folder " + folder + " cannot be written: " + Reason.of(e));
        }
        if (!isLocked(lock)) {
            lock.close();
            throw new IOException("the data folder " + folder
                    + " is in use by another GCD; stop that one, or choose another folder with --data");
        }
        Store store = new Store(folder, lock, isTemporary);
        try {
            Folders.delete(store.temporaryFiles());
            Files.createDirectories(store.temporaryFiles());
            if (store.member() == null) {
                // Whatever is there was never finished, so nobody was ever promised anything that it holds.
                Folders.delete(store.log());
            }
            Files.createDirectories(store.log());
        } catch (IOException e) {
            lock.close();
            throw e;
        }
        return store;
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
        return folder;
    }

    /** For people. */
    String place() {
        return isTemporary ? "temporary, gone with this process; --data keeps it" : folder.toString();
    }

    Path log() {
        return folder.resolve("log");
    }

    Path temporaryFiles() {
        return folder.resolve("tmp");
    }

    /** Who this GCD is in its group; null for a new folder. */
    @Nullable
    String member() throws IOException {
        Path file = folder.resolve(MEMBER);
        if (!Files.exists(file)) {
            return null;
        }
        String name = Files.readString(file).strip();
        if (name.isEmpty()) {
            throw new DamagedStoreException(file, "it is empty");
        }
        return name;
    }

    /** Notes who this GCD is: from now on the folder holds a log. */
    void member(String name) throws IOException {
        Path half = folder.resolve(MEMBER + ".half");
        try (FileChannel channel = FileChannel.open(
                half, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            channel.write(java.nio.ByteBuffer.wrap((name + "\n").getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
        Files.move(half, folder.resolve(MEMBER), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Folders.sync(folder);
    }

    /** The group that the log here belongs to; null if there is none. */
    @Nullable
    UUID group() throws IOException {
        List<UUID> groups;
        try (Stream<Path> all = Files.list(log())) {
            groups = all.filter(Files::isDirectory)
                    .map(each -> each.getFileName().toString())
                    .filter(name -> name.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"))
                    .map(UUID::fromString)
                    .toList();
        }
        if (groups.size() > 1) {
            throw new DamagedStoreException(log(), "it holds the logs of " + groups.size() + " groups");
        }
        return groups.isEmpty() ? null : groups.get(0);
    }

    /**
     * Forgets a log that this GCD was invited to, or began, and has nothing of: no entry, no picture, and not who takes part.
     * Ratis would take one whose members it does not know for a log of this GCD alone.
     */
    void forgetEmptyLog() throws IOException {
        UUID group = group();
        if (group != null && isEmpty(log().resolve(group.toString()))) {
            // First: without it the rest counts as never finished.
            Files.deleteIfExists(folder.resolve(MEMBER));
            Folders.sync(folder);
            Folders.delete(log());
            Files.createDirectories(log());
        }
    }

    private static boolean isEmpty(Path ofGroup) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(ofGroup)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            String name = file.getFileName().toString();
            boolean isSegment = name.startsWith("log_");
            if (name.equals("raft-meta.conf")
                    || name.startsWith("snapshot.")
                    || (isSegment && !TornTail.isWithoutEntries(file))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        if (isTemporary) {
            Folders.delete(folder);
        }
        lock.close();
    }
}
