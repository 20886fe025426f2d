package io.roundtable.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Content that is being read: while it is passed on, whoever takes it keeps us waiting, not the disks. */
record WaitedSink(WritableByteChannel to, Waits.Wait waiting) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer bytes) throws IOException {
        waiting.pause();
        try {
            return to.write(bytes);
        } finally {
            waiting.goOn();
        }
    }

    @Override
    public boolean isOpen() {
        return to.isOpen();
    }

    @Override
    public void close() throws IOException {
        to.close();
    }
}
