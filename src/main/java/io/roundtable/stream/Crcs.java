package io.roundtable.stream;

import io.roundtable.storage.ShareLayout;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The CRC32C of every block of a group, which stand behind its blocks (4 bytes each, big-endian). */
final class Crcs {
    private Crcs() {}

    /** Computes them; returns the whole group. The buffer's own position and limit stay as they are. */
    static ByteBuffer append(ByteBuffer buffer, int dataBytes, int unitBytes, CRC32C crc) {
        ByteBuffer group = buffer.duplicate().clear();
        int at = dataBytes;
        for (int block = 0; block < dataBytes; block += unitBytes) {
            group.putInt(at, of(group, block, Math.min(unitBytes, dataBytes - block), crc));
            at += ShareLayout.CRC_BYTES;
        }
        return group.limit(at).position(0);
    }

    /** The blocks whose CRC is another; null if there are none. */
    static @Nullable BitSet bad(ByteBuffer buffer, int dataBytes, int unitBytes, CRC32C crc) {
        ByteBuffer group = buffer.duplicate().clear();
        BitSet bad = null;
        int at = dataBytes;
        for (int block = 0; block < dataBytes; block += unitBytes) {
            int expected = group.getInt(at);
            if (of(group, block, Math.min(unitBytes, dataBytes - block), crc) != expected) {
                bad = bad == null ? new BitSet() : bad;
                bad.set(block / unitBytes);
            }
            at += ShareLayout.CRC_BYTES;
        }
        return bad;
    }

    private static int of(ByteBuffer group, int offset, int bytes, CRC32C crc) {
        crc.reset();
        crc.update(group.limit(offset + bytes).position(offset));
        group.limit(group.capacity());
        return (int) crc.getValue();
    }
}
