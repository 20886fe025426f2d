package io.roundtable.role.dss;

import io.roundtable.disk.DiskFaultException;
import io.roundtable.dss.BlockSource;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.Reason;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.storage.StripeLayout;
import io.roundtable.stream.Disks;
import io.roundtable.stream.ReadRequest;
import io.roundtable.stream.VolumeReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a disk that is away, from the files' contents as the other disks give them. Users ask for one stripe after the
 * other, so some are read at a time. For one thread.
 */
final class StandInBlocks implements BlockSource, AutoCloseable {
    private static final int CHUNK_BYTES = 1 << 20;

    /** Some stripes of one content, their data in order and zeros behind the file's end. */
    private record Chunk(int volumeId, long fileId, long firstStripe, byte[] data) {}

    private @Nullable Disks disks;
    private @Nullable Chunk last;

    @Override
    public byte[] block(DssMessage.Expose order, DssMessage.Exposed file, long stripe) throws DiskFaultException {
        StripeLayout layout = new StripeLayout(order.disks(), order.parity(), order.unitBytes());
        byte[] data = stripeOf(layout, order, file, stripe);
        StripeLayout.Role role = layout.role(stripe, order.position());
        int unit = layout.unitBytes();
        if (role.kind() == StripeLayout.Role.Kind.DATA) {
            return Arrays.copyOfRange(data, role.index() * unit, (role.index() + 1) * unit);
        }
        byte[] parity = new byte[unit];
        for (int i = 0; i < data.length; i++) {
            parity[i % unit] ^= data[i];
        }
        return parity;
    }

    private byte[] stripeOf(StripeLayout layout, DssMessage.Expose order, DssMessage.Exposed file, long stripe)
            throws DiskFaultException {
        int stripeBytes = (int) layout.stripeDataBytes();
        long perChunk = Math.max(1, CHUNK_BYTES / stripeBytes);
        long first = stripe - stripe % perChunk;
        Chunk chunk = last;
        if (chunk == null
                || chunk.volumeId != order.volumeId()
                || chunk.fileId != file.fileId()
                || chunk.firstStripe != first) {
            long stripes = Math.min(perChunk, layout.stripes(file.sizeBytes()) - first);
            chunk = new Chunk(
                    order.volumeId(),
                    file.fileId(),
                    first,
                    read(order, file, first * stripeBytes, (int) stripes * stripeBytes));
            last = chunk;
        }
        int at = (int) (stripe - first) * stripeBytes;
        return Arrays.copyOfRange(chunk.data, at, at + stripeBytes);
    }

    private byte[] read(DssMessage.Expose order, DssMessage.Exposed exposed, long offset, int bytes)
            throws DiskFaultException {
        List<VolumeInfo.Seat> seats = new ArrayList<>(order.seats());
        VolumeInfo.Seat away = seats.get(order.position());
        seats.set(order.position(), new VolumeInfo.Seat(away.disk(), away.name(), Optional.empty()));
        VolumeInfo volume = new VolumeInfo(order.volumeId(), order.dss(), order.parity(), order.unitBytes(), seats);
        FileInfo file =
                new FileInfo(exposed.file(), exposed.fileId(), exposed.sizeBytes(), "", "", List.of(order.position()));
        Gathered gathered = new Gathered(bytes);
        long length = Math.min(bytes, exposed.sizeBytes() - offset);
        try {
            new VolumeReader(disks()).read(ReadRequest.whole(volume, file).range(offset, length), gathered);
        } catch (IOException e) {
            throw new DiskFaultException(Fault.IO, Reason.of(e));
        }
        return gathered.bytes.array();
    }

    /** In memory; what does not come stays zero. */
    private static final class Gathered implements WritableByteChannel {
        private final ByteBuffer bytes;

        Gathered(int size) {
            bytes = ByteBuffer.allocate(size);
        }

        @Override
        public int write(ByteBuffer from) {
            int count = from.remaining();
            bytes.put(from);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private Disks disks() {
        Disks made = disks;
        if (made == null) {
            made = new Disks();
            disks = made;
        }
        return made;
    }

    /** Once nobody asks any more. */
    @Override
    public void close() {
        if (disks != null) {
            disks.close();
        }
    }
}
