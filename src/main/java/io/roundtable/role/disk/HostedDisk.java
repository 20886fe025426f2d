package io.roundtable.role.disk;

import java.util.Optional;

/**
 * Which disk a host has.
 *
 * @param place empty for none
 * @param wantedName the name that it asks for
 * @param term in which a foreign one is presented; 0 for the peer's own
 */
record HostedDisk(Optional<DiskPlace> place, Optional<String> wantedName, long term) {
    boolean isForeign() {
        return term > 0;
    }
}
