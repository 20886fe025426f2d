package io.roundtable.simulation.storage;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.protocol.VolumeMessage.Explanation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Mistakes planted between the manager and the rest: what it hears, and what becomes of its orders. */
final class ManagerBugs {
    private final StorageWorld world;
    private final Ledger ledger;
    private final Set<String> believed = new HashSet<>();

    ManagerBugs(StorageWorld world, Ledger ledger) {
        this.world = world;
        this.ledger = ledger;
    }

    /** The request as the manager hears it. */
    VolumeMessage changed(VolumeMessage message, @Nullable Catalog copy) {
        if (message instanceof VolumeMessage.Commit commit) {
            long id = world.has(StorageBug.REQUEST_ID_IGNORED) ? 0 : commit.requestId();
            VolumeEntry volume = copy == null ? null : copy.volume(commit.volumeId());
            List<Optional<DiskId>> sealed = volume != null && world.has(StorageBug.COMMIT_TAKES_ANY_DISK)
                    ? volume.disks().stream().map(Optional::of).toList()
                    : commit.sealed();
            return new VolumeMessage.Commit(
                    id,
                    commit.volumeId(),
                    commit.file(),
                    commit.user(),
                    commit.fileId(),
                    commit.sizeBytes(),
                    commit.sha256(),
                    sealed);
        }
        if (message instanceof VolumeMessage.Remove remove && world.has(StorageBug.REQUEST_ID_IGNORED)) {
            return new VolumeMessage.Remove(0, remove.volume(), remove.file(), remove.user());
        }
        return message;
    }

    /** What is said of the volume's safety. */
    Explanation explained(Explanation told, @Nullable Catalog copy) {
        VolumeEntry volume = copy == null ? null : copy.volume(Ledger.VOLUME);
        int survives = told.survives();
        if (volume != null && world.has(StorageBug.EXPLAINED_BY_DISKS)) {
            survives = Math.max(-1, volume.parity() - told.away().size());
        }
        if (!told.isKnown() && world.has(StorageBug.EXPLAINED_BEFORE_LISTS)) {
            return new Explanation(survives, 0, List.of(), told.away(), told.lines());
        }
        return new Explanation(survives, told.lookedMs(), told.awaited(), told.away(), told.lines());
    }

    /** What hears the answer. */
    Consumer<Object> heard(VolumeMessage message, Consumer<Object> reply, Consumer<VolumeMessage> act) {
        if (!world.has(StorageBug.GARBAGE_DELETED_WHILE_READ)) {
            return reply;
        }
        return answer -> {
            reply.accept(answer);
            if (answer instanceof VolumeMessage.ReadGrant grant) {
                act.accept(new VolumeMessage.CloseRead(grant.readId()));
            }
        };
    }

    boolean isLost(DiskMessage order) {
        return order instanceof DiskMessage.RebuildShare && world.has(StorageBug.REPAIR_NEVER_ENDS);
    }

    /** An answer that comes without the disk; null if the order goes out. */
    @Nullable
    Object insteadOfOrder(DiskMessage order, @Nullable Catalog copy) {
        if (order instanceof DiskMessage.DeleteShares && world.has(StorageBug.GARBAGE_NEVER_DELETED)) {
            return new Control.Done();
        }
        if (order instanceof DiskMessage.ListShares list
                && list.limit() == 1
                && list.after().isPresent()
                && world.has(StorageBug.COMMIT_NOT_CONFIRMED)) {
            return ledger.asIfAllWereThere(list.after().get());
        }
        if (order instanceof DiskMessage.ListShares list
                && list.limit() > 1
                && copy != null
                && world.has(StorageBug.CATALOG_TAKEN_FOR_A_LOOK)
                && believed.add(list.epoch() + "/" + list.disk())) {
            return believed(list.disk(), copy);
        }
        return null;
    }

    /** What the catalog says that a disk holds. */
    private static DiskMessage.Shares believed(DiskId disk, Catalog copy) {
        List<DiskMessage.ShareLine> lines = new ArrayList<>();
        for (VolumeEntry volume : copy.volumes()) {
            int position = volume.positionOf(disk);
            volume.files().stream()
                    .filter(file -> position >= 0 && !file.missing().contains(position))
                    .map(file -> new ShareKey(volume.id(), file.fileId(), position))
                    .sorted()
                    .forEach(key -> lines.add(new DiskMessage.ShareLine(key, true, 0, 0)));
        }
        return new DiskMessage.Shares(lines, false);
    }

    /** Further orders to the same disk that the bug gives after an answer. */
    List<DiskMessage> alsoOrder(DiskMessage order, @Nullable Object answer, @Nullable Catalog copy) {
        if (!(order instanceof DiskMessage.ListShares list)
                || !(answer instanceof DiskMessage.Shares page)
                || copy == null) {
            return List.of();
        }
        if (world.has(StorageBug.RETURNED_DISK_EMPTIED)) {
            return List.of(new DiskMessage.DeleteShares(list.disk(), list.epoch(), elsewhere(list.disk(), page, copy)));
        }
        if (!world.has(StorageBug.INVENTORY_DELETES_WRITES)) {
            return List.of();
        }
        TreeSet<Long> known = new TreeSet<>();
        copy.volumes().forEach(volume -> volume.files().forEach(file -> known.add(file.fileId())));
        List<ShareKey> unknown = page.shares().stream()
                .map(DiskMessage.ShareLine::key)
                .filter(key -> !known.contains(key.fileId()))
                .toList();
        return List.of(new DiskMessage.DeleteShares(list.disk(), list.epoch(), unknown));
    }

    /** Shares of files that lie on a disk which has another place, or none. */
    private static List<ShareKey> elsewhere(DiskId disk, DiskMessage.Shares page, Catalog copy) {
        return page.shares().stream()
                .map(DiskMessage.ShareLine::key)
                .filter(key -> {
                    VolumeEntry volume = copy.volume(key.volumeId());
                    return volume == null || volume.positionOf(disk) != key.position();
                })
                .toList();
    }
}
