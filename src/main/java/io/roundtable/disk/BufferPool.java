package io.roundtable.disk;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;

/**
 * A bounded number of direct buffers, made when they are first needed. Who asks for one more waits: TCP passes that on
 * to the sender. Thread-safe.
 */
final class BufferPool {
    private final int bytes;
    private final Semaphore free;
    private final Deque<ByteBuffer> idle = new ArrayDeque<>();

    BufferPool(int buffers, int bytes) {
        this.bytes = bytes;
        this.free = new Semaphore(buffers, true);
    }

    ByteBuffer take() {
        free.acquireUninterruptibly();
        synchronized (idle) {
            ByteBuffer last = idle.pollLast();
            return last != null ? last.clear() : ByteBuffer.allocateDirect(bytes);
        }
    }

    void give(ByteBuffer buffer) {
        synchronized (idle) {
            idle.addLast(buffer);
        }
        free.release();
    }
}
