package io.roundtable.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The highest epoch that the disk has seen, twice: 24 bytes at 0 and at 4096. One is written and forced, then the
 * other, so that one of them is whole at any time and neither rots alone.
 */
final class EpochFile {
    static final String PATH = "epoch";
    private static final int MAGIC = 0x52_54_45_50; // RTEP
    private static final int SLOT_BYTES = 24;
    private static final int SLOT_STEP = 4096;

    private final MediumFile file;
    private long epoch;
    /** Which slot is written first: never the only one that has the highest epoch. */
    private int first;

    private EpochFile(MediumFile file, long epoch, int first) {
        this.file = file;
        this.epoch = epoch;
        this.first = first;
    }

    static EpochFile create(Medium medium) throws IOException {
        medium.delete(PATH);
        EpochFile made = new EpochFile(medium.create(PATH), 0, 0);
        made.write(0);
        return made;
    }

    /** @throws IOException with a sentence for people if it is not to be trusted */
    static EpochFile open(Medium medium) throws IOException {
        if (!medium.exists(PATH)) {
            throw new IOException(
                    "the file \"" + PATH + "\" is missing in the disk's data folder, so old orders could not"
                            + " be told from new ones: restore it, or empty the folder to begin a new disk");
        }
        MediumFile file = medium.open(PATH);
        long first = slot(file, 0);
        long second = slot(file, SLOT_STEP);
        if (first < 0 && second < 0) {
            file.close();
            throw new IOException(
                    "the file \"" + PATH + "\" in the disk's data folder is damaged, so old orders could not"
                            + " be told from new ones: restore it, or empty the folder to begin a new disk");
        }
        EpochFile opened = new EpochFile(file, Math.max(first, second), first > second ? SLOT_STEP : 0);
        if (first != second) {
            opened.repair();
        }
        return opened;
    }

    long epoch() {
        return epoch;
    }

    /** Returns when the epoch is durable. */
    void raise(long to) throws IOException {
        write(to);
        epoch = to;
    }

    void close() throws IOException {
        file.close();
    }

    private void repair() {
        try {
            write(epoch);
        } catch (IOException e) {
            // The disk is full, say. One good copy is enough; the next epoch is written to both.
            return;
        }
    }

    private void write(long value) throws IOException {
        for (int at : new int[] {first, SLOT_STEP - first}) {
            ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES);
            slot.putInt(MAGIC).putInt(1).putLong(value).putInt(0);
            slot.putInt(Crc.of(slot, 0, SLOT_BYTES - 4, at));
            file.write(slot.flip(), at);
            file.force();
            first = SLOT_STEP - at;
        }
    }

    /** The slot's epoch; -1 if it is torn or rotten. */
    private static long slot(MediumFile file, int at) throws IOException {
        if (file.size() < at + SLOT_BYTES) {
            return -1;
        }
        ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES);
        file.read(slot, at);
        boolean good = slot.getInt(0) == MAGIC && slot.getInt(SLOT_BYTES - 4) == Crc.of(slot, 0, SLOT_BYTES - 4, at);
        return good ? slot.getLong(8) : -1;
    }
}
