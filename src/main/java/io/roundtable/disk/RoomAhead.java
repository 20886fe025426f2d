package io.roundtable.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * A file that is appended to and forced again and again: written ahead with zeros, so that most fsyncs do not change its
 * size and need not go through the file system's journal. Measured on ext4: 0.27 ms instead of 0.55 ms each, with three
 * such files at once.
 *
 * <p>The zeros are never needed: where there is no room for them there are none, and {@link #trim} takes back those that
 * are left. A crash leaves them at the end of the file, where {@link PackWalk} does not mind them. Writes and cuts are
 * the business of one thread at a time.
 */
final class RoomAhead implements MediumFile {
    private static final int FIRST_BYTES = 64 << 10;
    private static final int MORE_BYTES_MAX = 1 << 20;
    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(FIRST_BYTES).asReadOnlyBuffer();

    /** Of what is free: zeros are not to keep anybody from writing. */
    private static final int FREE_PART = 16;
    /** A larger write outweighs the journal's commit, and would only be written twice. */
    private static final int WRITE_BYTES_MAX = 32 << 10;

    private final MediumFile file;
    private final SpaceLedger ledger;
    private final long sizeMax;
    /** Behind the last byte that was appended. */
    private volatile long end;
    /** What the file has with its zeros. */
    private long sizeBytes;
    /** Zeros that the ledger knows of. */
    private long takenBytes;

    private boolean isOver;
    /** A write failed: the file may have more than is known of. */
    private boolean isUnsure;

    /**
     * @param file an empty one
     * @param ledger is told of the zeros; of what is appended the writer tells
     * @param sizeMax how far it is written ahead at most, bytes
     */
    RoomAhead(MediumFile file, SpaceLedger ledger, long sizeMax) {
        this.file = file;
        this.ledger = ledger;
        this.sizeMax = sizeMax;
    }

    /** Without the zeros. */
    @Override
    public long size() {
        return end;
    }

    @Override
    public void read(ByteBuffer to, long at) throws IOException {
        file.read(to, at);
    }

    @Override
    public synchronized void write(ByteBuffer from, long at) throws IOException {
        long to = at + from.remaining();
        isUnsure = true;
        if (to > sizeBytes && !isOver && from.remaining() <= WRITE_BYTES_MAX) {
            goAhead(to);
        }
        end = Math.max(end, to);
        sizeBytes = Math.max(sizeBytes, to);
        account();
        file.write(from, at);
        isUnsure = false;
    }

    /** Twice as much each time: a disk with few small shares is not to wait for many zeros. */
    private void goAhead(long past) throws IOException {
        long most = Math.min(MORE_BYTES_MAX, ledger.freeForWritesBytes() / FREE_PART);
        long until = Math.min(sizeMax, past + Math.min(most, Math.max(FIRST_BYTES, sizeBytes)));
        if (until <= past || !take(until - past)) {
            return;
        }
        try {
            while (sizeBytes < until) {
                int bytes = (int) Math.min(ZEROS.capacity(), until - sizeBytes);
                file.write(ZEROS.duplicate().limit(bytes), sizeBytes);
                sizeBytes += bytes;
            }
        } catch (MediumFullException e) {
            // Others fill the file system: it is not to be asked with every write.
            isOver = true;
            truncate(end);
        } finally {
            account();
        }
    }

    private boolean take(long zeros) {
        try {
            ledger.take(zeros - takenBytes, false);
            takenBytes = zeros;
            return true;
        } catch (DiskFaultException e) {
            // There is room for what has to be written only.
            return false;
        }
    }

    private void account() {
        long zeros = sizeBytes - end;
        if (zeros < takenBytes) {
            ledger.give(takenBytes - zeros);
            takenBytes = zeros;
        }
    }

    @Override
    public synchronized void truncate(long size) throws IOException {
        file.truncate(size);
        isUnsure = false;
        end = Math.min(end, size);
        sizeBytes = size;
        account();
    }

    /**
     * Takes back the zeros that are left, and what a write left that failed; nothing is written ahead any more.
     *
     * @param length where the last record ends
     * @return how many bytes behind that could not be taken back; they belong to the file now, and are in the account
     */
    synchronized long trim(long length) {
        isOver = true;
        long left = 0;
        if (isUnsure || sizeBytes > length) {
            try {
                truncate(length);
            } catch (IOException e) {
                left = leftBehind(length);
            }
        }
        end = length + left;
        sizeBytes = end;
        ledger.found(left - takenBytes);
        takenBytes = 0;
        return left;
    }

    private long leftBehind(long length) {
        try {
            return Math.max(0, file.size() - length);
        } catch (IOException e) {
            return sizeBytes - length;
        }
    }

    @Override
    public void force() throws IOException {
        file.force();
    }

    @Override
    public @Nullable FileChannel channel() {
        return file.channel();
    }

    @Override
    public void close() throws IOException {
        trim(end);
        file.close();
    }
}
