package io.roundtable.stream;

import java.io.IOException;

/** The epoch that disks are told with every change. Called by several threads. */
public interface Epochs {
    long current();

    /**
     * A disk refused {@code stale}: asks the manager for the present one, unless that has been done.
     *
     * @throws IOException if the manager does not know the write any more, or cannot be found in time
     */
    long refresh(long stale) throws IOException;

    /** One that never changes. */
    static Epochs fixed(long epoch) {
        return new Epochs() {
            @Override
            public long current() {
                return epoch;
            }

            @Override
            public long refresh(long stale) throws IOException {
                throw new IOException("the epoch " + stale + " is over");
            }
        };
    }
}
