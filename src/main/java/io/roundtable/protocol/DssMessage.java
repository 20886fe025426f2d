package io.roundtable.protocol;

import java.util.Arrays;
import java.util.List;

/**
 * What peers say to each other so that all of them speak the DSS protocol over UDP (docs/PROTOCOL.md, DSS): commands that
 * are passed on to the manager, and what the manager's desk orders of the disks that DSS users write to and read from.
 *
 * <p>All that an order sets up on a disk is soft: it belongs to a <em>hold</em>, the time from a user's {@code -prepare}
 * to its {@code -complete}, and goes when the disk hears neither of the hold nor from the user for a time.
 */
public sealed interface DssMessage extends Message {
    /**
     * A user's datagram, passed on to the manager. Answered with {@link Reply}.
     *
     * @param from the user's socket
     */
    record Datagram(Address from, byte[] json) implements DssMessage {
        @Override
        public String word() {
            return "DSS";
        }

        @Override
        public boolean equals(Object to) {
            return to instanceof Datagram other && other.from.equals(from) && Arrays.equals(other.json, json);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(json);
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
            int unitBytes)
            implements DssMessage {
        @Override
        public String word() {
            return "STAGE";
        }
    }

    /**
     * The user has sent all blocks of a file of this size: make them a share. Answered with {@link StagedSealed} once it
     * lies safe on the disk, or {@link DiskMessage.DiskRefusal}.
     */
    record SealStaged(DiskId disk, long epoch, long holdId, long sizeBytes) implements DssMessage {
        @Override
        public String word() {
            return "SEAL_STAGED";
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
     * @param position of the ordered disk in the volume
     * @param isDiskFailure the user is about to fail one disk of the volume and to write its blocks anew
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
            boolean isDiskFailure,
            List<Exposed> files)
            implements DssMessage {
        public Expose {
            files = List.copyOf(files);
        }

        @Override
        public String word() {
            return "EXPOSE";
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
    record Pulse(DiskId disk, long epoch, long holdId) implements DssMessage {
        @Override
        public String word() {
            return "PULSE";
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
    record Release(DiskId disk, long epoch, long holdId) implements DssMessage {
        @Override
        public String word() {
            return "RELEASE";
        }
    }

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
