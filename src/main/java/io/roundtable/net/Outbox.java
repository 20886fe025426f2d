package io.roundtable.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What a connection still has to write, bounded. */
final class Outbox {
    /** More than this waiting means that the other side does not read. */
    static final int BYTES_MAX = 4 << 20;

    private final Deque<ByteBuffer> queue = new ArrayDeque<>(2);
    private int bytes;

    /** @return false if that is more than may wait */
    boolean add(ByteBuffer message) {
        if (bytes + message.remaining() > BYTES_MAX) {
            return false;
        }
        bytes += message.remaining();
        queue.add(message);
        return true;
    }

    /** How many bytes wait to be written. */
    int bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Writes what the socket takes; each message in one write, for lab nodes read once. */
    void writeTo(StreamChannel channel) throws IOException {
        @Nullable ByteBuffer next;
        while ((next = queue.peek()) != null) {
            bytes -= channel.write(next);
            if (next.hasRemaining()) {
                return;
            }
            queue.remove();
        }
    }
}
