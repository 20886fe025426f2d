package io.roundtable.simulation.storage;

import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.ShareKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What injected faults did to shares, and when: until somebody had a chance to look, nobody can know. */
final class Damages {
    /** @param isListed whether the disk's list shows it; otherwise only a look at the bytes does */
    record Damage(long atMicros, boolean isListed) {}

    private final StorageWorld world;
    private final Map<DiskId, Map<ShareKey, List<Damage>>> damages = new TreeMap<>();
    private final Map<DiskId, Long> lostMicros = new TreeMap<>();

    Damages(StorageWorld world) {
        this.world = world;
    }

    /** The bytes of a share are not what they were. */
    void rotten(DiskId disk, ShareKey key) {
        add(disk, key, false);
    }

    /** A share that was sealed is not there any more. */
    void gone(DiskId disk, ShareKey key) {
        add(disk, key, true);
    }

    private void add(DiskId disk, ShareKey key, boolean isListed) {
        damages.computeIfAbsent(disk, d -> new TreeMap<>())
                .computeIfAbsent(key, k -> new ArrayList<>())
                .add(new Damage(world.nowMicros(), isListed));
    }

    /** The whole disk is gone, for a while at least. */
    void lost(DiskId disk) {
        lostMicros.put(disk, world.nowMicros());
    }

    /** It is there again. */
    void found(DiskId disk) {
        lostMicros.remove(disk);
    }

    /** The share is as it should be: whatever is wrong with it later has another cause. */
    void mended(DiskId disk, ShareKey key) {
        Map<ShareKey, List<Damage>> ofDisk = damages.get(disk);
        if (ofDisk != null) {
            ofDisk.remove(key);
        }
    }

    List<Damage> of(DiskId disk, ShareKey key) {
        return damages.getOrDefault(disk, Map.of()).getOrDefault(key, List.of());
    }

    boolean isAnyLost(Collection<DiskId> disks) {
        return disks.stream().anyMatch(lostMicros::containsKey);
    }

    /** For how long the disk has been gone; -1 if it is not. */
    long lostForMicros(DiskId disk) {
        Long at = lostMicros.get(disk);
        return at == null ? -1 : world.nowMicros() - at;
    }
}
