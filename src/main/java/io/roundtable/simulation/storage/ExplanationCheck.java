package io.roundtable.simulation.storage;

import io.roundtable.catalog.FileEntry;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeMessage.Explanation;
import io.roundtable.simulation.Violation;
import io.roundtable.simulation.storage.Contents.Share;
import io.roundtable.storage.Parity;
import io.roundtable.storage.StripeLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What whoever manages says of the volume's safety is compared with what lies on the disks: if every file is said to
 * survive the loss of any k more disks, each is readable from any n-k.
 *
 * <p>The claim is as of the manager's last look: a share that an injected fault damaged counts as there until the manager
 * had a chance to see it. A list that was asked for after the damage shows that a share is gone, and only a check of its
 * bytes that they rotted. A disk that is gone altogether is missed when it was silent for long enough.
 */
final class ExplanationCheck {
    /** Clocks count milliseconds. */
    private static final long CLOCK_MICROS = 2_000;
    /** A disk's last words may have been under way for so long, in a split network or to a process that was stopped. */
    private static final long LAST_WORDS_MICROS = 3_000_000;

    private final StorageWorld world;
    private final Ledger ledger;
    private final List<StoragePeer> peers;
    private final Map<Long, Checked> checked = new HashMap<>();
    private final Map<DiskId, Looked> looked = new HashMap<>();
    private final Map<Long, Integer> spares = new HashMap<>();

    /** What was found to be true: it stays so while nothing changes. */
    private record Checked(boolean isKnown, int survives, long listedMs, long changes) {}

    /** What was found on a disk, as long as nothing has changed there. */
    private static final class Looked {
        private final Map<ShareKey, Boolean> right = new HashMap<>();
        private long generation = -1;
    }

    ExplanationCheck(StorageWorld world, Ledger ledger, List<StoragePeer> peers) {
        this.world = world;
        this.ledger = ledger;
        this.peers = peers;
    }

    /** After something happened that may have changed what is true, or what is said. */
    void check() {
        for (StoragePeer each : peers) {
            ManagerChair chair = each.isUp() && !each.isStopped() ? each.chair() : null;
            if (chair != null && chair.isManaging()) {
                check(chair);
            }
        }
    }

    private void check(ManagerChair chair) {
        VolumeEntry volume = chair.volume();
        Explanation told = chair.explanation();
        VolumeEntry inLog = ledger.volume();
        if (volume == null || told == null || inLog == null) {
            return;
        }
        long listedMs = chair.nowMs() - told.lookedMs();
        Checked now = new Checked(told.isKnown(), told.survives(), listedMs, world.changes());
        // But for the time that a lost disk may go unnoticed.
        if (now.equals(checked.put(chair.epoch(), now)) && !ledger.damages().isAnyLost(inLog.disks())) {
            return;
        }
        chair.sightings().look(volume, world.nowMicros());
        if (!told.isKnown() || told.survives() < 0) {
            return;
        }
        world.tally.checks++;
        world.tally.explained++;
        long listedMicros = world.nowMicros() - chair.micros(told.lookedMs()) - CLOCK_MICROS;
        for (FileEntry file : volume.files()) {
            // What the log has and the manager does not is not acknowledged yet; what the log has no more is no file.
            FileEntry there = inLog.file(file.name());
            if (there == null || there.fileId() != file.fileId()) {
                continue;
            }
            int lost = 0;
            for (int position = 0; position < inLog.disks().size(); position++) {
                boolean counts =
                        !file.missing().contains(position) && !there.missing().contains(position);
                lost |= counts && isThere(chair, inLog, file, position, listedMicros) ? 0 : 1 << position;
            }
            int spare = spare(file.sizeBytes(), lost);
            if (spare < told.survives()) {
                throw new Violation(
                        "what is said to be safe is safe",
                        "in epoch " + chair.epoch() + ": " + told.lines() + ", but " + file.name() + " ("
                                + Long.toHexString(file.fileId()) + ") lacks the shares of the mask " + lost);
            }
        }
    }

    private boolean isThere(ManagerChair chair, VolumeEntry volume, FileEntry file, int position, long listedMicros) {
        DiskId disk = volume.disks().get(position);
        ShareKey key = new ShareKey(volume.id(), file.fileId(), position);
        long lostForMicros = ledger.damages().lostForMicros(disk);
        if (lostForMicros >= 0) {
            return lostForMicros < world.options.diskSilentMs() * 1_000L + LAST_WORDS_MICROS;
        }
        if (isRight(disk, key)) {
            ledger.damages().mended(disk, key);
            return true;
        }
        return ledger.damages().of(disk, key).stream()
                .anyMatch(damage -> chair.sightings().isUnseen(disk, key, damage, listedMicros));
    }

    private boolean isRight(DiskId id, ShareKey key) {
        SimulatedDisk disk = ledger.disk(id);
        if (disk == null) {
            return false;
        }
        Looked at = looked.computeIfAbsent(id, i -> new Looked());
        if (at.generation != disk.generation()) {
            at.generation = disk.generation();
            at.right.clear();
        }
        return at.right.computeIfAbsent(key, k -> {
            Share share = disk.sealed(k);
            return share != null && ledger.contents().isRight(k, share);
        });
    }

    /** In the end: a manager that knows of everything, and says so; null if there is one. */
    @Nullable
    String doubt() {
        String doubt = "nobody manages";
        for (StoragePeer each : peers) {
            ManagerChair chair = each.isUp() && !each.isStopped() ? each.chair() : null;
            Explanation told = chair == null || !chair.isManaging() ? null : chair.explanation();
            if (told != null
                    && told.isKnown()
                    && told.survives() == ledger.contents().layout.parity()) {
                return null;
            }
            doubt = told == null ? doubt : each + " says " + told.lines();
        }
        return doubt;
    }

    // ---- what survives, by trying

    /** How many more shares, any of them, may be lost, by trying every way; -1 if the file cannot be read now. */
    private int spare(long sizeBytes, int lost) {
        return spares.computeIfAbsent(sizeBytes << Integer.SIZE | lost, key -> {
            int n = ledger.contents().layout.disks();
            int survived = n;
            for (int more = 0; more < 1 << n; more++) {
                if (!isReadable(sizeBytes, lost | more)) {
                    survived = Math.min(survived, Integer.bitCount(more & ~lost) - 1);
                }
            }
            return survived;
        });
    }

    private boolean isReadable(long sizeBytes, int lost) {
        StripeLayout layout = ledger.contents().layout;
        Parity parity = Parity.of(layout);
        List<boolean[]> stripes = new ArrayList<>();
        for (int stripe = 0; stripe < layout.stripes(sizeBytes); stripe++) {
            boolean[] present = new boolean[layout.disks()];
            for (int column = 0; column < present.length; column++) {
                boolean isKnownZero = layout.usedBlockBytes(sizeBytes, stripe, column) == 0;
                present[column] = isKnownZero || (lost >>> layout.disk(stripe, column) & 1) == 0;
            }
            stripes.add(present);
        }
        return stripes.stream().allMatch(parity::isRecoverable);
    }
}
