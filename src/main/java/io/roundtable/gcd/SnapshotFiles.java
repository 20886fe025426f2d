package io.roundtable.gcd;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.CatalogCodec;
import io.roundtable.catalog.LaterLevelException;
import io.roundtable.codec.CodecException;
import io.roundtable.folder.DataFolder;
import io.roundtable.folder.Folders;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.util.MD5FileUtil;

/** Snapshots of the catalog beside the log: each gets its name when it is whole and durable. For one thread. */
final class SnapshotFiles {
    static final String HALF = ".half";

    private final SimpleStateMachineStorage storage = new SimpleStateMachineStorage();
    /** Of the log and the snapshots; set by {@link #open}. */
    private Path root = Path.of("");

    /** Written out bit by bit: a hundred megabytes at once would keep the log's own entries from their disk. */
    private static final class Flushed extends OutputStream {
        private static final int EVERY_BYTES = 4 << 20;

        private final FileChannel channel;
        private int unforced;

        private Flushed(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            ByteBuffer rest = ByteBuffer.wrap(bytes, from, length);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            unforced += length;
            if (unforced >= EVERY_BYTES) {
                channel.force(false);
                unforced = 0;
            }
        }
    }

    /** Writes all of a snapshot. */
    interface Source {
        void writeTo(OutputStream out) throws IOException;
    }

    SimpleStateMachineStorage storage() {
        return storage;
    }

    void open(RaftStorage raftStorage) throws IOException {
        storage.init(raftStorage);
        root = raftStorage.getStorageDir().getRoot().toPath();
        sweep(raftStorage.getStorageDir().getStateMachineDir().toPath());
    }

    /** Snapshots that a kill left half-way. */
    private static void sweep(Path folder) throws IOException {
        if (DataFolder.isThere(folder)) {
            try (DirectoryStream<Path> halves = Files.newDirectoryStream(folder, "*" + HALF)) {
                for (Path each : halves) {
                    Files.deleteIfExists(each);
                }
            }
        }
    }

    /**
     * @param known the level of the program
     * @throws DamagedStoreException if it is none
     */
    static Catalog read(SingleFileSnapshotInfo snapshot, int known) throws IOException {
        Path file = snapshot.getFile().getPath();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return CatalogCodec.readSnapshot(in, known);
        } catch (CodecException e) {
            throw new DamagedStoreException(file, String.valueOf(e.getMessage()));
        } catch (LaterLevelException e) {
            throw new StoreException(String.valueOf(e.getMessage()));
        }
    }

    /** @param last the entry up to which the snapshot goes */
    void write(TermIndex last, Source source) throws IOException {
        File file = storage.getSnapshotFile(last.getTerm(), last.getIndex());
        Path half = file.toPath().resolveSibling(file.getName() + HALF);
        Files.deleteIfExists(half);
        try (FileChannel channel = DataFolder.open(half, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            source.writeTo(new Flushed(channel));
            channel.force(true);
        } catch (IOException e) {
            // The disk may be full; every further try would leave one more.
            Files.deleteIfExists(half);
            throw e;
        }
        Files.move(half, file.toPath(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        var digest = MD5FileUtil.computeAndSaveMd5ForFile(file);
        // The log's own files, too: Ratis has begun new ones.
        Folders.makePrivate(root);
        Folders.sync(Optional.ofNullable(file.getParentFile()).orElseThrow().toPath());
        storage.updateLatestSnapshot(
                new SingleFileSnapshotInfo(new FileInfo(file.toPath(), digest), last.getTerm(), last.getIndex()));
    }
}
