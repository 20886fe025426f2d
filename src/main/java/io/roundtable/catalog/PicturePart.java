package io.roundtable.catalog;

import io.roundtable.catalog.Outcome.Result;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import java.util.List;
import java.util.Optional;

/**
 * What a picture of the catalog is made of, in this order: one {@link Head}, then any number of each, then one
 * {@link End}. Files follow their volume.
 */
sealed interface PicturePart {
    record Head(
            int leaseMs,
            long epoch,
            Optional<Member> holder,
            long untilMs,
            Optional<Identity> wantedBy,
            long clockMs,
            int lastVolumeId)
            implements PicturePart {}

    record Seated(Member member) implements PicturePart {}

    record User(String name, Optional<Address> manager, Optional<Address> command) implements PicturePart {}

    record Disk(DiskId disk, String name, int volumeId) implements PicturePart {}

    record ForeignDisk(DiskId disk, String name, int volumeId, Address address) implements PicturePart {}

    record Volume(
            int id, String name, int parity, int unitBytes, List<DiskId> disks, String owner, boolean isDecommissioning)
            implements PicturePart {}

    record File(String name, String owner, long fileId, long sizeBytes, String sha256, List<Integer> missing)
            implements PicturePart {}

    /** The oldest first. Pictures of older programs have these; their age is that of the picture. */
    record Remembered(long requestId, Result result) implements PicturePart {}

    /**
     * The oldest first.
     *
     * @param atMs the log's time when it was carried out
     */
    record RememberedSince(long requestId, Result result, long atMs) implements PicturePart {}

    /** @param parts how many came before this one */
    record End(long parts) implements PicturePart {}
}
