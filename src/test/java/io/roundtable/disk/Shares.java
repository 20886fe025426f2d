package io.roundtable.disk;

import io.roundtable.protocol.DiskMessage.BeginShare;
import io.roundtable.protocol.DiskMessage.PutShare;
import io.roundtable.protocol.ShareKey;
import io.roundtable.storage.ShareLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32C;

/** Shares for tests, and the short way of putting them on a disk and getting them back. */
final class Shares {
    static final int UNIT = 1024;

    private Shares() {}

    static ShareKey key(int volume, long file, int position) {
        return new ShareKey(volume, file, position);
    }

    static byte[] content(long seed, int bytes) {
        byte[] content = new byte[bytes];
        new Random(seed).nextBytes(content);
        return content;
    }

    /** One group as it travels. */
    static byte[] group(byte[] content, int from, int to, int unit) {
        int blocks = (to - from + unit - 1) / unit;
        ByteBuffer group = ByteBuffer.allocate(to - from + 4 * blocks);
        group.put(content, from, to - from);
        for (int at = from; at < to; at += unit) {
            CRC32C crc = new CRC32C();
            crc.update(content, at, Math.min(unit, to - at));
            group.putInt((int) crc.getValue());
        }
        return group.array();
    }

    static PutShare putRequest(ShareKey key, long epoch, int bytes) {
        return new PutShare(key, epoch, 3, 1, UNIT, bytes);
    }

    static BeginShare beginRequest(ShareKey key, long epoch) {
        return new BeginShare(key, epoch, 3, 1, UNIT);
    }

    /** Appends without a commit. */
    static DiskStore.Put append(DiskStore store, ShareKey key, long epoch, byte[] content) throws DiskFaultException {
        byte[] group = group(content, 0, content.length, UNIT);
        ByteBuffer buffer = ByteBuffer.allocate(DiskStore.PUT_HEADROOM_BYTES + group.length + 8);
        buffer.put(DiskStore.PUT_HEADROOM_BYTES, group);
        buffer.limit(DiskStore.PUT_HEADROOM_BYTES + group.length);
        return store.put(putRequest(key, epoch, content.length), buffer, false);
    }

    static void put(DiskStore store, ShareKey key, long epoch, byte[] content) throws DiskFaultException {
        DiskStore.Put put = append(store, key, epoch, content);
        store.commit();
        put.demand();
    }

    /** Everything but the seal. */
    static ShareWriter begin(DiskStore store, ShareKey key, long epoch, byte[] content) throws DiskFaultException {
        ShareWriter writer = store.begin(beginRequest(key, epoch), false);
        boolean done = false;
        try {
            for (int at = 0; at < content.length; at += ShareLayout.GROUP_BYTES) {
                int to = Math.min(content.length, at + ShareLayout.GROUP_BYTES);
                writer.writeGroup((to - at + UNIT - 1) / UNIT, ByteBuffer.wrap(group(content, at, to, UNIT)));
            }
            done = true;
            return writer;
        } finally {
            if (!done) {
                writer.close();
            }
        }
    }

    static void write(DiskStore store, ShareKey key, long epoch, byte[] content) throws DiskFaultException {
        try (ShareWriter writer = begin(store, key, epoch, content)) {
            writer.seal(epoch, content.length);
        }
    }

    /** The content, every CRC checked. */
    static byte[] read(DiskStore store, ShareKey key) throws DiskFaultException, IOException {
        try (ShareReader reader = store.read(key)) {
            return read(reader);
        }
    }

    static byte[] read(ShareReader reader) throws IOException {
        ShareLayout layout = reader.layout();
        ByteBuffer content = ByteBuffer.allocate((int) layout.usedBytes());
        for (long group = 0; group < layout.groups(); group++) {
            ByteBuffer bytes = ByteBuffer.allocate(layout.bytes(group));
            reader.file().read(bytes, reader.position(group));
            GroupCheck check = new GroupCheck(layout.unitBytes());
            check.begin(layout.dataBytes(group));
            check.pass(bytes.flip());
            if (!check.isWhole()) {
                throw new IOException("group " + group + " of " + reader.key() + " is corrupt");
            }
            content.put(bytes.array(), 0, layout.dataBytes(group));
        }
        return content.array();
    }
}
