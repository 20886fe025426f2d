package io.roundtable.cli;

import io.roundtable.client.ReadProgress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntUnaryOperator;

/**
 * Shows the progress of a read, and on request damages blocks on the way, each at most once: a bit is turned before the
 * block is checked.
 */
final class DamagedRead implements ReadProgress, AutoCloseable {
    private final int percent;
    private final IntUnaryOperator dice;
    private final Progress bar;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong rereads = new AtomicLong();

    /** @param dice gives a number from 0 to its argument - 1 */
    DamagedRead(int percent, IntUnaryOperator dice, String what) {
        this.percent = percent;
        this.dice = dice;
        this.bar = new Progress(what);
    }

    long rereads() {
        return rereads.get();
    }

    @Override
    public void onBytes(long more) {
        bar.show(bytes.addAndGet(more), -1);
    }

    @Override
    public void onReread(int blocks) {
        rereads.addAndGet(blocks);
    }

    @Override
    public void onReceived(ByteBuffer blocks, int unitBytes, boolean isReread) {
        if (percent == 0 || isReread) {
            return;
        }
        for (int block = 0; block < blocks.limit(); block += unitBytes) {
            if (dice.applyAsInt(100) < percent) {
                int at = block + dice.applyAsInt(Math.min(unitBytes, blocks.limit() - block));
                blocks.put(at, (byte) (blocks.get(at) ^ 1 << dice.applyAsInt(Byte.SIZE)));
            }
        }
    }

    @Override
    public void close() {
        bar.close();
    }
}
