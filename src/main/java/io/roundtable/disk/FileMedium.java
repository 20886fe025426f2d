package io.roundtable.disk;

import io.roundtable.folder.DataFolder;
import io.roundtable.folder.Folders;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A folder of the real file system.
 *
 * <p>Never interrupt a thread that uses it: an interrupt closes the file under everybody's hands.
 */
public final class FileMedium implements Medium {
    /** What this process has locked, all media together; guarded by itself. */
    private static final Set<Object> LOCKED = new HashSet<>();

    private final DataFolder folder;
    private final Path root;
    private final FileStore fileStore;
    private final long fileSystem;

    /**
     * Makes the folder if it is not there.
     *
     * @throws IOException with a sentence for people if it cannot be had, or is another user's
     */
    public FileMedium(Path named) throws IOException {
        this.folder = DataFolder.open(named);
        this.root = folder.root();
        this.fileStore = Files.getFileStore(root);
        this.fileSystem = FileSystems.numberOf(root);
    }

    /**
     * A folder in which a disk lies already; elsewhere nothing is made.
     *
     * @throws IOException with a sentence for people if there is none, or as the constructor
     */
    public static FileMedium existing(Path named) throws IOException {
        if (!DataFolder.isThere(named.resolve(DiskIdentity.PATH))) {
            throw new IOException("there is no disk in " + named);
        }
        return new FileMedium(named);
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
                    DataFolder.open(root.resolve(path), StandardOpenOption.READ, StandardOpenOption.WRITE, how));
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
    public boolean exists(String path) throws IOException {
        return DataFolder.isThere(root.resolve(path));
    }

    @Override
    public Object key(String path) throws IOException {
        BasicFileAttributes found =
                Files.readAttributes(root.resolve(path), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        Object key = found.fileKey();
        // Where the system has no such numbers, when it was made has to do.
        return key != null ? key : found.creationTime();
    }

    @Override
    public List<String> list(String path) throws IOException {
        return Folders.list(path.isEmpty() ? root : folder.folder(path)).stream()
                .map(entry -> entry.getFileName().toString())
                .toList();
    }

    @Override
    public void makeFolder(String path) throws IOException {
        try {
            Folders.makePrivateItself(folder.folder(path));
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
    public long fileSystem() {
        return fileSystem;
    }

    @Override
    public Space space() throws IOException {
        return new Space(fileStore.getTotalSpace(), fileStore.getUsableSpace());
    }

    @Override
    public Closeable lock(String path) throws IOException {
        Path file = root.resolve(path);
        synchronized (LOCKED) {
            // Of a file that this process has locked, nobody here may close another channel: the lock would go with it.
            FileChannel channel = DataFolder.isThere(file) && LOCKED.contains(key(path))
                    ? null
                    : DataFolder.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel == null ? null : channel.tryLock();
            if (channel != null && lock != null) {
                return new Lock(channel, key(path));
            }
            if (channel != null) {
                channel.close();
            }
        }
        throw new IOException("the data folder " + root.toAbsolutePath()
                + " is in use by another peer: stop that one, or give this disk a folder of its own");
    }

    private record Lock(FileChannel channel, Object key) implements Closeable {
        Lock {
            LOCKED.add(key);
        }

        @Override
        public void close() throws IOException {
            synchronized (LOCKED) {
                LOCKED.remove(key);
                channel.close();
            }
        }
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
