package io.roundtable.disk;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC32C of parts of buffers. */
final class Crc {
    private Crc() {}

    /** Of the bytes between two places, seeded; position and limit of the buffer stay. */
    static int of(ByteBuffer bytes, int from, int to, long seed) {
        CRC32C crc = new CRC32C();
        for (int shift = 56; shift >= 0; shift -= 8) {
            crc.update((int) (seed >>> shift));
        }
        crc.update(bytes.duplicate().limit(to).position(from));
        return (int) crc.getValue();
    }
}
