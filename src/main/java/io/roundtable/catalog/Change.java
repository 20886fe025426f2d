package io.roundtable.catalog;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.FileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One change of the catalog, as the manager proposes it. It says all that is to happen: what is drawn or looked up has
 * been decided before.
 *
 * <p>{@link Catalog#apply} judges it again: between the manager's look and the log another change may have come.
 */
public sealed interface Change {
    record AddUser(String name, Optional<Address> manager, Optional<Address> command) implements Change {}

    record RemoveUser(String name) implements Change {}

    record AddDisk(DiskId disk, String name) implements Change {}

    /** @param address of the program's port for blocks: the disk is no peer's, some peer presents it */
    record AddForeignDisk(DiskId disk, String name, Address address) implements Change {}

    record RemoveDisk(DiskId disk) implements Change {}

    /** @param disks Free ones, by position */
    record CreateVolume(String name, int parity, int unitBytes, List<DiskId> disks, String owner) implements Change {
        public CreateVolume {
            disks = List.copyOf(disks);
        }
    }

    /** From now on nothing is written or read; the disks are wiped before {@link EndVolume}. */
    record BeginDecommission(int volumeId) implements Change {}

    /** The volume is gone and its disks are Free. */
    record EndVolume(int volumeId) implements Change {}

    /**
     * Makes a content the file of that name, in place of what was there.
     *
     * @param sealed by position, the disk that holds its share; refused unless at most {@code parity} are empty and the
     *     others are the volume's disks at their positions
     * @param changedAtMs milliseconds since 1970; 0 if that is not known
     */
    record CommitFile(
            int volumeId,
            String name,
            String owner,
            long fileId,
            long sizeBytes,
            String sha256,
            List<Optional<DiskId>> sealed,
            long changedAtMs,
            Map<String, String> attributes)
            implements Change {
        public CommitFile {
            sealed = List.copyOf(sealed);
            attributes = FileAttributes.copyOf(attributes);
        }

        /** One of which nothing more is said. */
        public CommitFile(
                int volumeId,
                String name,
                String owner,
                long fileId,
                long sizeBytes,
                String sha256,
                List<Optional<DiskId>> sealed) {
            this(volumeId, name, owner, fileId, sizeBytes, sha256, sealed, 0, Map.of());
        }
    }

    /** @param fileId the content that is meant: another one that came meanwhile stays */
    record RemoveFile(int volumeId, String name, long fileId) implements Change {}

    /** A disk takes another's position; it holds no share of any file yet. The old one is Free. */
    record ReplaceDisk(int volumeId, int position, DiskId from, DiskId to) implements Change {}

    /** The disk at this position holds no share of any file any more, though it stays. */
    record LoseShares(int volumeId, int position, DiskId disk) implements Change {}

    /** The disk at this position does not hold its share of this file. */
    record LoseShare(int volumeId, String name, long fileId, int position) implements Change {}

    /** The disk at this position holds its share of this file (again). */
    record RestoreShare(int volumeId, String name, long fileId, int position, DiskId disk) implements Change {}
}
