package io.roundtable.folder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a data folder needs done to it. */
public final class Folders {
    /** As often as a folder is emptied again; whoever fills it finds nothing to fill once it is gone. */
    private static final int TRIES = 100;

    private Folders() {}

    /** Has the names in a folder survive a power cut. */
    public static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** What is in a folder, by name; none of it is looked at. */
    public static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        } catch (UncheckedIOException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    /**
     * Takes a folder with all that is in it away from other users, where the file system has modes: for files that were
     * made by somebody who asks for none. Files may come and go meanwhile.
     */
    public static void makePrivate(Path folder) throws IOException {
        if (!DataFolder.HAS_MODES) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) throws IOException {
                setMode(each, DataFolder.FOLDER_MODE);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path each, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    setMode(each, DataFolder.FILE_MODE);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path each, IOException fault) throws IOException {
                return continueIfGone(fault);
            }
        });
    }

    /** Takes a folder away from other users, and so what is in it, where the file system has modes. */
    public static void makePrivateItself(Path folder) throws IOException {
        if (DataFolder.HAS_MODES) {
            setMode(folder, DataFolder.FOLDER_MODE);
        }
    }

    private static void setMode(Path each, String letters) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(each, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        Set<PosixFilePermission> wanted = PosixFilePermissions.fromString(letters);
        try {
            if (!view.readAttributes().permissions().equals(wanted)) {
                view.setPermissions(wanted);
            }
        } catch (FileSystemException e) {
            // It went meanwhile, or the file system has no modes, such as a memory stick's.
            return;
        }
    }

    private static FileVisitResult continueIfGone(@Nullable IOException fault) throws IOException {
        if (fault != null && !(fault instanceof NoSuchFileException)) {
            throw fault;
        }
        return FileVisitResult.CONTINUE;
    }

    /**
     * Deletes a folder with all that is in it; links are deleted, not followed. What somebody else puts in, renames or
     * takes away meanwhile is no fault.
     *
     * @throws IOException if something cannot be deleted, or more comes all the time
     */
    public static void delete(Path folder) throws IOException {
        for (int tries = 1; DataFolder.isThere(folder); tries++) {
            try {
                deleteOnce(folder);
            } catch (DirectoryNotEmptyException e) {
                // Filled after it had been emptied.
                if (tries == TRIES) {
                    throw e;
                }
            }
        }
    }

    private static void deleteOnce(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException fault) throws IOException {
                return continueIfGone(fault);
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @Nullable IOException fault) throws IOException {
                continueIfGone(fault);
                Files.deleteIfExists(each);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
