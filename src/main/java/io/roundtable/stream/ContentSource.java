package io.roundtable.stream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** The content to be written. Small parts are had from a buffer, large ones straight from the channel. */
final class ContentSource {
    private static final int BUFFER_BYTES = 128 << 10;
    private static final int SMALL_BYTES = 16 << 10;

    private final ReadableByteChannel channel;
    private final ByteBuffer buffer;
    private boolean isOver;

    /** @param partBytes how much is usually asked for at once */
    ContentSource(ReadableByteChannel channel, int partBytes) {
        this.channel = channel;
        this.buffer = ByteBuffer.allocateDirect(partBytes < SMALL_BYTES ? BUFFER_BYTES : 0)
                .limit(0);
    }

    /** Reads until {@code to} is full or the content ends; returns how many bytes came. */
    int read(ByteBuffer to) throws IOException {
        int wanted = to.remaining();
        while (to.hasRemaining()) {
            if (buffer.hasRemaining()) {
                int count = Math.min(buffer.remaining(), to.remaining());
                to.put(to.position(), buffer, buffer.position(), count);
                to.position(to.position() + count);
                buffer.position(buffer.position() + count);
            } else if (buffer.capacity() == 0) {
                if (!fill(to)) {
                    break;
                }
            } else {
                buffer.clear();
                boolean came = fill(buffer);
                buffer.flip();
                if (!came) {
                    break;
                }
            }
        }
        return wanted - to.remaining();
    }

    private boolean fill(ByteBuffer to) throws IOException {
        // A channel may not like to be read behind its end, a terminal above all.
        isOver = isOver || channel.read(to) < 0;
        return !isOver;
    }
}
