package io.roundtable.catalog;

import io.roundtable.catalog.Outcome.Result;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a snapshot of the catalog is made of, in this order: one {@link Head}, then any number of each, then one
 * {@link End}. Files follow their volume.
 */
sealed interface SnapshotPart {
    record Head(
            int leaseMs,
            long epoch,
            Optional<Member> holder,
            long untilMs,
            Optional<Identity> wantedBy,
            long clockMs,
            int lastVolumeId,
            int level)
            implements SnapshotPart {}

    record Seated(Member member) implements SnapshotPart {}

    record User(String name, Optional<Address> manager, Optional<Address> command) implements SnapshotPart {}

    record Disk(DiskId disk, String name, int volumeId) implements SnapshotPart {}

    record ForeignDisk(DiskId disk, String name, int volumeId, Address address) implements SnapshotPart {}

    record Volume(
            int id, String name, int parity, int unitBytes, List<DiskId> disks, String owner, boolean isDecommissioning)
            implements SnapshotPart {}

    /** Of format 1. */
    record FileBefore(String name, String owner, long fileId, long sizeBytes, String sha256, List<Integer> missing)
            implements SnapshotPart {}

    /** @param records some of the volume's files, by name, as {@link FileRecord} has them */
    record Files(byte[] records) implements SnapshotPart {}

    record File(
            String name,
            String owner,
            String sha256,
            List<Extent> extents,
            long changedAtMs,
            Map<String, String> attributes)
            implements SnapshotPart {}

    /** What a GCD has announced. */
    record Known(String gcd, int level) implements SnapshotPart {}

    /** The oldest first. Snapshots of older programs have these; their age is that of the snapshot. */
    record Remembered(long requestId, Result result) implements SnapshotPart {}

    /**
     * The oldest first.
     *
     * @param atMs the log's time when it was carried out
     */
    record RememberedSince(long requestId, Result result, long atMs) implements SnapshotPart {}

    /** @param parts how many came before this one */
    record End(long parts) implements SnapshotPart {}
}
