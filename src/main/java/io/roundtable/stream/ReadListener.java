package io.roundtable.stream;

import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.ShareKey;
import java.nio.ByteBuffer;

/** What whoever reads a file may want to hear of, or to meddle with. Called by several threads. */
public interface ReadListener extends DamageListener {
    /** One that does nothing. */
    ReadListener NONE = (share, disk, what) -> {};

    /**
     * A group has come and has not been checked yet: the place where tests and lessons damage it.
     *
     * @param blocks the group's data, to be changed at will
     * @param isReread whether it was read before and found broken
     */
    default void onReceived(ShareKey share, long group, ByteBuffer blocks, int unitBytes, boolean isReread) {}

    /** Blocks of a group did not match their CRCs; it is read once more. */
    default void onReread(ShareKey share, DiskId disk, int blocks) {}

    /** So many bytes of content were handed on since the last call. */
    default void onProgress(long bytes) {}
}
