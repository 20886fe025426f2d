package io.roundtable.disk;

import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.ShareKey;
import io.roundtable.storage.ShareLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/** Reads shares and checks the CRC of every block. Thread-safe. */
final class ShareCheck {
    private static final int PIECE_BYTES = 256 << 10;

    private final Medium medium;
    private final ShareOpening opening;
    private final MediumCheck health;
    private final PackShelf shelf;
    private final ShareIndex index;

    ShareCheck(Medium medium, ShareOpening opening, MediumCheck health, PackShelf shelf, ShareIndex index) {
        this.medium = medium;
        this.opening = opening;
        this.health = health;
        this.shelf = shelf;
        this.index = index;
    }

    /** As {@link DiskStore#check}. */
    long check(ShareKey key, Pace pace) throws DiskFaultException {
        demandPack(index.get(key));
        try (ShareReader share = open(key)) {
            return isWhole(share, pace) ? share.layout().storedBytes() : -1;
        } catch (IOException e) {
            return -1;
        } catch (DiskFaultException e) {
            if (isUnopened(e) && !canOpen()) {
                throw e;
            }
            return -1;
        }
    }

    /** A pack that is open can be read to its end when nobody will find it again. */
    private void demandPack(@Nullable Held held) throws DiskFaultException {
        PackFile pack = held == null || held.kind() != Held.Kind.PACKED ? null : shelf.get(held.container());
        try {
            if (pack != null) {
                health.demandPack(shelf, pack);
            }
        } catch (MediumLostException e) {
            throw DiskFaultException.of("check a share", e);
        }
    }

    /** Once more, if others can be opened. */
    private ShareReader open(ShareKey key) throws DiskFaultException {
        try {
            return opening.open(key);
        } catch (DiskFaultException e) {
            if (isUnopened(e) && canOpen()) {
                return opening.open(key);
            }
            throw e;
        }
    }

    private static boolean isUnopened(DiskFaultException e) {
        return e.fault() == Fault.IO && e.getCause() instanceof FileSystemException;
    }

    /** Whether the process can open files at all: without file descriptors left it would give up all its shares. */
    private boolean canOpen() {
        try (MediumFile other = medium.open(EpochFile.PATH)) {
            return other.size() > 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isWhole(ShareReader share, Pace pace) throws IOException {
        ShareLayout layout = share.layout();
        ByteBuffer piece = ByteBuffer.allocateDirect((int) Math.min(PIECE_BYTES, layout.storedBytes()));
        GroupCheck check = new GroupCheck(layout.unitBytes());
        for (long group = 0; group < layout.groups(); group++) {
            check.begin(layout.dataBytes(group));
            long at = share.position(group);
            while (check.left() > 0) {
                piece.clear().limit(Math.min(piece.capacity(), check.left()));
                pace.before(piece.remaining());
                share.file().read(piece, at);
                at += piece.position();
                check.pass(piece.flip());
            }
            if (!check.isWhole()) {
                return false;
            }
        }
        return true;
    }
}
