package io.roundtable.catalog;

import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A snapshot that came in parts: each is let go of once it is read, so that it is never in memory twice. */
public final class SnapshotBytes extends InputStream {
    private final Deque<byte[]> parts = new ArrayDeque<>();
    private int at;

    /** @param parts which follow each other; the list is emptied */
    public SnapshotBytes(List<byte[]> parts) {
        this.parts.addAll(parts);
        parts.clear();
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int from, int length) {
        if (length == 0) {
            return 0;
        }
        while (!parts.isEmpty() && at == parts.element().length) {
            parts.remove();
            at = 0;
        }
        if (parts.isEmpty()) {
            return -1;
        }
        int count = Math.min(length, parts.element().length - at);
        System.arraycopy(parts.element(), at, to, from, count);
        at += count;
        return count;
    }
}
