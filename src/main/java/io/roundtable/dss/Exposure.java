package io.roundtable.dss;

import io.roundtable.disk.DiskFaultException;
import io.roundtable.disk.DiskStore;
import io.roundtable.disk.ShareReader;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Reason;
import io.roundtable.protocol.ShareKey;
import io.roundtable.storage.ShareLayout;
import io.roundtable.storage.StripeLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The files of a DSS whose blocks a user may read. */
final class Exposure {
    final DssMessage.Expose order;
    final StripeLayout layout;
    private final Map<String, DssMessage.Exposed> files = new HashMap<>();

    Exposure(DssMessage.Expose order, StripeLayout layout) {
        this.order = order;
        this.layout = layout;
        order.files().forEach(each -> files.put(each.file(), each));
    }

    DssMessage.@Nullable Exposed file(String name) {
        return files.get(name);
    }

    ShareKey key(DssMessage.Exposed file) {
        return new ShareKey(order.volumeId(), file.fileId(), order.position());
    }

    /**
     * One block as users see it, of a whole unit.
     *
     * @param stripe within the file
     * @throws DiskFaultException {@link Fault#NO_SUCH_SHARE} and {@link Fault#CORRUPT} among others
     */
    byte[] block(DiskStore store, DssMessage.Exposed file, long stripe) throws DiskFaultException {
        int unitBytes = layout.unitBytes();
        long usedBytes = layout.usedShareBytes(file.sizeBytes(), order.position());
        ByteBuffer block = ByteBuffer.allocate(unitBytes);
        try (ShareReader reader = store.read(key(file))) {
            ShareLayout share = reader.layout();
            if (share.usedBytes() != usedBytes || share.unitBytes() != unitBytes) {
                throw new DiskFaultException(Fault.CORRUPT, "the share has another length than the file");
            }
            int length = (int) Math.max(0, Math.min(unitBytes, usedBytes - stripe * unitBytes));
            if (length > 0) {
                read(reader, stripe, block.limit(length));
            }
        } catch (IOException e) {
            throw new DiskFaultException(Fault.IO, "the disk could not read: " + Reason.of(e));
        }
        return block.array();
    }

    private void read(ShareReader reader, long stripe, ByteBuffer block) throws IOException, DiskFaultException {
        ShareLayout share = reader.layout();
        long group = stripe / ShareLayout.groupBlocks(share.unitBytes());
        int number = (int) (stripe % ShareLayout.groupBlocks(share.unitBytes()));
        long at = reader.position(group);
        ByteBuffer crc = ByteBuffer.allocate(ShareLayout.CRC_BYTES);
        reader.file().read(block, at + (long) number * share.unitBytes());
        reader.file().read(crc, at + share.dataBytes(group) + (long) number * ShareLayout.CRC_BYTES);
        CRC32C sum = new CRC32C();
        sum.update(block.array(), 0, block.limit());
        if (crc.getInt(0) != (int) sum.getValue()) {
            throw new DiskFaultException(Fault.CORRUPT, "the block does not match its checksum");
        }
    }
}
