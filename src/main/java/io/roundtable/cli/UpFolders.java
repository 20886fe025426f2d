package io.roundtable.cli;

import io.roundtable.folder.DataFolder;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where a table in one process keeps its data: a folder that was named, or one that goes with the process. What a process
 * that was killed left over is deleted by the next one; links are deleted, never followed.
 */
final class UpFolders {
    /** What is locked in a temporary folder as long as its process lives; the last thing in it that is deleted. */
    private static final String LOCK = "alive";

    private static final String TEMPORARY = "roundtable-up-";
    /** Nobody sweeps these: they are not locked yet. */
    private static final String FRESH = "roundtable-new-";

    private static final int TRIES = 40;
    private static final long PAUSE_NS = 50_000_000;

    private final Path root;
    private final DataFolder data;
    private final @Nullable LifeLock lock;

    private UpFolders(Path root, @Nullable LifeLock lock) throws IOException {
        this.root = root;
        this.data = DataFolder.open(root);
        this.lock = lock;
    }

    /** @param named null for a temporary folder */
    static UpFolders open(@Nullable Path named) throws IOException {
        if (named != null) {
            return new UpFolders(named, null);
        }
        Path fresh = Files.createTempDirectory(FRESH);
        LifeLock lock = LifeLock.make(fresh.resolve(LOCK));
        if (lock == null) {
            throw new IOException("somebody locks files in " + fresh);
        }
        Path root =
                fresh.resolveSibling(TEMPORARY + fresh.getFileName().toString().substring(FRESH.length()));
        // Only now is it what others look for.
        Files.move(fresh, root, StandardCopyOption.ATOMIC_MOVE);
        lock.moved(root.resolve(LOCK));
        UpFolders opened = new UpFolders(root, lock);
        opened.sweep();
        return opened;
    }

    /** @throws IOException with a sentence for the user if it is a link, or another user's */
    Path gcd() throws IOException {
        return data.folder("gcd");
    }

    /**
     * @param number from 1
     * @throws IOException with a sentence for the user if it is a link, or another user's
     */
    Path disk(int number) throws IOException {
        return data.folder("disk" + number);
    }

    /** Deletes a temporary folder, as soon as the disks in it are closed. */
    void end() {
        if (lock == null) {
            return;
        }
        // A disk that was just being opened may have made its folder anew: so it has to be gone twice.
        for (int tries = 0, gone = 0; gone < 2 && tries < TRIES; tries++) {
            if (tries > 0) {
                LockSupport.parkNanos(PAUSE_NS);
            }
            gone = delete(root) ? gone + 1 : 0;
        }
    }

    /** Deletes the folders of dead processes of the same user: those whose lock is free. */
    private void sweep() {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(root.resolveSibling(""), TEMPORARY + "*")) {
            UserPrincipal user = Files.getOwner(root, LinkOption.NOFOLLOW_LINKS);
            for (Path each : all) {
                boolean isOurs = Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)
                        && Files.getOwner(each, LinkOption.NOFOLLOW_LINKS).equals(user);
                if (isOurs) {
                    sweep(each, user);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Gone meanwhile, or not to be looked at: what is left is left.
            return;
        }
    }

    private static void sweep(Path other, UserPrincipal user) throws IOException {
        try (LifeLock dead = LifeLock.ofDead(other.resolve(LOCK), user)) {
            if (dead != null) {
                delete(other);
            }
        }
    }

    /** Whether nothing is left. */
    private static boolean delete(Path root) {
        try {
            deleteIn(root, root.resolve(LOCK));
            Files.deleteIfExists(root.resolve(LOCK));
            Files.deleteIfExists(root);
            return true;
        } catch (NoSuchFileException e) {
            return !Files.exists(root, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            // Somebody still closes or makes a file there.
            return false;
        }
    }

    private static void deleteIn(Path root, Path kept) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!file.equals(kept)) {
                    Files.deleteIfExists(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException fault) throws IOException {
                if (!folder.equals(root)) {
                    Files.deleteIfExists(folder);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
