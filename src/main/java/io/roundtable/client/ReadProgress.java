package io.roundtable.client;

import java.nio.ByteBuffer;

/** What whoever reads a file may want to hear of while it is read. Called by several threads. */
public interface ReadProgress {
    ReadProgress NONE = new ReadProgress() {};

    /** So many bytes more were handed on. */
    default void onBytes(long bytes) {}

    /** So many blocks did not match their checksums and are read again. */
    default void onReread(int blocks) {}

    /** The share of a disk turned out broken or gone; the manager has been told. */
    default void onDamage(String what) {}

    /**
     * Blocks have come and have not been checked: the place to damage them on purpose.
     *
     * @param blocks to be changed at will
     * @param isReread whether they were read before and found broken
     */
    default void onReceived(ByteBuffer blocks, int unitBytes, boolean isReread) {}
}
