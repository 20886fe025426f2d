package io.roundtable.stream;

import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.VolumeInfo.Seat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A read of a few blocks on the caller's thread: all are asked for at once, on connections that are there. At the first
 * trouble it is given up, and a {@link GroupFetch} does it all from the beginning.
 */
final class SmallRead {
    private static final int BYTES_MAX = 256 << 10;

    private final Disks disks;
    private final ReadRequest request;
    private final FileShape shape;
    private final ReadSlab slab;
    private final List<Asked> asked = new ArrayList<>();

    private record Asked(Cell cell, DiskConnection connection) {}

    private SmallRead(Disks disks, ReadRequest request, FileShape shape, ReadSlab slab) {
        this.disks = disks;
        this.request = request;
        this.shape = shape;
        this.slab = slab;
    }

    /** The slab that all of it lies in, to be given back; null if it is no small read, or did not go well. */
    static @Nullable ReadSlab read(Disks disks, ReadRequest request, FileShape shape, Wanted wanted) {
        if (wanted.endGroup() - wanted.firstGroup() != 1 || request.length() > BYTES_MAX) {
            return null;
        }
        ReadSlab slab = new ReadSlab(shape, wanted, wanted.firstGroup());
        int bytes = 0;
        for (Cell each : slab.cells()) {
            bytes += each.isWanted() ? shape.bytes(each.position(), slab.group()) : 0;
        }
        if (bytes > BYTES_MAX || !new SmallRead(disks, request, shape, slab).read()) {
            slab.giveBack(disks.buffers());
            return null;
        }
        return slab;
    }

    private boolean read() {
        try {
            for (Cell each : slab.cells()) {
                if (each.isWanted() && !each.isClean() && !ask(each)) {
                    return false;
                }
            }
            CRC32C crc = new CRC32C();
            for (Asked each : asked) {
                if (!receive(each, crc)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            // Whatever it is, the long way finds it too, and can do something about it.
            return false;
        } finally {
            asked.forEach(each -> disks.giveBack(each.connection()));
        }
    }

    private boolean ask(Cell cell) throws IOException {
        Seat seat = request.volume().disks().get(cell.position());
        if (!seat.isThere() || request.file().missing().contains(cell.position()) || disks.isSlowToRead(seat)) {
            return false;
        }
        DiskConnection connection = disks.borrow(seat);
        asked.add(new Asked(cell, connection));
        connection.within(disks.patienceMs());
        connection.read(new DiskMessage.ReadShare(shape.key(cell.position()), cell.group(), 1));
        return true;
    }

    private boolean receive(Asked each, CRC32C crc) throws IOException {
        long since = System.nanoTime();
        Cell cell = each.cell();
        int position = cell.position();
        try {
            ShareAnswer.check(each.connection().shareBytes(), shape, position, cell.group(), 1);
            ByteBuffer buffer = cell.bufferOr(disks.buffers(), shape.room(cell.group()));
            each.connection().readBody(buffer.limit(shape.bytes(position, cell.group())));
            buffer.clear();
            int dataBytes = shape.dataBytes(position, cell.group());
            ByteBuffer data = buffer.duplicate().limit(dataBytes).slice();
            request.listener().onReceived(shape.key(position), cell.group(), data, shape.unit(), false);
            if (Crcs.bad(buffer, dataBytes, shape.unit(), crc) != null) {
                return false;
            }
            cell.arrive(buffer, null);
            disks.tookToRead(System.nanoTime() - since);
            return true;
        } catch (IOException e) {
            if (each.connection().isExpired()) {
                disks.suspectToRead(each.connection().seat());
            }
            throw e;
        }
    }
}
