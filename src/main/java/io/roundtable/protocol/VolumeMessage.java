package io.roundtable.protocol;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What users ask the manager, and its answers (docs/PROTOCOL.md, Volumes). A request that is not granted is answered
 * with {@link Message.Refusal}; a peer that does not manage answers {@link Elsewhere}.
 *
 * <p>Requests that change something carry a random {@code requestId}: one that is sent again, perhaps to the next
 * manager, is carried out once and answered alike.
 */
public sealed interface VolumeMessage extends Message {
    /** How the refusal of a commit ends that costs nothing but the work: the same content may be written anew. */
    String WRITE_AGAIN = "write the file again";

    /** @param manager who manages, as far as is known */
    record Elsewhere(Optional<Member> manager) implements VolumeMessage {
        @Override
        public String word() {
            return "ELSEWHERE";
        }
    }

    /** Asks for all volumes, disks and users. Answered with {@link Listing}. */
    record ListVolumes() implements VolumeMessage {
        @Override
        public String word() {
            return "LIST_VOLUMES";
        }
    }

    record Listing(List<VolumeInfo> volumes, List<DiskLine> disks, List<String> users) implements VolumeMessage {
        public Listing {
            volumes = List.copyOf(volumes);
            disks = List.copyOf(disks);
            users = List.copyOf(users);
        }

        @Override
        public String word() {
            return "VOLUMES";
        }
    }

    /**
     * One disk.
     *
     * @param volume the one that it belongs to; empty for a Free one
     * @param address of its peer; empty while it is not there
     * @param trouble why it is not there, if its peer is and says so
     * @param room as it last told; empty while it is not there
     * @param shares the same; 0 while it is not there
     * @param foreign where a program of the DSS protocol takes its blocks, if the disk is that and no peer's folder
     */
    record DiskLine(
            DiskId disk,
            String name,
            Optional<String> volume,
            Optional<Address> address,
            Optional<String> trouble,
            Optional<Room> room,
            long shares,
            Optional<Address> foreign) {}

    /**
     * Asks for files in the order of their names. Answered with {@link Files}.
     *
     * @param after only those behind this name; empty from the beginning
     */
    record ListFiles(String volume, String after, int limit) implements VolumeMessage {
        public static final int LIMIT_MAX = 2_000;

        public ListFiles {
            if (limit < 1 || limit > LIMIT_MAX) {
                throw new IllegalArgumentException("limit must be 1 to " + LIMIT_MAX);
            }
        }

        @Override
        public String word() {
            return "LIST_FILES";
        }
    }

    /**
     * A page of a volume's files.
     *
     * @param more whether others follow behind the last of these
     * @param total of all files of the volume
     * @param owner of the volume; empty for nobody
     */
    record Files(List<FileInfo> files, boolean more, int total, String owner) implements VolumeMessage {
        public Files {
            files = List.copyOf(files);
        }

        @Override
        public String word() {
            return "FILES";
        }
    }

    /**
     * Whether a request was carried out, as far as that is remembered. Answered with {@link Control.Done} if it was, else
     * refused.
     */
    record WasDone(long requestId) implements VolumeMessage {
        @Override
        public String word() {
            return "WAS_DONE";
        }
    }

    /**
     * A program of the DSS protocol that serves blocks is to be a disk of the group. The same once more is the same disk,
     * that comes back. Answered with {@link Control.Done}.
     *
     * @param address where it serves blocks
     */
    record RegisterDisk(long requestId, String name, Address address) implements VolumeMessage {
        @Override
        public String word() {
            return "REGISTER_DISK";
        }
    }

    /**
     * Makes a volume of n Free disks. Answered with {@link Volume}.
     *
     * @param isForeign whether foreign disks may be among them
     */
    record Configure(long requestId, String volume, int n, int parity, int unitBytes, String user, boolean isForeign)
            implements VolumeMessage {
        public Configure(long requestId, String volume, int n, int parity, int unitBytes, String user) {
            this(requestId, volume, n, parity, unitBytes, user, false);
        }

        @Override
        public String word() {
            return "CONFIGURE";
        }
    }

    record Volume(VolumeInfo volume) implements VolumeMessage {
        @Override
        public String word() {
            return "VOLUME";
        }
    }

    /**
     * Asks to write files. Answered with {@link WriteGrant}.
     *
     * @param count for how many files, 1 to 1024: numbers for many small files are had at once
     * @param file its name, if there is one and it is known: what its commit would be refused for is refused before its
     *     bytes are sent
     */
    record PrepareWrite(String volume, String user, int count, Optional<String> file) implements VolumeMessage {
        public static final int COUNT_MAX = 1024;

        /** Files whose names are told with their commits. */
        public PrepareWrite(String volume, String user, int count) {
            this(volume, user, count, Optional.empty());
        }

        public PrepareWrite {
            if (count < 1 || count > COUNT_MAX) {
                throw new IllegalArgumentException("count must be 1 to " + COUNT_MAX);
            }
        }

        @Override
        public String word() {
            return "PREPARE_WRITE";
        }
    }

    /**
     * Goes on with a write: asked now and then, so that the manager does not take the writer for dead, and after a
     * change of manager, for the new epoch. Answered with {@link WriteGrant}.
     */
    record KeepWrite(int volumeId, long firstFileId, int count) implements VolumeMessage {
        @Override
        public String word() {
            return "KEEP_WRITE";
        }
    }

    /**
     * Where to write.
     *
     * @param epoch that the disks are to be told
     * @param firstFileId the number of the first file; the others follow
     * @param keepMs ask {@link KeepWrite} at least this often
     */
    record WriteGrant(long epoch, VolumeInfo volume, long firstFileId, int count, int keepMs) implements VolumeMessage {
        @Override
        public String word() {
            return "WRITE_GRANT";
        }
    }

    /**
     * The shares of a file lie sealed on the disks: make it the file of that name. Answered with {@link Control.Done}
     * once nothing can undo it.
     *
     * @param sealed by position, the disk that sealed its share; empty where none did
     * @param changedAtMs when the file was changed, in milliseconds since 1970; 0 for now
     * @param attributes what its owner says of it
     */
    record Commit(
            long requestId,
            int volumeId,
            String file,
            String user,
            long fileId,
            long sizeBytes,
            String sha256,
            List<Optional<DiskId>> sealed,
            long changedAtMs,
            Map<String, String> attributes)
            implements VolumeMessage {
        public Commit {
            sealed = List.copyOf(sealed);
            attributes = FileAttributes.copyOf(attributes);
        }

        /** Changed now, and nothing more is said of it. */
        public Commit(
                long requestId,
                int volumeId,
                String file,
                String user,
                long fileId,
                long sizeBytes,
                String sha256,
                List<Optional<DiskId>> sealed) {
            this(requestId, volumeId, file, user, fileId, sizeBytes, sha256, sealed, 0, Map.of());
        }

        /** The same, changed at that time if it does not say when. */
        public Commit at(long nowMs) {
            return changedAtMs != 0
                    ? this
                    : new Commit(requestId, volumeId, file, user, fileId, sizeBytes, sha256, sealed, nowMs, attributes);
        }

        @Override
        public String word() {
            return "COMMIT";
        }
    }

    /** The write is given up; what lies on the disks may go. */
    record Abort(int volumeId, long fileId) implements VolumeMessage {
        @Override
        public String word() {
            return "ABORT";
        }
    }

    /**
     * Asks to read a file. Answered with {@link ReadGrant}.
     *
     * @param user who must be the file's owner, or {@link #ANYBODY}
     */
    record OpenRead(String volume, String file, String user) implements VolumeMessage {
        /** Where it is not said who reads: older programs of the DSS protocol do not. */
        public static final String ANYBODY = "";

        @Override
        public String word() {
            return "OPEN_READ";
        }
    }

    /**
     * Where to read; the content stays until {@link CloseRead}, or until the reader has not been heard of for a time.
     *
     * @param keepMs ask {@link KeepRead} at least this often
     */
    record ReadGrant(long epoch, VolumeInfo volume, FileInfo file, long readId, int keepMs) implements VolumeMessage {
        @Override
        public String word() {
            return "READ_GRANT";
        }
    }

    /** Answered with {@link ReadGrant}: of the same content, with the disks where they are now. */
    record KeepRead(long readId, int volumeId, String file, long fileId) implements VolumeMessage {
        @Override
        public String word() {
            return "KEEP_READ";
        }
    }

    record CloseRead(long readId) implements VolumeMessage {
        @Override
        public String word() {
            return "CLOSE_READ";
        }
    }

    /** Deletes a file; only its owner may. */
    record Remove(long requestId, String volume, String file, String user) implements VolumeMessage {
        @Override
        public String word() {
            return "REMOVE";
        }
    }

    /**
     * Wipes a disk of a volume and builds it up again from the others. Answered with {@link Job}.
     *
     * @param disk by name; empty for one picked at random
     */
    record FailDisk(long requestId, String volume, Optional<String> disk, String user) implements VolumeMessage {
        @Override
        public String word() {
            return "FAIL_DISK";
        }
    }

    /**
     * Ends a volume and wipes its disks; its owner may, and anybody if it has none. Answered with {@link Job}.
     *
     * @param isForced whoever owns it
     * @param filesMax with how many files at most: what nobody agreed to is not deleted
     */
    record Decommission(long requestId, String volume, String user, boolean isForced, int filesMax)
            implements VolumeMessage {
        /** By its owner, with all that is in it. */
        public Decommission(long requestId, String volume, String user) {
            this(requestId, volume, user, false, Integer.MAX_VALUE);
        }

        @Override
        public String word() {
            return "DECOMMISSION";
        }
    }

    /** Reads every share of a volume and repairs what is broken. Answered with {@link Job}. */
    record Scrub(String volume) implements VolumeMessage {
        @Override
        public String word() {
            return "SCRUB";
        }
    }

    /** Asks how far a job is. Answered with {@link Job}. */
    record JobQuery(long jobId) implements VolumeMessage {
        @Override
        public String word() {
            return "JOB?";
        }
    }

    /**
     * Work that takes its time.
     *
     * @param what one phrase for people
     * @param done of {@code total} bytes
     * @param leftMs time left as far as can be told; -1 if it cannot
     * @param problems what could not be mended, one sentence each
     */
    record Job(long jobId, String what, long done, long total, long leftMs, boolean isOver, List<String> problems)
            implements VolumeMessage {
        public Job {
            problems = List.copyOf(problems);
        }

        @Override
        public String word() {
            return "JOB";
        }
    }

    /** Asks what a volume survives now. Answered with {@link Explanation}. */
    record Explain(String volume) implements VolumeMessage {
        @Override
        public String word() {
            return "EXPLAIN";
        }
    }

    /**
     * What a volume survives, by the worst of its files.
     *
     * @param survives how many more disks, any of them, may be lost with every file still readable; -1 if a file cannot
     *     be read now. While disks are {@code awaited}, that holds only if they have all that they should
     * @param lookedMs how long ago the manager last asked the disks that are there for all that they hold, the oldest such
     *     look; what happened since on a disk without a word is not known
     * @param awaited disks that are there and have yet to show what they hold: while there are some, nothing is known
     * @param away disks that are not there
     * @param lines for people
     */
    record Explanation(int survives, long lookedMs, List<String> awaited, List<String> away, List<String> lines)
            implements VolumeMessage {
        public Explanation {
            awaited = List.copyOf(awaited);
            away = List.copyOf(away);
            lines = List.copyOf(lines);
        }

        /** Whether {@code survives} counts. */
        public boolean isKnown() {
            return awaited.isEmpty();
        }

        @Override
        public String word() {
            return "EXPLANATION";
        }
    }

    /** Makes a user known, with the ports of a user process that has some. */
    record RegisterUser(long requestId, String user, Optional<Address> manager, Optional<Address> command)
            implements VolumeMessage {
        @Override
        public String word() {
            return "REGISTER_USER";
        }
    }

    /**
     * Forgets a user.
     *
     * @param by who asks: the user
     * @param isForced whoever asks
     */
    record DeregisterUser(long requestId, String user, String by, boolean isForced) implements VolumeMessage {
        /** By the user. */
        public DeregisterUser(long requestId, String user) {
            this(requestId, user, user, false);
        }

        @Override
        public String word() {
            return "DEREGISTER_USER";
        }
    }

    /** @param disk by name; only a Free disk can go */
    record DeregisterDisk(long requestId, String disk) implements VolumeMessage {
        @Override
        public String word() {
            return "DEREGISTER_DISK";
        }
    }

    /** A reader found a share broken or gone. Nothing comes back. */
    record ReportDamage(ShareKey share, DiskId disk, String what) implements VolumeMessage {
        @Override
        public String word() {
            return "DAMAGE";
        }
    }
}
