package io.roundtable.disk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The bytes of one simulated file: as the process sees them, and what of them would survive a loss of power. */
final class SimulatedContent {
    /** What a medium writes in one piece. */
    private static final int SECTOR_BYTES = 512;

    private byte[] bytes = new byte[0];
    private int size;
    private byte[] durable = new byte[0];
    private final List<Change> unsynced = new ArrayList<>();

    /** A write, or a cut if there are no bytes. */
    private record Change(int at, byte[] bytes, boolean isCut) {}

    /** One that holds these bytes, safe from a loss of power. */
    static SimulatedContent of(byte[] bytes) {
        SimulatedContent content = new SimulatedContent();
        content.put(bytes, 0, bytes.length, 0);
        content.durable = bytes.clone();
        return content;
    }

    /** What would survive a loss of power at this moment, whatever the dice say. */
    byte[] durable() {
        return durable.clone();
    }

    int size() {
        return size;
    }

    void read(byte[] to, int at) {
        System.arraycopy(bytes, at, to, 0, to.length);
    }

    void write(byte[] from, int at) {
        put(from, 0, from.length, at);
        unsynced.add(new Change(at, from, false));
    }

    void truncate(int to) {
        if (to < size) {
            cut(to);
            unsynced.add(new Change(to, new byte[0], true));
        }
    }

    void force() {
        if (unsynced.isEmpty()) {
            return;
        }
        int from = size;
        for (Change change : unsynced) {
            from = Math.min(from, change.at);
        }
        durable = durable.length == size ? durable : Arrays.copyOf(durable, size);
        System.arraycopy(bytes, from, durable, from, size - from);
        unsynced.clear();
    }

    void flip(int at, int bit) {
        bytes[at] ^= (byte) (1 << bit);
        if (at < durable.length) {
            durable[at] ^= (byte) (1 << bit);
        }
    }

    /** Each unsynced change is kept, lost, or torn between sectors, as the dice fall. */
    void losePower(Random dice) {
        List<Change> changes = List.copyOf(unsynced);
        bytes = durable.clone();
        size = durable.length;
        if (changes.isEmpty()) {
            return;
        }
        for (Change change : changes) {
            int fate = dice.nextInt(3);
            if (fate == 0) {
                continue;
            }
            if (change.isCut) {
                cut(Math.min(size, change.at));
                continue;
            }
            for (int from = 0; from < change.bytes.length; ) {
                int sectorEnd = ((change.at + from) / SECTOR_BYTES + 1) * SECTOR_BYTES - change.at;
                int to = Math.min(change.bytes.length, sectorEnd);
                if (fate == 1 || dice.nextBoolean()) {
                    put(change.bytes, from, to - from, change.at + from);
                }
                from = to;
            }
        }
        force();
    }

    private void put(byte[] from, int offset, int length, int at) {
        int end = at + length;
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length * 2));
        }
        System.arraycopy(from, offset, bytes, at, length);
        size = Math.max(size, end);
    }

    private void cut(int to) {
        Arrays.fill(bytes, to, size, (byte) 0);
        size = to;
    }
}
