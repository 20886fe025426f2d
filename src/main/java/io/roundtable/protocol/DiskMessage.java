package io.roundtable.protocol;

import java.util.List;
import java.util.Optional;

/**
 * What clients and the manager say to a disk, and what it answers (docs/PROTOCOL.md, Disks).
 *
 * <p>Shares travel on data connections, which begin with {@link DataHello}; the manager's orders travel on the kept
 * connections of the peers. Everything that changes a disk carries the epoch; a disk refuses one that is older than the
 * highest it has seen.
 */
public sealed interface DiskMessage extends Message {
    // ---- data connections

    /** The first frame of a data connection: which of the peer's disks is meant. Answered with {@link Control.Done}. */
    record DataHello(DiskId disk) implements DiskMessage {
        @Override
        public String word() {
            return "DATA";
        }
    }

    /**
     * Begins a share; its {@link ShareData} follow, then {@link SealShare}. No answer: a fault is told as the answer to
     * the seal. One share at a time on a connection; a share that began and was not sealed goes with its connection.
     *
     * @param disks n of the layout, with the parity and the unit: the share tells by itself what it is
     */
    record BeginShare(ShareKey key, long epoch, int disks, int parity, int unitBytes) implements DiskMessage {
        @Override
        public String word() {
            return "BEGIN_SHARE";
        }
    }

    /**
     * One group of blocks of the share that was begun, in order. The frame's body: the blocks, then a CRC32C of each
     * (4 bytes, big-endian). Every group but the last is full. No answer.
     */
    record ShareData(int blocks) implements DiskMessage {
        @Override
        public String word() {
            return "SHARE_DATA";
        }
    }

    /** Ends a share. Answered with {@link Sealed} once it lies safe on the disk. */
    record SealShare(long epoch, long usedBytes) implements DiskMessage {
        @Override
        public String word() {
            return "SEAL_SHARE";
        }
    }

    /**
     * A whole small share of at most one group, begun and sealed in one. The body as in {@link ShareData}. Answered with
     * {@link Sealed}.
     */
    record PutShare(ShareKey key, long epoch, int disks, int parity, int unitBytes, long usedBytes)
            implements DiskMessage {
        @Override
        public String word() {
            return "PUT_SHARE";
        }
    }

    /** The share can be read from now on, whatever happens to the process or, with fsync, to the power. */
    record Sealed(ShareKey key, long usedBytes) implements DiskMessage {
        @Override
        public String word() {
            return "SEALED";
        }
    }

    /**
     * Asks for groups of a share. Answered with {@link ShareBytes}.
     *
     * @param firstGroup 0 and up
     * @param groups how many at most
     */
    record ReadShare(ShareKey key, long firstGroup, int groups) implements DiskMessage {
        @Override
        public String word() {
            return "READ_SHARE";
        }
    }

    /**
     * The groups as they lie on the disk; whoever reads checks the CRCs. The body: for each group the blocks, then
     * their CRCs.
     *
     * @param usedBytes of the whole share, CRCs not counted
     */
    record ShareBytes(long usedBytes, int groups) implements DiskMessage {
        @Override
        public String word() {
            return "SHARE_BYTES";
        }
    }

    /** Why a disk did not do what it was asked. */
    enum Fault {
        /** It does not hold that share. */
        NO_SUCH_SHARE,
        /** The request carries an older epoch than the disk has seen: ask the manager for the present one. */
        STALE_EPOCH,
        /** No space but the reserve. */
        FULL,
        /** What lies there, or what came, does not match its checksum. */
        CORRUPT,
        /** The system could not read or write. */
        IO,
        /** The request makes no sense. */
        BAD_REQUEST,
        /** It feigns failure or is being wiped. */
        OUT_OF_SERVICE
    }

    /** @param highestEpoch that the disk has seen */
    record DiskRefusal(Fault fault, String reason, long highestEpoch) implements DiskMessage {
        @Override
        public String word() {
            return "DISK_REFUSES";
        }
    }

    // ---- registration

    /**
     * A peer tells the manager of a disk that it hosts, when the manager changes and every second. Answered with
     * {@link Welcome}, or {@link VolumeMessage.Elsewhere}.
     *
     * @param wantedName empty for the next free one of D1, D2, …
     * @param start a number drawn when the disk was opened: another one tells that it came anew, perhaps on an older copy
     *     of its folder, though nobody saw it go
     * @param term in which this peer presents a foreign disk; 0 for the peer's own
     * @param program which program a foreign disk is at: two of the same number are lost at once; 0 for the peer's own
     */
    record DiskHello(
            DiskId disk,
            Member host,
            Optional<String> wantedName,
            long start,
            Room room,
            long shares,
            long highestEpoch,
            long term,
            long program)
            implements DiskMessage {
        /** One that has a file system for itself. */
        public DiskHello(
                DiskId disk,
                Member host,
                Optional<String> wantedName,
                long start,
                long capacityBytes,
                long usedBytes,
                long shares,
                long highestEpoch) {
            this(
                    disk,
                    host,
                    wantedName,
                    start,
                    new Room(capacityBytes, usedBytes, capacityBytes - usedBytes, 0, capacityBytes - usedBytes),
                    shares,
                    highestEpoch,
                    0,
                    0);
        }

        @Override
        public String word() {
            return "DISK_HELLO";
        }
    }

    /**
     * A peer tells the manager, instead of {@link DiskHello}, that its disk has lost its medium, or that it is still reading
     * a foreign one: it is away, though its peer is there. Answered with {@link Control.Done}, or {@link
     * VolumeMessage.Elsewhere}.
     *
     * @param reason for people, at most {@value #REASON_CHARS_MAX} characters
     * @param term in which a foreign disk is being read, and will be presented; 0 if it is not
     */
    record DiskAway(DiskId disk, Member host, String reason, long term) implements DiskMessage {
        public static final int REASON_CHARS_MAX = 1_000;

        public DiskAway(DiskId disk, Member host, String reason) {
            this(disk, host, reason, 0);
        }

        @Override
        public String word() {
            return "DISK_AWAY";
        }
    }

    /**
     * The manager knows the disk.
     *
     * @param volumeId the volume that it belongs to; 0 for a Free one
     */
    record Welcome(String name, long epoch, int volumeId) implements DiskMessage {
        @Override
        public String word() {
            return "WELCOME";
        }
    }

    // ---- the manager's orders

    /** The disk that an order is for; empty for what is no order to a disk. */
    default Optional<DiskId> target() {
        return Optional.empty();
    }

    /**
     * Present a foreign disk: speak to the program at that address in its own words, and be its host. Answered with {@link
     * Control.Done} once that is so, or {@link DiskRefusal}.
     *
     * @param disk its identity here
     * @param term above all that were ever given for it: whoever had an earlier one presents it no more
     */
    record PresentDisk(DiskId disk, long epoch, long term, String name, Address address) implements DiskMessage {
        @Override
        public String word() {
            return "PRESENT_DISK";
        }
    }

    /** What a share is, as a disk tells it. */
    record ShareLine(ShareKey key, boolean isSealed, long usedBytes, long ageMs) {}

    /** Asks what the disk holds behind a key, sealed or not, in order. Answered with {@link Shares}. */
    record ListShares(DiskId disk, long epoch, Optional<ShareKey> after, int limit) implements DiskMessage {
        public static final int LIMIT_MAX = 5_000;

        @Override
        public String word() {
            return "LIST_SHARES";
        }

        @Override
        public Optional<DiskId> target() {
            return Optional.of(disk);
        }
    }

    record Shares(List<ShareLine> shares, boolean more) implements DiskMessage {
        public Shares {
            shares = List.copyOf(shares);
        }

        @Override
        public String word() {
            return "SHARES";
        }
    }

    /** Forget these shares; those that are not there count as forgotten. Answered with {@link Control.Done}. */
    record DeleteShares(DiskId disk, long epoch, List<ShareKey> keys) implements DiskMessage {
        public DeleteShares {
            keys = List.copyOf(keys);
        }

        @Override
        public String word() {
            return "DELETE_SHARES";
        }

        @Override
        public Optional<DiskId> target() {
            return Optional.of(disk);
        }
    }

    /** Forget every share of a volume; 0 for all. Answered with {@link Control.Done}. */
    record Wipe(DiskId disk, long epoch, int volumeId) implements DiskMessage {
        @Override
        public String word() {
            return "WIPE";
        }

        @Override
        public Optional<DiskId> target() {
            return Optional.of(disk);
        }
    }

    /**
     * Compute your own share of a file from the other disks and seal it, in place of what you hold. Answered with
     * {@link Rebuilt} or {@link DiskRefusal} when it is over.
     *
     * <p>If the volume's seat at that position is another disk, that one holds the very share, from when it had the place:
     * copy it.
     *
     * @param position of the ordered disk in the volume
     */
    record RebuildShare(DiskId disk, long epoch, VolumeInfo volume, FileInfo file, int position)
            implements DiskMessage {
        @Override
        public String word() {
            return "REBUILD";
        }

        @Override
        public Optional<DiskId> target() {
            return Optional.of(disk);
        }
    }

    /** @param sources positions that turned out broken or gone */
    record Rebuilt(ShareKey key, long bytes, List<Integer> sources) implements DiskMessage {
        public Rebuilt {
            sources = List.copyOf(sources);
        }

        @Override
        public String word() {
            return "REBUILT";
        }
    }

    /** Read these shares and check every block. Answered with {@link Checked}. */
    record CheckShares(DiskId disk, long epoch, List<ShareKey> keys) implements DiskMessage {
        public CheckShares {
            keys = List.copyOf(keys);
        }

        @Override
        public String word() {
            return "CHECK";
        }

        @Override
        public Optional<DiskId> target() {
            return Optional.of(disk);
        }
    }

    /** @param bad those that are broken or gone */
    record Checked(List<ShareKey> bad, long bytes) implements DiskMessage {
        public Checked {
            bad = List.copyOf(bad);
        }

        @Override
        public String word() {
            return "CHECKED";
        }
    }
}
