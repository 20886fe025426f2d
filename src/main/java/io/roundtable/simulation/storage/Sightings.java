package io.roundtable.simulation.storage;

import io.roundtable.catalog.FileEntry;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.ShareKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the manager of one epoch had a chance to see of the shares that it counts on, lists aside. */
final class Sightings {
    private record Place(DiskId disk, ShareKey key) {}

    /** Since when its catalog says that a share is there: a list of before was not compared with it. */
    private final Map<ShareKey, Long> believedMicros = new TreeMap<>();

    private final Map<Place, Long> checkedMicros = new HashMap<>();
    private boolean hasBegun;

    /** Its copy of the catalog may have changed. */
    void look(VolumeEntry volume, long nowMicros) {
        Set<ShareKey> believed = new HashSet<>();
        for (FileEntry file : volume.files()) {
            for (int position = 0; position < volume.disks().size(); position++) {
                if (!file.missing().contains(position)) {
                    ShareKey key = new ShareKey(volume.id(), file.fileId(), position);
                    believed.add(key);
                    believedMicros.putIfAbsent(key, hasBegun ? nowMicros : 0);
                }
            }
        }
        believedMicros.keySet().retainAll(believed);
        hasBegun = true;
    }

    /** A disk told which of these are sound. */
    void checked(DiskMessage.CheckShares order, long orderedMicros) {
        order.keys().forEach(key -> checkedMicros.merge(new Place(order.disk(), key), orderedMicros, Math::max));
    }

    /**
     * Whether this manager could not have known of a damage.
     *
     * @param listedMicros as of when it says that the lists were
     */
    boolean isUnseen(DiskId disk, ShareKey key, Damages.Damage damage, long listedMicros) {
        if (checkedMicros.getOrDefault(new Place(disk, key), 0L) > damage.atMicros()) {
            return false;
        }
        boolean isListed = damage.isListed() && damage.atMicros() <= listedMicros;
        return !isListed || believedMicros.getOrDefault(key, 0L) > listedMicros;
    }
}
