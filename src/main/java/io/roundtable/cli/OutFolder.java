package io.roundtable.cli;

import io.roundtable.protocol.FileName;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A folder that files are read into: the parts of a file's name are folders under it. Nothing is written outside of it,
 * whatever a file is called, and whatever links lie in it.
 */
final class OutFolder {
    private final Path root;

    /** @throws IOException if it is not there */
    OutFolder(Path folder) throws IOException {
        root = folder.toRealPath();
    }

    /** A file's place, and the folders that were made for it. */
    final class Place implements AutoCloseable {
        private final Deque<Path> made = new ArrayDeque<>();
        private final Path file;
        private boolean isTaken;

        private Place(String name) throws IOException {
            String[] parts = name.split("/");
            try {
                Path at = root;
                for (int i = 0; i < parts.length - 1; i++) {
                    at = enter(at.resolve(parts[i]));
                }
                file = at.resolve(parts[parts.length - 1]);
                check();
            } catch (IOException e) {
                close();
                throw e;
            }
        }

        private void check() throws IOException {
            if (Files.isSymbolicLink(file)) {
                throw new IOException("'" + file + "' is a link, which is not followed");
            }
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file)) {
                throw new IOException("'" + file + "' is there, and is no file");
            }
        }

        private Path enter(Path folder) throws IOException {
            try {
                Files.createDirectory(folder);
                made.addFirst(folder);
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(folder)) {
                    throw new IOException("'" + folder + "' is there, and is no folder");
                }
            }
            Path real = folder.toRealPath();
            if (!real.startsWith(root)) {
                throw new IOException("'" + folder + "' is a link that leads out of '" + root + "'");
            }
            return real;
        }

        Path file() {
            return file;
        }

        /** The file is there. */
        void taken() {
            isTaken = true;
        }

        /** Takes back the folders that were made for a file that has not come. */
        @Override
        public void close() throws IOException {
            while (!isTaken && !made.isEmpty()) {
                deleteIfEmpty(made.removeFirst());
            }
        }
    }

    static void deleteIfEmpty(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
            // It is used: it stays.
            return;
        }
    }

    /** @throws IOException if there is no place for a file of that name */
    Place place(String name) throws IOException {
        String wrong = FileName.refusal(name);
        if (wrong != null) {
            throw new IOException(
                    "name a file to read it to, since its own name leads nowhere in a folder (" + wrong + ")");
        }
        return new Place(name);
    }
}
