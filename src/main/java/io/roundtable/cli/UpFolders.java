package io.roundtable.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Where a table in one process keeps its data: a folder that was named, or one that goes with the process. */
final class UpFolders {
    private static final int TRIES = 40;
    private static final long PAUSE_NS = 50_000_000;

    private final Path root;
    private final boolean isTemporary;

    private UpFolders(Path root, boolean isTemporary) {
        this.root = root;
        this.isTemporary = isTemporary;
    }

    /** @param named null for a temporary folder */
    static UpFolders open(@Nullable Path named) throws IOException {
        return named == null
                ? new UpFolders(Files.createTempDirectory("roundtable-"), true)
                : new UpFolders(Files.createDirectories(named), false);
    }

    Path gcd() {
        return root.resolve("gcd");
    }

    /** @param number from 1 */
    Path disk(int number) {
        return root.resolve("disk" + number);
    }

    /** Deletes a temporary folder, as soon as the disks in it are closed. */
    void end() {
        for (int tries = 0; isTemporary && Files.exists(root) && tries < TRIES; tries++) {
            if (!delete()) {
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
    }

    private boolean delete() {
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException fault) throws IOException {
                    Files.deleteIfExists(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
            return true;
        } catch (IOException e) {
            // Somebody still closes or makes a file there.
            return false;
        }
    }
}
