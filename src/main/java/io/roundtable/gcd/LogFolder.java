package io.roundtable.gcd;

import io.roundtable.folder.DataFolder;
import io.roundtable.folder.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.jspecify.annotations.Nullable;

/**
 * What lies in the folder of the log, as far as it must be known before Ratis opens it: Ratis formats a log whose first file
 * it does not see, the snapshots of the catalog included. To look changes nothing; what cannot be looked at is an error,
 * never an empty log.
 */
final class LogFolder {
    /** Of the group, in its folder {@code current}. */
    private static final String VOTE = "raft-meta";

    private static final String MEMBERS = "raft-meta.conf";
    /** Files that hold nothing that anybody was promised. */
    private static final Set<String> IDLE = Set.of(VOTE, VOTE + ".tmp", MEMBERS + ".tmp", "in_use.lock");

    /** Parts of a snapshot that comes from another GCD. */
    private static final String ON_ITS_WAY = "tmp/";

    private static final Pattern GROUP = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern SEGMENT = Pattern.compile("log_(?:inprogress_([0-9]+)|([0-9]+)-[0-9]+)");

    private static final Pattern SNAPSHOT = Pattern.compile("snapshot\\.[0-9]+_([0-9]+)");

    private final Path path;
    private final @Nullable UUID group;
    private boolean hasContent;
    private boolean hasVote;
    private long firstIndex = Long.MAX_VALUE;
    private long lastIndex = -1;
    private long membersIndex = -1;
    private @Nullable RaftConfigurationProto members;

    private LogFolder(Path path, @Nullable UUID group) {
        this.path = path;
        this.group = group;
    }

    /**
     * @param path which need not be there
     * @throws IOException with a sentence for the user if something cannot be looked at
     */
    static LogFolder look(Path path) throws IOException {
        LogFolder found = new LogFolder(path, group(path));
        if (found.group != null) {
            found.walk(found.ofGroup(), found.ofGroup());
        }
        return found;
    }

    /** Whose log is there; null if there is none. */
    static @Nullable UUID group(Path path) throws IOException {
        List<UUID> groups = DataFolder.isThere(path)
                ? Folders.list(path).stream()
                        .map(each -> each.getFileName().toString())
                        .filter(name -> GROUP.matcher(name).matches())
                        .map(UUID::fromString)
                        .toList()
                : List.of();
        if (groups.size() > 1) {
            throw new DamagedStoreException(path, "it holds the logs of " + groups.size() + " groups");
        }
        return groups.isEmpty() ? null : groups.get(0);
    }

    private void walk(Path top, Path at) throws IOException {
        for (Path each : Folders.list(at)) {
            BasicFileAttributes found =
                    Files.readAttributes(each, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (found.isDirectory()) {
                walk(top, each);
            } else {
                lookAt(each, top.relativize(each).toString());
            }
        }
    }

    private void lookAt(Path file, String name) throws IOException {
        String last = file.getFileName().toString();
        Matcher segment = SEGMENT.matcher(last);
        Matcher snapshot = SNAPSHOT.matcher(last);
        if (snapshot.matches()) {
            lastIndex = Math.max(lastIndex, Long.parseLong(snapshot.group(1)));
        }
        hasVote |= name.equals("current/" + VOTE) && Files.size(file) > 0;
        if (segment.matches()) {
            boolean isOpen = segment.group(1) != null;
            // A closed one has been flushed: what is missing in it is missing.
            if (hasEntries(file) || !isOpen) {
                hasContent = true;
                firstIndex = Math.min(firstIndex, Long.parseLong(segment.group(isOpen ? 1 : 2)));
            }
        } else if (name.equals("current/" + MEMBERS)) {
            hasContent = true;
            note(Files.readAllBytes(file));
        } else {
            hasContent |= !IDLE.contains(last) && !last.endsWith(SnapshotFiles.HALF) && !name.startsWith(ON_ITS_WAY);
        }
    }

    private boolean hasEntries(Path segment) throws IOException {
        int[] count = new int[1];
        boolean isSound = TornTail.read(segment, entry -> {
            count[0]++;
            note(entry);
        });
        if (!isSound) {
            // Ratis takes a length that leads beyond the end for a torn entry, and drops all that follows.
            throw new DamagedStoreException(segment, "an entry in it is not what was written");
        }
        return count[0] > 0;
    }

    private void note(byte[] bytes) {
        try {
            LogEntryProto entry = LogEntryProto.parseFrom(bytes);
            lastIndex = Math.max(lastIndex, entry.getIndex());
            if (entry.hasConfigurationEntry()
                    && entry.getIndex() > membersIndex
                    && entry.getConfigurationEntry().getPeersCount() > 0) {
                members = entry.getConfigurationEntry();
                membersIndex = entry.getIndex();
            }
        } catch (InvalidProtocolBufferException e) {
            // Ratis reads it too, and says what is wrong.
            return;
        }
    }

    Path path() {
        return path;
    }

    @Nullable
    UUID group() {
        return group;
    }

    private Path ofGroup() {
        return path.resolve(String.valueOf(group));
    }

    /** Whether it holds no entry, no snapshot, and not who takes part. */
    boolean isEmpty() {
        return !hasContent;
    }

    /** Of the oldest entry that is there; higher than any index if there is none. */
    long firstIndex() {
        return firstIndex;
    }

    /** Of the newest entry that is there or in a snapshot; -1 if there is none. */
    long lastIndex() {
        return lastIndex;
    }

    /** The names of those who take part, as the log says last, those included who are just going. */
    List<String> members() {
        return members == null
                ? List.of()
                : Stream.concat(members.getPeersList().stream(), members.getOldPeersList().stream())
                        .map(each -> each.getId().toStringUtf8())
                        .distinct()
                        .toList();
    }

    /** Where they are, for people; the names of those that have no address. */
    List<String> addresses() {
        return members == null
                ? List.of()
                : members.getPeersList().stream().map(LogFolder::address).toList();
    }

    private static String address(RaftPeerProto peer) {
        return peer.getAddress().isEmpty() ? peer.getId().toStringUtf8() : peer.getAddress();
    }

    /** @throws DamagedStoreException if Ratis would take it for a new log, or for one of somebody else */
    void requireWhole() throws DamagedStoreException {
        if (!hasVote) {
            throw new DamagedStoreException(
                    ofGroup().resolve("current").resolve(VOTE), "nothing is in it, or it is not there");
        }
        if (members == null) {
            throw new DamagedStoreException(path, "it says nowhere who takes part");
        }
    }

    /**
     * Deletes a log that {@linkplain #isEmpty has nothing}; file by file, so that whatever came meanwhile stays.
     *
     * @throws IOException if something else is there
     */
    void forget() throws IOException {
        if (group == null) {
            return;
        }
        if (hasContent) {
            throw new IllegalStateException("the log in " + path + " is not empty");
        }
        forget(ofGroup());
        Folders.sync(path);
    }

    private static void forget(Path folder) throws IOException {
        for (Path each : Folders.list(folder)) {
            if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
                forget(each);
            } else {
                Files.delete(each);
            }
        }
        Files.delete(folder);
    }
}
