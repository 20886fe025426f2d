package io.roundtable.dss;

import io.roundtable.folder.DataFolder;
import io.roundtable.folder.Folders;
import io.roundtable.protocol.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Blocks in a data folder, each a file of its own: its place and a check sum before its bytes. One that was written is there
 * after a loss of power, or the one before it is. For one thread.
 */
public final class PlainBlocks implements Closeable {
    private static final int MAGIC = 0x52505042;
    private static final int HEADER_BYTES = 12;
    private static final int FILE_SYSTEM_BLOCK_BYTES = 4_096;
    private static final int FILE_BYTES_MAX = 1 << 18;
    private static final String FOLDER = "blocks";
    private static final String TEMPORARY = "block.tmp";
    private static final String REGISTERED = "registered";

    private final Path root;
    private final long capacityBytes;
    private final FileChannel lock;
    private long usedBytes;

    /** A block is there and is not what was written. */
    static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1;

        DamagedException() {
            super("the block does not match its check sum");
        }
    }

    private PlainBlocks(Path root, long capacityBytes, FileChannel lock) throws IOException {
        this.root = root;
        this.capacityBytes = capacityBytes;
        this.lock = lock;
        Files.deleteIfExists(root.resolve(TEMPORARY));
        for (Path group : Folders.list(root.resolve(FOLDER))) {
            for (Path block : Folders.list(group)) {
                usedBytes += onDisk(Files.size(block));
            }
        }
    }

    /**
     * Opens a folder, or makes one.
     *
     * @param capacityBytes the most that its files may take
     * @throws IOException with a sentence for people if it cannot be used, or another process has it
     */
    public static PlainBlocks open(Path named, long capacityBytes) throws IOException {
        DataFolder folder = DataFolder.open(named);
        folder.folder(FOLDER);
        FileChannel lock =
                DataFolder.open(folder.root().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean done = false;
        try {
            if (lock.tryLock() == null) {
                throw new IOException("the data folder " + named + " is in use by another process");
            }
            PlainBlocks opened = new PlainBlocks(folder.root(), capacityBytes, lock);
            done = true;
            return opened;
        } catch (OverlappingFileLockException e) {
            throw new IOException("the data folder " + named + " is in use in this process already", e);
        } finally {
            if (!done) {
                lock.close();
            }
        }
    }

    private static long onDisk(long bytes) {
        return (bytes + FILE_SYSTEM_BLOCK_BYTES - 1) / FILE_SYSTEM_BLOCK_BYTES * FILE_SYSTEM_BLOCK_BYTES;
    }

    /** As what the disk was registered last; empty if it never was. */
    public String registeredAs() throws IOException {
        Path file = root.resolve(REGISTERED);
        return Files.exists(file) ? Files.readString(file) : "";
    }

    public void registeredAs(String what) throws IOException {
        replace(root.resolve(REGISTERED), ByteBuffer.wrap(what.getBytes(StandardCharsets.UTF_8)), root);
    }

    // ---- blocks

    /** @throws IOException with a sentence for people if it is not safe on the medium */
    void write(String file, long stripe, long index, byte[] block) throws IOException {
        byte[] place = place(file, stripe, index);
        Path path = path(place);
        long before = Files.exists(path) ? onDisk(Files.size(path)) : 0;
        long after = onDisk((long) HEADER_BYTES + place.length + block.length);
        if (usedBytes - before + after > capacityBytes) {
            throw new IOException("the disk is full: it may use " + capacityBytes + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + place.length + block.length)
                .putInt(MAGIC)
                .putInt(0)
                .putInt(place.length)
                .put(place)
                .put(block)
                .flip();
        bytes.putInt(4, sum(bytes.array()));
        Path group = path.getParent();
        if (group == null) {
            throw new IllegalStateException("a block without a folder");
        }
        if (!Files.isDirectory(group)) {
            Files.createDirectory(group);
            Folders.sync(root.resolve(FOLDER));
        }
        replace(path, bytes, group);
        usedBytes += after - before;
    }

    private void replace(Path path, ByteBuffer bytes, Path folder) throws IOException {
        Path temporary = root.resolve(TEMPORARY);
        try (FileChannel out = DataFolder.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Folders.sync(folder);
    }

    /**
     * A block.
     *
     * @return null if there is none
     * @throws DamagedException if it is not what was written
     */
    byte @Nullable [] read(String file, long stripe, long index) throws IOException {
        byte[] place = place(file, stripe, index);
        Path path = path(place);
        if (!Files.exists(path)) {
            return null;
        }
        if (Files.size(path) > FILE_BYTES_MAX) {
            throw new DamagedException();
        }
        byte[] bytes = Files.readAllBytes(path);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        boolean isWhole = bytes.length >= HEADER_BYTES + place.length
                && in.getInt() == MAGIC
                && in.getInt() == sum(bytes)
                && in.getInt() == place.length
                && Arrays.equals(place, Arrays.copyOfRange(bytes, HEADER_BYTES, HEADER_BYTES + place.length));
        if (!isWhole) {
            throw new DamagedException();
        }
        return Arrays.copyOfRange(bytes, HEADER_BYTES + place.length, bytes.length);
    }

    /** Forgets all blocks. */
    void clear() throws IOException {
        try {
            for (Path group : Folders.list(root.resolve(FOLDER))) {
                Folders.delete(group);
            }
        } finally {
            usedBytes = 0;
            for (Path group : Folders.list(root.resolve(FOLDER))) {
                for (Path block : Folders.list(group)) {
                    usedBytes += onDisk(Files.size(block));
                }
            }
        }
        Folders.sync(root.resolve(FOLDER));
    }

    private static int sum(byte[] file) {
        CRC32C sum = new CRC32C();
        sum.update(file, 2 * Integer.BYTES, file.length - 2 * Integer.BYTES);
        return (int) sum.getValue();
    }

    private static byte[] place(String file, long stripe, long index) {
        return (stripe + " " + index + " " + file).getBytes(StandardCharsets.UTF_8);
    }

    private Path path(byte[] place) {
        try {
            String name = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(place));
            return root.resolve(FOLDER).resolve(name.substring(0, 2)).resolve(name.substring(2));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(Reason.of(e), e);
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
