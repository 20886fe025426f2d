package io.roundtable.protocol;

import java.util.List;
import java.util.Optional;

/**
 * A volume as its users see it: layout and disks.
 *
 * @param unitBytes the striping unit
 * @param disks by position; {@code n = disks.size()}
 */
public record VolumeInfo(int id, String name, int parity, int unitBytes, List<Seat> disks) {
    public VolumeInfo {
        disks = List.copyOf(disks);
    }

    /**
     * The disk at one position.
     *
     * @param name D1, D2, …
     * @param address of the peer that hosts it; empty while it is not there
     */
    public record Seat(DiskId disk, String name, Optional<Address> address) {
        public boolean isThere() {
            return address.isPresent();
        }
    }
}
