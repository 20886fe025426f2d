package io.roundtable.gcd;

import java.io.Closeable;
import java.util.concurrent.CompletableFuture;

/** The whole catalog as it was at one moment, to be read in parts. */
public interface Snapshot extends Closeable {
    int sizeBytes();

    /** The bytes from an offset on, at most so many; none at the end. */
    CompletableFuture<byte[]> part(int offset, int max);

    /** Each holder does so once. */
    @Override
    void close();
}
