package io.roundtable.gcd;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.CatalogCodec;
import io.roundtable.codec.CodecException;
import io.roundtable.folder.Folders;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.util.MD5FileUtil;

/** Pictures of the catalog beside the log: each gets its name when it is whole and durable. For one thread. */
final class SnapshotFiles {
    private static final String HALF = ".half";

    private final SimpleStateMachineStorage storage = new SimpleStateMachineStorage();

    /** Writes all of a picture. */
    interface Source {
        void writeTo(OutputStream out) throws IOException;
    }

    SimpleStateMachineStorage storage() {
        return storage;
    }

    void open(RaftStorage raftStorage) throws IOException {
        storage.init(raftStorage);
        sweep(raftStorage.getStorageDir().getStateMachineDir().toPath());
    }

    /** Pictures that a kill left half-way. */
    private static void sweep(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> halves = Files.newDirectoryStream(folder, "*" + HALF)) {
                for (Path each : halves) {
                    Files.deleteIfExists(each);
                }
            }
        }
    }

    /** @throws DamagedStoreException if it is none */
    static Catalog read(SingleFileSnapshotInfo snapshot) throws IOException {
        Path file = snapshot.getFile().getPath();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return CatalogCodec.readPicture(in);
        } catch (CodecException e) {
            throw new DamagedStoreException(file, String.valueOf(e.getMessage()));
        }
    }

    /** @param last the entry up to which the picture goes */
    void write(TermIndex last, Source source) throws IOException {
        File file = storage.getSnapshotFile(last.getTerm(), last.getIndex());
        Path half = file.toPath().resolveSibling(file.getName() + HALF);
        try (FileOutputStream out = new FileOutputStream(half.toFile())) {
            source.writeTo(out);
            out.getFD().sync();
        } catch (IOException e) {
            // The disk may be full; every further try would leave one more.
            Files.deleteIfExists(half);
            throw e;
        }
        Files.move(half, file.toPath(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        var digest = MD5FileUtil.computeAndSaveMd5ForFile(file);
        Folders.sync(Optional.ofNullable(file.getParentFile()).orElseThrow().toPath());
        storage.updateLatestSnapshot(
                new SingleFileSnapshotInfo(new FileInfo(file.toPath(), digest), last.getTerm(), last.getIndex()));
    }
}
