package io.roundtable.stream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Where the content goes. Small parts are gathered in a buffer, large ones go straight to the channel. */
final class ContentSink {
    private static final int BUFFER_BYTES = 128 << 10;
    private static final int SMALL_BYTES = 16 << 10;

    private final WritableByteChannel channel;
    private final ByteBuffer gathered;

    /** @param partBytes how much usually comes at once */
    ContentSink(WritableByteChannel channel, int partBytes) {
        this.channel = channel;
        this.gathered = ByteBuffer.allocateDirect(partBytes < SMALL_BYTES ? BUFFER_BYTES : 0);
    }

    void write(ByteBuffer buffer, int offset, int bytes) throws IOException {
        if (bytes > gathered.remaining()) {
            flush();
        }
        if (bytes <= gathered.remaining()) {
            gathered.put(gathered.position(), buffer, offset, bytes);
            gathered.position(gathered.position() + bytes);
        } else {
            writeFully(buffer.duplicate().limit(offset + bytes).position(offset));
        }
    }

    void flush() throws IOException {
        gathered.flip();
        writeFully(gathered);
        gathered.clear();
    }

    private void writeFully(ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            channel.write(from);
        }
    }
}
