package io.roundtable.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Where a table in one process keeps its data: a folder that was named, or one that goes with the process. */
final class UpFolders {
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

    /** Deletes a temporary folder; what somebody still writes there is deleted with the next one. */
    void end() {
        if (!isTemporary) {
            return;
        }
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
        } catch (IOException e) {
            System.err.println("roundtable: the temporary folder " + root + " could not be deleted: " + e.getMessage());
        }
    }
}
