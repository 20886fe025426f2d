package io.roundtable.stream;

import io.roundtable.storage.ShareLayout;
import io.roundtable.storage.StripeLayout;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Direct buffers of two sizes that are used again and again: sockets and files take them without copying, and the heap
 * stays small.
 */
final class BufferPool {
    /** Data bytes that fit a small buffer, its CRCs not counted. */
    static final int SMALL_BYTES = 64 << 10;

    private static final int SMALL_CAPACITY = capacity(SMALL_BYTES);
    private static final int GROUP_CAPACITY = capacity(ShareLayout.GROUP_BYTES);
    private static final int SMALL_IDLE_MAX = 64;
    private static final int GROUP_IDLE_MAX = 160;

    private final Deque<ByteBuffer> small = new ArrayDeque<>();
    private final Deque<ByteBuffer> groups = new ArrayDeque<>();
    private final AtomicInteger inUse = new AtomicInteger();

    /** With the CRCs of the smallest unit; a multiple of the page, so that buffers do not share one. */
    private static int capacity(int dataBytes) {
        int whole = dataBytes + dataBytes / StripeLayout.UNIT_BYTES_MIN * ShareLayout.CRC_BYTES;
        return (whole + 4095) / 4096 * 4096;
    }

    /** A buffer for at least so many data bytes and their CRCs, at most a group. What is in it is anything. */
    ByteBuffer take(int dataBytes) {
        inUse.incrementAndGet();
        boolean isSmall = dataBytes <= SMALL_BYTES;
        ByteBuffer free = poll(isSmall ? small : groups);
        if (free != null) {
            return free.clear();
        }
        return ByteBuffer.allocateDirect(isSmall ? SMALL_CAPACITY : GROUP_CAPACITY);
    }

    private synchronized @Nullable ByteBuffer poll(Deque<ByteBuffer> from) {
        return from.pollLast();
    }

    void giveBack(ByteBuffer buffer) {
        inUse.decrementAndGet();
        synchronized (this) {
            boolean isSmall = buffer.capacity() == SMALL_CAPACITY;
            Deque<ByteBuffer> to = isSmall ? small : groups;
            if (to.size() < (isSmall ? SMALL_IDLE_MAX : GROUP_IDLE_MAX)) {
                to.addLast(buffer);
            }
        }
    }

    int inUse() {
        return inUse.get();
    }
}
