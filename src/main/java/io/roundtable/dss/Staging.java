package io.roundtable.dss;

import io.roundtable.disk.DiskFaultException;
import io.roundtable.disk.DiskStore;
import io.roundtable.disk.ShareWriter;
import io.roundtable.folder.DataFolder;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.ShareKey;
import io.roundtable.storage.ShareLayout;
import io.roundtable.storage.StripeLayout;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.zip.CRC32C;

/**
 * The blocks of one copy on one disk, in any order, until they are made a share. Block s lies at byte {@code s b} of a
 * file that no restart survives.
 */
final class Staging implements Closeable {
    /** 1 GiB a disk in the smallest blocks. */
    static final int BLOCKS_MAX = 1 << 23;

    final DssMessage.Stage order;
    final StripeLayout layout;
    private final Path path;
    private final FileChannel file;
    private final BitSet written = new BitSet();
    private long bytes;

    Staging(DssMessage.Stage order, StripeLayout layout, Path path) throws IOException {
        this.order = order;
        this.layout = layout;
        this.path = path;
        this.file = DataFolder.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    /** Bytes that it takes on the file system, about. */
    long bytes() {
        return bytes;
    }

    boolean holds(int stripe) {
        return written.get(stripe);
    }

    /** A block that comes again takes the place of the first. */
    void write(int stripe, byte[] block) throws IOException {
        ByteBuffer from = ByteBuffer.wrap(block);
        long at = (long) stripe * layout.unitBytes();
        while (from.hasRemaining()) {
            at += file.write(from, at);
        }
        if (!written.get(stripe)) {
            written.set(stripe);
            bytes += block.length;
        }
    }

    /**
     * Makes the share of a file of this size, safe when this returns.
     *
     * @throws DiskFaultException also when the blocks are not those of such a file
     */
    DssMessage.StagedSealed seal(DiskStore store, DssMessage.SealStaged seal) throws DiskFaultException, IOException {
        long sizeBytes = seal.sizeBytes();
        long stripes = layout.stripes(sizeBytes);
        if (written.length() > stripes || written.cardinality() != stripes) {
            throw bad("a file of " + sizeBytes + " bytes has " + stripes + " stripes, but blocks of "
                    + written.cardinality() + " came, the last for stripe " + (written.length() - 1)
                    + ": copy the file again");
        }
        ShareKey key =
                new ShareKey(order.key().volumeId(), seal.fileId(), order.key().position());
        long usedBytes = layout.usedShareBytes(sizeBytes, key.position());
        ShareLayout share = new ShareLayout(layout.unitBytes(), usedBytes);
        CRC32C sum = new CRC32C();
        CRC32C zeros = new CRC32C();
        if (order.isStandIn()) {
            // The share's place is on another disk, and it is computed there when that one is back.
            add(share, sum, (blocks, group) -> {});
            addPadding(usedBytes, stripes * layout.unitBytes(), sum);
        } else {
            DiskMessage.BeginShare begin =
                    new DiskMessage.BeginShare(key, seal.epoch(), layout.disks(), layout.parity(), layout.unitBytes());
            try (ShareWriter writer = store.begin(begin, false)) {
                add(share, sum, writer::writeGroup);
                addPadding(usedBytes, stripes * layout.unitBytes(), sum);
                writer.seal(seal.epoch(), usedBytes);
            }
        }
        addZeros(zeros, stripes * layout.unitBytes());
        int checkBits = (int) sum.getValue() ^ (int) zeros.getValue();
        return new DssMessage.StagedSealed(key, usedBytes, checkBits);
    }

    private interface Groups {
        void accept(int blocks, ByteBuffer group) throws DiskFaultException;
    }

    private void add(ShareLayout share, CRC32C sum, Groups groups) throws DiskFaultException, IOException {
        ByteBuffer group = ByteBuffer.allocate(ShareLayout.fullGroupBytes(layout.unitBytes()));
        for (long each = 0; each < share.groups(); each++) {
            group.clear().limit(share.bytes(each));
            readGroup(share, each, group);
            sum.update(group.array(), 0, share.dataBytes(each));
            groups.accept(share.blocks(each), group.position(0));
        }
    }

    private void readGroup(ShareLayout share, long number, ByteBuffer group) throws IOException {
        int dataBytes = share.dataBytes(number);
        read(group.duplicate().limit(dataBytes), number * ShareLayout.GROUP_BYTES);
        CRC32C crc = new CRC32C();
        for (int block = 0; block < share.blocks(number); block++) {
            int from = block * layout.unitBytes();
            crc.reset();
            crc.update(group.array(), from, Math.min(layout.unitBytes(), dataBytes - from));
            group.putInt(dataBytes + ShareLayout.CRC_BYTES * block, (int) crc.getValue());
        }
    }

    /** What lies behind the file's end is zero in all dialects: it is not stored, but must be what came. */
    private void addPadding(long from, long to, CRC32C sum) throws IOException, DiskFaultException {
        ByteBuffer rest = ByteBuffer.allocate((int) (to - from));
        read(rest, from);
        for (byte each : rest.array()) {
            if (each != 0) {
                throw bad("the last stripe is not padded with zeros: copy the file again with its right size");
            }
        }
        sum.update(rest.array());
    }

    private void addZeros(CRC32C sum, long count) {
        byte[] some = new byte[64 * 1024];
        for (long left = count; left > 0; left -= some.length) {
            sum.update(some, 0, (int) Math.min(left, some.length));
        }
    }

    private void read(ByteBuffer to, long from) throws IOException {
        long at = from;
        while (to.hasRemaining()) {
            int got = file.read(to, at);
            if (got < 0) {
                throw new IOException("the staged blocks end before byte " + (at + to.remaining()));
            }
            at += got;
        }
    }

    private static DiskFaultException bad(String text) {
        return new DiskFaultException(DiskMessage.Fault.BAD_REQUEST, text);
    }

    @Override
    public void close() throws IOException {
        file.close();
        Files.deleteIfExists(path);
    }
}
