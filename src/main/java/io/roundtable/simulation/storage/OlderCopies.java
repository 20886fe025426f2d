package io.roundtable.simulation.storage;

import io.roundtable.catalog.FileEntry;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.ShareKey;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is lacking since a disk was put back to an older copy of its folder. Unlike other damage it excuses nothing: the disk
 * tells what it holds, and one at a time is behind, so that every content can be had from what lies anywhere.
 */
final class OlderCopies {
    /** By then a disk has told a manager that it is there, and a change that was proposed before is in the log. */
    private static final long HEARD_MICROS = 2_500_000;

    /** By then an order to wipe a disk that nobody refused has been carried out, or is forgotten with its manager. */
    private static final long WIPED_MICROS = 10_000_000;

    private final StorageWorld world;
    private final Ledger ledger;
    /** Shares that went with it, until all is whole again. */
    private final Set<ShareKey> lacking = new TreeSet<>();
    /** Those of contents that were no files yet. */
    private final Set<ShareKey> beforeTheirCommit = new TreeSet<>();

    private @Nullable DiskId putBack;
    /** Disks that a user has wiped, and since when: the order may be on its way, whatever happens to others meanwhile. */
    private final Map<DiskId, Long> condemnedMicros = new TreeMap<>();
    /** Those whose shares the log has lost for it. */
    private final Set<DiskId> wiped = new TreeSet<>();

    OlderCopies(StorageWorld world, Ledger ledger) {
        this.world = world;
        this.ledger = ledger;
    }

    /** Whether a disk was put back, and not all is whole since. */
    boolean isAny() {
        return putBack != null;
    }

    boolean lacks(ShareKey key) {
        return lacking.contains(key);
    }

    /** All files are whole. A commit may still be under way that counts on what the disk had. */
    void clear() {
        if (putBack != null && !isHeardOf(ledger.ownerOf(putBack))) {
            return;
        }
        putBack = null;
        lacking.clear();
        beforeTheirCommit.clear();
    }

    /** Whether the folder of a disk may be an older copy: no other damage is left, and the others make up for it. */
    boolean mayBePutBack(SimulatedDisk disk) {
        VolumeEntry volume = ledger.volume();
        return volume != null
                && ledger.isUndamaged(volume)
                && volume.files().stream()
                        .allMatch(file -> ledger.recoverable(volume, file, condemnedAnd(disk)) >= ledger.needed());
    }

    /** Whether it may though some contents, which lack a share anyway, will not survive it; others do. */
    boolean mayBePutBackAtACost(SimulatedDisk disk) {
        VolumeEntry volume = ledger.volume();
        return volume != null
                && ledger.isUndamaged(volume)
                && volume.files().stream()
                        .anyMatch(file -> ledger.recoverable(volume, file, condemnedAnd(disk)) >= ledger.needed());
    }

    /** A user asks to have a disk wiped. */
    void condemned(DiskId disk) {
        condemnedMicros.put(disk, world.nowMicros());
        wiped.remove(disk);
    }

    /** The log has lost what a disk holds, for a user. */
    void onLoseShares(DiskId disk) {
        condemnedMicros.putIfAbsent(disk, world.nowMicros());
        wiped.add(disk);
    }

    /** The log counts on shares that it did not count on before: a disk that has one of them is wiped, and in use again. */
    void onShares(VolumeEntry volume) {
        wiped.removeIf(disk -> {
            int position = volume.positionOf(disk);
            boolean isUsed = position >= 0
                    && volume.files().stream().anyMatch(file -> !file.missing().contains(position));
            if (isUsed) {
                condemnedMicros.remove(disk);
            }
            return isUsed;
        });
    }

    /** What condemned disks hold makes up for nothing, though it lies there still; nor does what is to be put back. */
    private Set<DiskId> condemnedAnd(SimulatedDisk behind) {
        condemnedMicros.values().removeIf(since -> world.nowMicros() - since > WIPED_MICROS);
        Set<DiskId> condemned = new TreeSet<>(condemnedMicros.keySet());
        condemned.add(behind.id());
        return condemned;
    }

    /** A disk was put back, and lacks these shares. */
    void onPutBack(SimulatedDisk disk, Set<ShareKey> gone) {
        putBack = disk.id();
        world.tally.putBack++;
        lacking.addAll(gone);
        beforeTheirCommit.addAll(gone);
        gone.forEach(key -> ledger.damages().gone(disk.id(), key));
        VolumeEntry volume = ledger.volume();
        if (volume != null) {
            volume.files().forEach(file -> beforeTheirCommit.removeIf(key -> key.fileId() == file.fileId()));
            volume.files().stream()
                    .filter(file -> ledger.recoverable(volume, file, Set.of()) < ledger.needed())
                    .forEach(ledger::excuse);
        }
        gone.forEach(key -> ledger.onShareGone(disk.id(), key));
    }

    private static boolean isHeardOf(@Nullable StoragePeer owner) {
        return owner != null && owner.isUp() && owner.ageMicros() > HEARD_MICROS;
    }

    /**
     * Whether a content that lacked shares from the beginning lost one more with an older copy of a folder before a manager
     * could hear of it: that is more than the parity makes up for.
     */
    boolean areTooMuch(VolumeEntry volume, FileEntry file) {
        long lost = 0;
        for (int position = 0; position < volume.disks().size(); position++) {
            ShareKey key = new ShareKey(volume.id(), file.fileId(), position);
            boolean isNews = beforeTheirCommit.contains(key)
                    && !isHeardOf(ledger.ownerOf(volume.disks().get(position)));
            lost += isNews || file.missing().contains(position) ? 1 : 0;
        }
        return lost > volume.parity();
    }
}
