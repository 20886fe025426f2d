package io.roundtable.gcd;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.CatalogCodec;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A snapshot of the whole catalog in a file of its own: however many files there are, nothing holds more than a part of it
 * in memory. Safe for use by many threads.
 */
final class FileSnapshot implements Snapshot {
    private static final String PREFIX = "snapshot";
    /** Of programs of format 1. */
    private static final String PREFIX_BEFORE = "picture";

    private static final String SUFFIX = ".tmp";

    private final FileChannel file;
    private final int sizeBytes;
    private final long index;
    private final Executor reader;
    private final AtomicInteger holders = new AtomicInteger(1);

    private FileSnapshot(FileChannel file, int sizeBytes, long index, Executor reader) {
        this.file = file;
        this.sizeBytes = sizeBytes;
        this.index = index;
        this.reader = reader;
    }

    /**
     * Takes one of a catalog that nobody changes meanwhile.
     *
     * @param index of the last entry that is in it
     * @param reader where {@link #part} reads: not on anybody's selector loop
     */
    static FileSnapshot take(Catalog catalog, long index, Path folder, Executor reader) throws IOException {
        Path path = Files.createTempFile(folder, PREFIX, SUFFIX);
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path), 64 * 1024)) {
                CatalogCodec.writeSnapshot(catalog, out);
            }
            long size = Files.size(path);
            if (size > Integer.MAX_VALUE) {
                throw new IOException("the catalog has grown beyond 2 GiB, more than a manager can read");
            }
            // Gone from the folder at once, and from the disk when it is closed, even by kill -9.
            return new FileSnapshot(FileChannel.open(path, StandardOpenOption.READ), (int) size, index, reader);
        } finally {
            Files.deleteIfExists(path);
        }
    }

    /** Whether a file is one that its process could not take away any more. */
    static boolean isOne(Path file) {
        String name = file.getFileName().toString();
        return (name.startsWith(PREFIX) || name.startsWith(PREFIX_BEFORE)) && name.endsWith(SUFFIX);
    }

    @Override
    public int sizeBytes() {
        return sizeBytes;
    }

    /** The last entry that is in it. */
    long index() {
        return index;
    }

    /**
     * Gives it to one more holder.
     *
     * @return false if the last one has closed it
     */
    boolean share() {
        return holders.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
    }

    @Override
    public CompletableFuture<byte[]> part(int offset, int max) {
        return CompletableFuture.supplyAsync(() -> read(offset, max), reader);
    }

    private byte[] read(int offset, int max) {
        ByteBuffer part = ByteBuffer.allocate(Math.max(0, Math.min(max, sizeBytes - offset)));
        try {
            while (part.hasRemaining()) {
                if (file.read(part, offset + (long) part.position()) < 0) {
                    throw new EOFException("the snapshot of the catalog was cut off");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return part.array();
    }

    /** Each holder does so once; the last one ends it. */
    @Override
    public void close() {
        if (holders.decrementAndGet() > 0) {
            return;
        }
        try {
            file.close();
        } catch (IOException e) {
            // It was only read, and its name is gone already.
            throw new UncheckedIOException(e);
        }
    }
}
