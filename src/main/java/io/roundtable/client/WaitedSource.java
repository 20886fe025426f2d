package io.roundtable.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** Content that is being written: while it is read, whoever makes it keeps us waiting, not the disks. */
record WaitedSource(ReadableByteChannel from, Waits.Wait waiting) implements ReadableByteChannel {
    @Override
    public int read(ByteBuffer bytes) throws IOException {
        waiting.pause();
        try {
            return from.read(bytes);
        } finally {
            waiting.goOn();
        }
    }

    @Override
    public boolean isOpen() {
        return from.isOpen();
    }

    @Override
    public void close() throws IOException {
        from.close();
    }
}
