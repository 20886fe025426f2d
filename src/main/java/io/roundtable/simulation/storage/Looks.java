package io.roundtable.simulation.storage;

import io.roundtable.catalog.Change;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.protocol.DiskId;
import io.roundtable.simulation.Violation;
import java.util.Map;
import java.util.TreeMap;

/** Which disks have told a manager what they hold: a place is given away by nothing else. */
final class Looks {
    /** By then a manager has noticed that a disk started anew, or is none any more. */
    private static final long NOTICED_MICROS = 5_000_000;

    /** Which start of a disk has told it to the end, and in which epoch. */
    private record Shown(long epoch, int incarnation) {}

    private final StorageWorld world;
    private final Ledger ledger;
    private final Map<DiskId, Shown> shown = new TreeMap<>();

    Looks(StorageWorld world, Ledger ledger) {
        this.world = world;
        this.ledger = ledger;
    }

    /** A manager has heard from a disk itself what it holds. */
    void onShown(DiskId disk, long epoch) {
        StoragePeer owner = ledger.ownerOf(disk);
        Shown before = shown.get(disk);
        // A former manager may hear of its own walk late.
        if (owner != null && (before == null || before.epoch <= epoch)) {
            shown.put(disk, new Shown(epoch, owner.incarnation()));
        }
    }

    /** A manager is about to give a place away. */
    void onReplacing(Change.ReplaceDisk replace, long epoch) {
        VolumeEntry volume = ledger.log().catalog().volume(replace.volumeId());
        boolean isAnyNeeding = volume != null
                && volume.files().stream()
                        .anyMatch(file -> !file.missing().contains(replace.position())
                                && file.missing().size() <= volume.parity());
        if (volume == null || !isAnyNeeding) {
            return;
        }
        world.tally.checks++;
        long looked = volume.disks().stream()
                .filter(disk -> !disk.equals(replace.from()) && hasShown(disk, epoch))
                .count();
        if (looked < ledger.needed()) {
            throw new Violation(
                    "a place is given away by what disks have shown",
                    replace + " in epoch " + epoch + ", of which " + looked + " others have shown what they hold");
        }
    }

    private boolean hasShown(DiskId disk, long epoch) {
        Shown last = shown.get(disk);
        if (last == null || last.epoch != epoch) {
            return false;
        }
        StoragePeer owner = ledger.ownerOf(disk);
        return owner == null
                ? ledger.damages().lostForMicros(disk) < NOTICED_MICROS
                : owner.incarnation() == last.incarnation || owner.ageMicros() < NOTICED_MICROS;
    }
}
