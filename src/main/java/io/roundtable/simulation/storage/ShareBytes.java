package io.roundtable.simulation.storage;

import io.roundtable.disk.DiskFaultException;
import io.roundtable.disk.DiskStore;
import io.roundtable.disk.ShareReader;
import io.roundtable.protocol.ShareKey;
import io.roundtable.simulation.storage.Contents.Share;
import io.roundtable.storage.ShareLayout;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Shares as a real disk takes and gives them: their bytes, and a checksum behind them for each block. */
public final class ShareBytes {
    private ShareBytes() {}

    /** Ready for {@link DiskStore#put}. */
    public static ByteBuffer of(Share share) {
        int stored = share.data().length + ShareLayout.CRC_BYTES * share.crcs().length;
        ByteBuffer buffer = ByteBuffer.allocate(DiskStore.PUT_HEADROOM_BYTES + stored + Long.BYTES);
        buffer.position(DiskStore.PUT_HEADROOM_BYTES);
        buffer.put(share.data());
        for (int crc : share.crcs()) {
            buffer.putInt(crc);
        }
        return buffer.flip();
    }

    /** A small share as it can be read, rotten or not. */
    public static Share read(DiskStore store, ShareKey key) throws DiskFaultException, IOException {
        try (ShareReader reader = store.read(key)) {
            ShareLayout layout = reader.layout();
            ByteBuffer bytes = ByteBuffer.allocate(layout.groups() == 0 ? 0 : layout.bytes(0));
            reader.file().read(bytes, reader.position(0));
            bytes.flip();
            byte[] data = new byte[(int) layout.usedBytes()];
            bytes.get(data);
            int[] crcs = new int[(int) layout.blocks()];
            bytes.asIntBuffer().get(crcs);
            return new Share(data, crcs);
        }
    }
}
