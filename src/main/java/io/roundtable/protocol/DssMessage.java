package io.roundtable.protocol;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What peers say to each other so that all of them speak the DSS protocol over UDP (docs/PROTOCOL.md, DSS): commands that
 * are passed on to the manager, and what the manager's desk orders of the disks that DSS users write to and read from.
 *
 * <p>All that an order sets up on a disk is soft: it belongs to a <em>hold</em>, the time from a user's {@code -prepare}
 * to its {@code -complete}, and goes when the disk hears neither of the hold nor from the user for a time.
 */
public sealed interface DssMessage extends Message {
    /** What holds a DSS; all but reads exclude each other. */
    enum Operation {
        COPY("copy"),
        READ("read"),
        DISK_FAILURE("disk-failure"),
        DECOMMISSION("decommission-dss");

        private final String phrase;

        Operation(String phrase) {
            this.phrase = phrase;
        }

        /** As the protocol calls it. */
        public String phrase() {
            return phrase;
        }
    }

    /**
     * Who began a hold.
     *
     * @param from the socket
     */
    record HoldUser(String name, Address from) {}

    /** The disk that an order is for; empty for what is no order to a disk. */
    default Optional<DiskId> target() {
        return Optional.empty();
    }

    /** Whether the peer is to do it in place of a disk that is away, on the port that it has for that. */
    default boolean isStandIn() {
        return false;
    }

    /**
     * A user's datagram, passed on to the manager. Answered with {@link Reply}; with {@link Working} if it takes longer than
     * a moment; with {@link Message.Refusal} by a peer that does not manage, or does not any more.
     *
     * @param from the user's socket
     * @param requestId of the change that the command comes to: whoever manages, it is made once
     * @param isAgain an earlier manager had it, and may have carried it out
     */
    record Datagram(Address from, long requestId, byte[] json, boolean isAgain) implements DssMessage {
        @Override
        public String word() {
            return "DSS";
        }

        @Override
        public boolean equals(Object to) {
            return to instanceof Datagram other
                    && other.from.equals(from)
                    && other.requestId == requestId
                    && other.isAgain == isAgain
                    && Arrays.equals(other.json, json);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(json);
        }

        /** For the next manager. */
        public Datagram again() {
            return new Datagram(from, requestId, json, true);
        }
    }

    /** What to answer the user. */
    record Reply(byte[] json) implements DssMessage {
        @Override
        public String word() {
            return "DSS_REPLY";
        }

        @Override
        public boolean equals(Object to) {
            return to instanceof Reply other && Arrays.equals(other.json, json);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(json);
        }
    }

    /** The manager lives and is at it: ask again. */
    record Working() implements DssMessage {
        @Override
        public String word() {
            return "WORKING";
        }
    }

    /**
     * Take the blocks of one file and keep them until {@link SealStaged}. Answered with {@link Ready}, or {@link
     * DiskMessage.DiskRefusal}.
     *
     * @param key of the share that they will be
     * @param disks n of the layout
     */
    record Stage(
            DiskId disk,
            long epoch,
            long holdId,
            ShareKey key,
            String dss,
            String file,
            int disks,
            int parity,
            int unitBytes,
            HoldUser user,
            boolean isStandIn)
            implements DssMessage {
        @Override
        public String word() {
            return "STAGE";
        }

        @Override
        public Optional<DiskId> target() {
            return Optional.of(disk);
        }
    }

    /**
     * The user has sent all blocks of a file of this size: make them a share. Answered with {@link StagedSealed} once it
     * lies safe on the disk, or {@link DiskMessage.DiskRefusal}. A peer that stands in only looks whether it could be.
     *
     * @param fileId that the manager of this epoch has given
     */
    record SealStaged(DiskId disk, long epoch, long holdId, long fileId, long sizeBytes, boolean isStandIn)
            implements DssMessage {
        @Override
        public String word() {
            return "SEAL_STAGED";
        }

        @Override
        public Optional<DiskId> target() {
            return Optional.of(disk);
        }
    }

    /**
     * @param checkBits CRC32C of the share's blocks, padding included, XOR that of as many zeros. That is linear: over
     *     all disks of a volume with XOR parity these add up to 0, unless the parity is wrong
     */
    record StagedSealed(ShareKey key, long usedBytes, int checkBits) implements DssMessage {
        @Override
        public String word() {
            return "STAGED_SEALED";
        }
    }

    /** A file of which blocks may be read. */
    record Exposed(String file, long fileId, long sizeBytes) {}

    /**
     * Serve the blocks of these files. Answered with {@link Ready}.
     *
     * @param position of the ordered disk in the volume, or of the one that it stands in for
     * @param operation in a disk-failure the user is about to fail one disk of the volume and to write its blocks anew
     * @param readId of the manager's grant, for a read
     * @param seats of all positions, for a peer that stands in: it computes the blocks from the others'; else empty
     */
    record Expose(
            DiskId disk,
            long epoch,
            long holdId,
            String dss,
            int volumeId,
            int position,
            int disks,
            int parity,
            int unitBytes,
            Operation operation,
            List<Exposed> files,
            HoldUser user,
            long readId,
            List<VolumeInfo.Seat> seats)
            implements DssMessage {
        public Expose {
            files = List.copyOf(files);
            seats = List.copyOf(seats);
        }

        @Override
        public boolean isStandIn() {
            return !seats.isEmpty();
        }

        /** Whether blocks may be written, too. */
        public boolean isDiskFailure() {
            return operation == Operation.DISK_FAILURE;
        }

        @Override
        public String word() {
            return "EXPOSE";
        }

        @Override
        public Optional<DiskId> target() {
            return Optional.of(disk);
        }
    }

    /** @param blockPort the UDP port on which the disk takes blocks */
    record Ready(int blockPort) implements DssMessage {
        @Override
        public String word() {
            return "READY";
        }
    }

    /** The hold goes on. Answered with {@link Heard}. */
    record Pulse(DiskId disk, long epoch, long holdId, boolean isStandIn) implements DssMessage {
        @Override
        public String word() {
            return "PULSE";
        }

        @Override
        public Optional<DiskId> target() {
            return Optional.of(disk);
        }
    }

    /** @param idleMs since the user's last block; -1 if the disk knows no such hold */
    record Heard(long idleMs) implements DssMessage {
        @Override
        public String word() {
            return "HEARD";
        }
    }

    /** The hold is over: forget all that belongs to it. Answered with {@link Control.Done}. */
    record Release(DiskId disk, long epoch, long holdId, boolean isStandIn) implements DssMessage {
        @Override
        public String word() {
            return "RELEASE";
        }

        @Override
        public Optional<DiskId> target() {
            return Optional.of(disk);
        }
    }

    /**
     * Which holds of a volume does the disk know? Asked by a manager that has just begun. Answered with {@link Recalled}.
     *
     * @param volumeId 0 for any
     * @param volume its name; empty for any
     */
    record Recall(DiskId disk, long epoch, int volumeId, String volume) implements DssMessage {
        @Override
        public String word() {
            return "RECALL";
        }

        @Override
        public Optional<DiskId> target() {
            return Optional.of(disk);
        }
    }

    record Recalled(List<Kept> holds) implements DssMessage {
        public Recalled {
            holds = List.copyOf(holds);
        }

        @Override
        public String word() {
            return "RECALLED";
        }
    }

    /**
     * One hold as a disk knows it.
     *
     * @param volumeId of how many disks with what unit it is; the volume of a decommission may be gone
     * @param position at which the disk, or the peer standing in, serves it
     * @param file of a copy or read; else empty
     * @param isFailed the user of a disk-failure has chosen this disk
     * @param idleMs since the user's last block
     */
    record Kept(
            long holdId,
            Operation operation,
            HoldUser user,
            int volumeId,
            int disks,
            int unitBytes,
            int position,
            String file,
            long fileId,
            long readId,
            boolean isStandIn,
            boolean isFailed,
            long idleMs) {}

    /**
     * A disk to the manager: the user of a disk-failure has chosen this one. Answered with {@link Control.Done} once the
     * group rebuilds it, or {@link Message.Refusal}.
     */
    record Failed(DiskId disk, String dss) implements DssMessage {
        @Override
        public String word() {
            return "FAILED";
        }
    }
}
