package io.roundtable.disk;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A folder of the real file system.
 *
 * <p>Never interrupt a thread that uses it: an interrupt closes the file under everybody's hands.
 */
public final class FileMedium implements Medium {
    private final Path root;
    private final FileStore fileStore;

    /** Makes the folder if it is not there. */
    public FileMedium(Path root) throws IOException {
        Files.createDirectories(root);
        this.root = root;
        this.fileStore = Files.getFileStore(root);
    }

    @Override
    public MediumFile create(String path) throws IOException {
        return open(path, StandardOpenOption.CREATE_NEW);
    }

    @Override
    public MediumFile open(String path) throws IOException {
        return open(path, StandardOpenOption.READ);
    }

    private MediumFile open(String path, StandardOpenOption how) throws IOException {
        try {
            return new ChannelFile(
                    FileChannel.open(root.resolve(path), StandardOpenOption.READ, StandardOpenOption.WRITE, how));
        } catch (IOException e) {
            throw translated(e);
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        try {
            Files.move(root.resolve(from), root.resolve(to), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw translated(e);
        }
    }

    @Override
    public boolean delete(String path) throws IOException {
        return Files.deleteIfExists(root.resolve(path));
    }

    @Override
    public boolean exists(String path) {
        return Files.exists(root.resolve(path));
    }

    @Override
    public List<String> list(String folder) throws IOException {
        try (Stream<Path> entries = Files.list(root.resolve(folder))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Override
    public void makeFolder(String folder) throws IOException {
        try {
            Files.createDirectories(root.resolve(folder));
        } catch (IOException e) {
            throw translated(e);
        }
    }

    @Override
    public void forceFolder(String folder) throws IOException {
        try (FileChannel channel = FileChannel.open(root.resolve(folder), StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public Space space() throws IOException {
        return new Space(fileStore.getTotalSpace(), fileStore.getUsableSpace());
    }

    @Override
    public Closeable lock(String path) throws IOException {
        FileChannel channel = FileChannel.open(root.resolve(path), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // This very process has it: the same answer.
        }
        channel.close();
        throw new IOException("the data folder " + root.toAbsolutePath()
                + " is in use by another peer: stop that one, or give this disk a folder of its own");
    }

    @Override
    public String toString() {
        return root.toString();
    }

    /** The JDK tells a full disk from others only by the system's text. */
    private static IOException translated(IOException e) {
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        boolean full = text.contains("no space left") || text.contains("quota exceeded");
        return full ? new MediumFullException(String.valueOf(e.getMessage())) : e;
    }

    private record ChannelFile(FileChannel channel) implements MediumFile {
        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void read(ByteBuffer to, long at) throws IOException {
            long from = at;
            while (to.hasRemaining()) {
                int got = channel.read(to, from);
                if (got < 0) {
                    throw new EOFException("the file ends before byte " + (from + to.remaining()));
                }
                from += got;
            }
        }

        @Override
        public void write(ByteBuffer from, long at) throws IOException {
            long to = at;
            try {
                while (from.hasRemaining()) {
                    to += channel.write(from, to);
                }
            } catch (IOException e) {
                throw translated(e);
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void force() throws IOException {
            try {
                // Of the metadata only the size matters, and that is written with the data.
                channel.force(false);
            } catch (IOException e) {
                throw translated(e);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
