package io.roundtable.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/** An open file of a {@link Medium}. Thread-safe. */
public interface MediumFile extends Closeable {
    long size() throws IOException;

    /**
     * Fills the buffer to its limit.
     *
     * @throws java.io.EOFException if the file ends before that
     */
    void read(ByteBuffer to, long at) throws IOException;

    /**
     * Writes all that remains in the buffer.
     *
     * @throws MediumFullException if there is no space; a part may have been written
     */
    void write(ByteBuffer from, long at) throws IOException;

    /** Cuts the file. */
    void truncate(long size) throws IOException;

    /** Makes bytes and size durable. */
    void force() throws IOException;

    /** For sending without a copy; null where there is no such thing. */
    @Nullable
    FileChannel channel();
}
