package io.roundtable.disk;

import io.roundtable.protocol.ShareKey;
import io.roundtable.storage.ShareLayout;
import io.roundtable.storage.StripeLayout;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The first block of a share's file: what the share is. 64 bytes of {@value #BLOCK_BYTES}, big-endian.
 *
 * <pre>
 *  0 'RTSH'   4 u32 version   8 u32 volume   12 u32 position   16 u64 file id
 * 24 u32 n   28 u32 parity   32 u32 unit   36 u32 flags (0)   40 u64 used bytes   48 u64 sealed at (ms)
 * 56 u32 0   60 u32 CRC32C of the 60 bytes before
 * </pre>
 */
record ShareHeader(ShareKey key, StripeLayout stripes, long usedBytes, long sealedMs) {
    /** The groups begin behind it. */
    static final int BLOCK_BYTES = 4096;

    private static final int MAGIC = 0x52_54_53_48;
    private static final int VERSION = 1;
    private static final int CRC_AT = 60;

    ShareLayout layout() {
        return new ShareLayout(stripes.unitBytes(), usedBytes);
    }

    ByteBuffer encode() {
        ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
        block.putInt(MAGIC).putInt(VERSION);
        block.putInt(key.volumeId()).putInt(key.position()).putLong(key.fileId());
        block.putInt(stripes.disks()).putInt(stripes.parity()).putInt(stripes.unitBytes());
        block.putInt(0).putLong(usedBytes).putLong(sealedMs).putInt(0);
        block.putInt(Crc.of(block, 0, CRC_AT, 0));
        return block.rewind();
    }

    /** Null if it is no header, or a rotten one. */
    static @Nullable ShareHeader decode(ByteBuffer block) {
        if (block.getInt(0) != MAGIC
                || block.getInt(4) != VERSION
                || block.getInt(CRC_AT) != Crc.of(block, 0, CRC_AT, 0)) {
            return null;
        }
        try {
            return new ShareHeader(
                    new ShareKey(block.getInt(8), block.getLong(16), block.getInt(12)),
                    new StripeLayout(block.getInt(24), block.getInt(28), block.getInt(32)),
                    block.getLong(40),
                    block.getLong(48));
        } catch (IllegalArgumentException e) {
            // The checksum is right and yet it makes no sense: whoever wrote it was no disk.
            return null;
        }
    }
}
