package io.roundtable.stream;

import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.ShareKey;

/** Told of shares that turned out broken or gone while they were read. Called by several threads. */
@FunctionalInterface
public interface DamageListener {
    DamageListener NONE = (share, disk, what) -> {};

    /**
     * A share is broken or gone.
     *
     * @param what one phrase
     */
    void onDamage(ShareKey share, DiskId disk, String what);
}
