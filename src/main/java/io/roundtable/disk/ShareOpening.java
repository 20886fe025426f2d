package io.roundtable.disk;

import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.ShareKey;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Opens shares to be read, wherever they lie, and believes no header that does not fit the index. Thread-safe. */
final class ShareOpening {
    private final ShareIndex index;
    private final PackShelf shelf;
    private final ShareFiles files;
    private final long salt;
    private final LongSupplier nowMs;

    ShareOpening(ShareIndex index, PackShelf shelf, ShareFiles files, long salt, LongSupplier nowMs) {
        this.index = index;
        this.shelf = shelf;
        this.files = files;
        this.salt = salt;
        this.nowMs = nowMs;
    }

    /** As {@link DiskStore#read}. */
    ShareReader open(ShareKey key) throws DiskFaultException {
        // What moves between looking and opening is where the index says the next time.
        for (int attempt = 0; ; attempt++) {
            long changes = index.changes();
            Held held = index.get(key);
            if (held == null) {
                throw new DiskFaultException(Fault.NO_SUCH_SHARE, "the disk does not hold share " + key);
            }
            if (held.kind() == Held.Kind.BROKEN) {
                throw broken(key);
            }
            try {
                ShareReader reader =
                        held.kind() == Held.Kind.PACKED ? readPacked(held, changes) : readFile(held, changes);
                if (reader != null) {
                    return reader;
                }
                if (attempt > 0 && held.equals(index.get(key))) {
                    throw new DiskFaultException(Fault.OUT_OF_SERVICE, "the disk is being closed");
                }
            } catch (NoSuchFileException e) {
                if (attempt > 0) {
                    throw new DiskFaultException(Fault.NO_SUCH_SHARE, "the file of share " + key + " has vanished");
                }
            } catch (EOFException e) {
                throw broken(key);
            } catch (IOException e) {
                throw DiskFaultException.of("read share " + key, e);
            }
        }
    }

    private @Nullable ShareReader readPacked(Held held, long changes) throws IOException, DiskFaultException {
        PackFile pack = shelf.use(held.container());
        if (pack == null) {
            return null;
        }
        boolean done = false;
        try {
            MediumFile file = pack.file;
            PackRecord record = file == null ? null : packed(file, held);
            if (file == null || record == null || record.stripes() == null) {
                throw broken(held.key());
            }
            done = true;
            return new ShareReader(
                    held.key(),
                    record.stripes(),
                    held.usedBytes(),
                    file,
                    held.offset() + PackRecord.HEADER_BYTES,
                    () -> shelf.release(pack),
                    index,
                    changes);
        } finally {
            if (!done) {
                shelf.release(pack);
            }
        }
    }

    private @Nullable PackRecord packed(MediumFile file, Held held) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(PackRecord.HEADER_BYTES);
        file.read(header, held.offset());
        PackRecord record = PackRecord.decode(header, 0, held.container(), held.offset(), salt);
        boolean fits = record != null
                && record.stripes() != null
                && held.equals(record.heldAt(held.container(), held.offset()))
                && file.size() >= held.offset() + (long) record.bytes();
        return fits ? record : null;
    }

    private ShareReader readFile(Held held, long changes) throws IOException, DiskFaultException {
        MediumFile file = files.open(held);
        boolean done = false;
        try {
            ShareHeader header = ShareFiles.header(file);
            if (header == null
                    || !header.key().equals(held.key())
                    || header.usedBytes() != held.usedBytes()
                    || file.size() < ShareHeader.BLOCK_BYTES + header.layout().storedBytes()) {
                throw broken(held.key());
            }
            done = true;
            return new ShareReader(
                    held.key(),
                    header.stripes(),
                    held.usedBytes(),
                    file,
                    ShareHeader.BLOCK_BYTES,
                    () -> close(file),
                    index,
                    changes);
        } finally {
            if (!done) {
                close(file);
            }
        }
    }

    private static void close(MediumFile file) {
        try {
            file.close();
        } catch (IOException e) {
            // It was only read.
        }
    }

    private static DiskFaultException broken(ShareKey key) {
        return new DiskFaultException(
                Fault.CORRUPT,
                "the header or the length of share " + key + " is wrong: rebuild it from the other disks");
    }

    /** When it was sealed, or somewhat later: nothing is taken for older than it is. */
    long sealedMs(Held held) {
        if (held.kind() != Held.Kind.PACKED) {
            return files.sealedMs(held);
        }
        try {
            PackFile pack = shelf.use(held.container());
            if (pack == null) {
                return nowMs.getAsLong();
            }
            try {
                MediumFile file = pack.file;
                PackRecord record = pack.isSettled || file == null ? null : packed(file, held);
                return record == null ? pack.lastMs : record.timeMs();
            } finally {
                shelf.release(pack);
            }
        } catch (IOException e) {
            return nowMs.getAsLong();
        }
    }
}
