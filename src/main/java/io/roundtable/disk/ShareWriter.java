package io.roundtable.disk;

import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.ShareKey;
import io.roundtable.storage.ShareLayout;
import io.roundtable.storage.StripeLayout;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One share on its way to a disk: groups in order, then the seal. Closing it before that drops all. For one thread.
 *
 * <p>After a {@link DiskFaultException} nothing but {@link #close} makes sense.
 */
public final class ShareWriter implements Closeable {
    private final DiskStore store;
    private final ShareKey key;
    private final StripeLayout stripes;
    private final boolean isRebuild;
    private final ShareFiles.Unsealed unsealed;
    private final GroupCheck check;
    private final long begunMs;
    private long takenBytes;
    private long writtenBytes;
    private long usedBytes;
    private boolean isLastGroup;
    private boolean isDone;
    private volatile boolean isRevoked;

    ShareWriter(
            DiskStore store,
            ShareKey key,
            StripeLayout stripes,
            boolean isRebuild,
            ShareFiles.Unsealed unsealed,
            long begunMs) {
        this.store = store;
        this.key = key;
        this.stripes = stripes;
        this.isRebuild = isRebuild;
        this.unsealed = unsealed;
        this.check = new GroupCheck(stripes.unitBytes());
        this.begunMs = begunMs;
        this.takenBytes = ShareHeader.BLOCK_BYTES;
    }

    public ShareKey key() {
        return key;
    }

    long begunMs() {
        return begunMs;
    }

    long usedBytes() {
        return usedBytes;
    }

    /** The share was deleted while it came. */
    void revoke() {
        isRevoked = true;
    }

    /**
     * Begins the next group.
     *
     * @param blocks as {@link io.roundtable.protocol.DiskMessage.ShareData} tells
     * @param bytes of the group, CRCs included
     */
    public void beginGroup(int blocks, long bytes) throws DiskFaultException {
        if (isLastGroup || check.left() != 0) {
            throw bad("only the last group of a share may be shorter than a full one");
        }
        long dataBytes = bytes - (long) ShareLayout.CRC_BYTES * blocks;
        if (blocks < 1
                || blocks > ShareLayout.groupBlocks(stripes.unitBytes())
                || dataBytes <= (blocks - 1L) * stripes.unitBytes()
                || dataBytes > (long) blocks * stripes.unitBytes()) {
            throw bad("a group of " + blocks + " blocks of " + stripes.unitBytes() + " bytes has not " + bytes
                    + " bytes");
        }
        if (usedBytes + dataBytes > Held.FILED_BYTES_MAX) {
            throw bad("a share has at most " + Held.FILED_BYTES_MAX + " bytes");
        }
        store.ledger().take(bytes, isRebuild);
        takenBytes += bytes;
        isLastGroup = dataBytes < ShareLayout.GROUP_BYTES;
        usedBytes += dataBytes;
        check.begin((int) dataBytes);
    }

    /** The next bytes of the group, all that remain in the buffer. With its last ones the CRCs are checked. */
    public void write(ByteBuffer piece) throws DiskFaultException {
        if (isRevoked) {
            throw revoked();
        }
        if (piece.remaining() > check.left()) {
            throw bad("more bytes than the group has");
        }
        check.pass(piece);
        if (check.left() == 0 && !check.isWhole()) {
            throw new DiskFaultException(
                    Fault.CORRUPT, "a block of share " + key + " does not match its CRC: send the share again");
        }
        int length = piece.remaining();
        try {
            unsealed.file().write(piece, ShareHeader.BLOCK_BYTES + writtenBytes);
        } catch (IOException e) {
            throw store.fault("write share " + key, e);
        }
        writtenBytes += length;
    }

    /** A whole group. */
    public void writeGroup(int blocks, ByteBuffer bytes) throws DiskFaultException {
        beginGroup(blocks, bytes.remaining());
        write(bytes);
    }

    /** Returns once the share is safe and can be read. */
    public void seal(long epoch, long announcedBytes) throws DiskFaultException {
        store.admit(epoch);
        if (check.left() != 0 || announcedBytes != usedBytes) {
            throw bad("the share has " + usedBytes + " bytes in whole groups, not " + announcedBytes);
        }
        if (isRevoked) {
            throw revoked();
        }
        ShareHeader header = new ShareHeader(key, stripes, usedBytes, store.nowMs());
        try {
            store.seal(unsealed, header, new ShareFiles.Sealing() {
                @Override
                public void demandWanted() throws DiskFaultException {
                    if (isRevoked) {
                        throw revoked();
                    }
                }

                @Override
                public void sealed() {
                    ShareWriter.this.sealed();
                }
            });
        } catch (IOException e) {
            throw store.fault("seal share " + key, e);
        }
    }

    private void sealed() {
        isDone = true;
        store.ledger().found(SpaceLedger.onDisk(ShareHeader.BLOCK_BYTES + writtenBytes) - takenBytes);
        close();
    }

    /** Drops the share if it is not sealed. */
    @Override
    public void close() {
        if (!store.forget(this)) {
            return;
        }
        try {
            unsealed.file().close();
            if (!isDone) {
                store.deleteTemporary(unsealed.path());
                store.ledger().give(takenBytes);
            }
        } catch (IOException e) {
            // It stays under its temporary name, takes space, and goes with the next start.
        }
    }

    private static DiskFaultException bad(String text) {
        return new DiskFaultException(Fault.BAD_REQUEST, text);
    }

    private DiskFaultException revoked() {
        return new DiskFaultException(
                Fault.NO_SUCH_SHARE, "share " + key + " was deleted while it came: begin again if it is still wanted");
    }
}
