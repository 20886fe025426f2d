package io.roundtable.disk;

import io.roundtable.storage.ShareLayout;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Checks one group, blocks and then their CRCs, as its bytes pass by in pieces of any length. Bounded memory: 4 bytes a
 * block. Not thread-safe.
 */
final class GroupCheck {
    private final int unitBytes;
    private final CRC32C crc = new CRC32C();
    private final int[] sums;
    private int dataBytes;
    private int blocks;
    private int passed;
    private int claimed;
    private boolean isBad;

    GroupCheck(int unitBytes) {
        this.unitBytes = unitBytes;
        this.sums = new int[ShareLayout.groupBlocks(unitBytes)];
    }

    /** Begins a group of at most {@link ShareLayout#GROUP_BYTES}. */
    void begin(int groupDataBytes) {
        dataBytes = groupDataBytes;
        blocks = (groupDataBytes + unitBytes - 1) / unitBytes;
        passed = 0;
        claimed = 0;
        isBad = false;
        crc.reset();
    }

    int left() {
        return dataBytes + ShareLayout.CRC_BYTES * blocks - passed;
    }

    /** The bytes from position to limit, which both stay. */
    void pass(ByteBuffer piece) {
        int at = piece.position();
        int end = piece.limit();
        if (end - at > left()) {
            throw new IllegalArgumentException("more bytes than the group has");
        }
        while (at < end && passed < dataBytes) {
            int blockEnd = Math.min(dataBytes, (passed / unitBytes + 1) * unitBytes);
            int length = Math.min(end - at, blockEnd - passed);
            crc.update(piece.duplicate().limit(at + length).position(at));
            at += length;
            passed += length;
            if (passed == blockEnd) {
                sums[(passed - 1) / unitBytes] = (int) crc.getValue();
                crc.reset();
            }
        }
        while (at < end) {
            int inCrcs = passed - dataBytes;
            claimed = claimed << 8 | (piece.get(at) & 0xff);
            at++;
            passed++;
            if ((inCrcs & 3) == 3) {
                isBad |= claimed != sums[inCrcs >> 2];
            }
        }
    }

    /** Whether all bytes came, and every block matches its CRC. */
    boolean isWhole() {
        return left() == 0 && !isBad;
    }
}
