package io.roundtable.manager;

import io.roundtable.catalog.Catalog.DiskEntry;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.protocol.DiskId;
import java.util.HashMap;
import java.util.Map;

/**
 * When a foreign disk may be given to another peer: it is away meanwhile, so only while its volume needs none of its disks
 * more than the others, and nobody writes or reads.
 */
final class Relocations {
    /** After each move of a disk, whichever way that went. */
    private static final long REST_MS = 60_000;
    /** Disks that have just come are still being looked at. */
    private static final long SETTLED_MS = 3_000;

    private final Context context;
    private final DiskTable disks;
    private final Grants grants;
    private final Degraded degraded;
    private final Replacements replacements;
    private final Map<DiskId, Long> movedMs = new HashMap<>();

    Relocations(Context context, DiskTable disks, Grants grants, Degraded degraded, Replacements replacements) {
        this.context = context;
        this.disks = disks;
        this.grants = grants;
        this.degraded = degraded;
        this.replacements = replacements;
    }

    /** Counts as a move if it may. */
    boolean mayMove(DiskEntry disk) {
        VolumeEntry volume = context.catalog.volume(disk.volumeId());
        Long last = movedMs.get(disk.disk());
        boolean isTooSoon = last != null && context.nowMs() - last < REST_MS;
        if (volume == null || volume.isDecommissioning() || isTooSoon || !isAtRest(volume)) {
            return false;
        }
        movedMs.put(disk.disk(), context.nowMs());
        return true;
    }

    private boolean isAtRest(VolumeEntry volume) {
        for (DiskId each : volume.disks()) {
            boolean isSettled = disks.isThere(each)
                    && !disks.isOverdue(each)
                    && !replacements.isReplacing(each)
                    && context.nowMs() - disks.cameAtMs(each) > SETTLED_MS;
            if (!isSettled) {
                return false;
            }
        }
        return degraded.lacking(volume.id()) == 0
                && !grants.isWritingTo(volume.id())
                && !grants.isReadingFrom(volume.id());
    }
}
