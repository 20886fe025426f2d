package io.roundtable.stream;

import io.roundtable.storage.Parity;
import io.roundtable.storage.StripeLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Computes the wanted blocks of a slab that are not there from those that are. Serves one thread. */
final class BlockRepair {
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private final FileShape shape;
    private final StripeLayout layout;
    private final BufferPool pool;
    private final Parity parity;
    private final ByteBuffer[] columns;
    private final int[] offsets;
    private final boolean[] present;
    private final boolean[] lost;

    BlockRepair(FileShape shape, BufferPool pool) {
        this.shape = shape;
        this.layout = shape.layout();
        this.pool = pool;
        this.parity = Parity.of(layout);
        this.columns = new ByteBuffer[layout.disks()];
        this.offsets = new int[layout.disks()];
        this.present = new boolean[layout.disks()];
        this.lost = new boolean[layout.disks()];
    }

    /** Returns how many blocks were computed. */
    int repair(ReadSlab slab) {
        int count = 0;
        for (long stripe = slab.firstStripe(); stripe < slab.endStripe(); stripe++) {
            count += repair(slab, stripe);
        }
        return count;
    }

    private int repair(ReadSlab slab, long stripe) {
        int wanted = 0;
        for (int column = 0; column < columns.length; column++) {
            int disk = layout.disk(stripe, column);
            Cell cell = slab.cell(disk);
            present[column] = slab.isGood(cell, stripe);
            lost[column] = !present[column] && slab.isWanted(disk, stripe);
            wanted += lost[column] ? 1 : 0;
        }
        if (wanted == 0) {
            return 0;
        }
        int offset = shape.offset(stripe);
        int length = shape.blockBytes(layout.parityDisk(stripe, 0), stripe);
        Arrays.fill(columns, NONE);
        for (int column = 0; column < columns.length; column++) {
            if (present[column] || lost[column]) {
                Cell cell = slab.cell(layout.disk(stripe, column));
                columns[column] = cell.bufferOr(pool, shape.room(slab.group()));
                if (present[column]) {
                    pad(columns[column], offset, shape.blockBytes(cell.position(), stripe), length);
                }
            }
        }
        Arrays.fill(offsets, offset);
        parity.reconstruct(columns, offsets, length, present, lost);
        return wanted;
    }

    /** Behind the content's end lie CRCs, or what was there before; they count as zeros. */
    private static void pad(ByteBuffer buffer, int offset, int used, int length) {
        for (int at = offset + used; at < offset + length; at++) {
            buffer.put(at, (byte) 0);
        }
    }
}
