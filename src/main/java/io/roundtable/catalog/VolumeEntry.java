package io.roundtable.catalog;

import io.roundtable.catalog.Outcome.Done;
import io.roundtable.catalog.Outcome.Refused;
import io.roundtable.catalog.Outcome.Result;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.FileName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One volume in the catalog: its layout, its disks, its files. Changed by {@link Catalog} only. */
public final class VolumeEntry {
    private static final int SHA256_DIGITS = 64;

    private final int id;
    private final String name;
    private final int parity;
    private final int unitBytes;
    private final String owner;
    private final List<DiskId> disks;
    private VolumeFiles files = new VolumeFiles();
    private boolean isDecommissioning;

    VolumeEntry(int id, String name, int parity, int unitBytes, List<DiskId> disks, String owner) {
        this.id = id;
        this.name = name;
        this.parity = parity;
        this.unitBytes = unitBytes;
        this.owner = owner;
        this.disks = new ArrayList<>(disks);
    }

    /** Another one that is alike; changes of either are none of the other. Takes no longer for more files. */
    VolumeEntry copy() {
        VolumeEntry copy = new VolumeEntry(id, name, parity, unitBytes, disks, owner);
        copy.files = files.copy();
        copy.isDecommissioning = isDecommissioning;
        return copy;
    }

    // ---- changes

    Result apply(Change change) {
        if (change instanceof Change.CommitFile commit) {
            return commit(commit);
        } else if (change instanceof Change.RemoveFile remove) {
            return remove(remove);
        } else if (change instanceof Change.LoseShares lose) {
            return loseShares(lose);
        } else if (change instanceof Change.LoseShare lose) {
            return loseShare(lose);
        } else if (change instanceof Change.RestoreShare restore) {
            return restoreShare(restore);
        }
        throw new IllegalArgumentException("no change of files: " + change);
    }

    private Result commit(Change.CommitFile commit) {
        FileEntry before = files.get(commit.name());
        if (before != null && before.fileId() == commit.fileId()) {
            // The same content once more: whoever asks did not hear the answer.
            return new Done(0, 0);
        }
        if (isDecommissioning) {
            return new Refused(Refusals.busy("decommission-dss"));
        }
        // Not the rules for its parts, which are newer than some logs: those are the manager's, before a change is
        // proposed.
        if (!FileName.isText(commit.name())) {
            return new Refused(Refusals.BAD_FILE);
        }
        if (!Names.isOwner(commit.owner())) {
            return new Refused(Refusals.BAD_USER);
        }
        if (commit.sizeBytes() < 0 || commit.fileId() <= 0 || !isSha256(commit.sha256())) {
            return new Refused(Refusals.BAD_CONTENT);
        }
        if (before != null && !before.owner().equals(commit.owner())) {
            return new Refused(Refusals.NOT_OWNER);
        }
        TreeSet<Integer> missing = new TreeSet<>();
        for (int position = 0; position < disks.size(); position++) {
            Optional<DiskId> sealed =
                    position < commit.sealed().size() ? commit.sealed().get(position) : Optional.empty();
            if (!sealed.equals(Optional.of(disks.get(position)))) {
                missing.add(position);
            }
        }
        if (missing.size() > parity) {
            return new Refused(Refusals.NOT_SEALED);
        }
        files.put(new FileEntry(
                commit.name(),
                commit.owner(),
                commit.sha256(),
                new Extent(commit.fileId(), commit.sizeBytes(), 0, 0, List.copyOf(missing)),
                commit.changedAtMs(),
                commit.attributes()));
        return new Done(0, before == null ? 0 : before.fileId());
    }

    private Result remove(Change.RemoveFile remove) {
        FileEntry file = files.get(remove.name());
        if (file == null || file.fileId() != remove.fileId()) {
            return new Refused(Refusals.NO_SUCH_FILE);
        }
        files.remove(remove.name());
        return new Done(0, file.fileId());
    }

    private Result loseShares(Change.LoseShares lose) {
        if (!isAt(lose.position(), lose.disk())) {
            return new Refused(Refusals.NO_SUCH_DISK);
        }
        files.loseAll(lose.position());
        return new Done(0, 0);
    }

    Result replaceDisk(int position, DiskId from, DiskId to) {
        if (!isAt(position, from)) {
            return new Refused(Refusals.NO_SUCH_DISK);
        }
        disks.set(position, to);
        files.loseAll(position);
        return new Done(0, 0);
    }

    private Result loseShare(Change.LoseShare lose) {
        FileEntry file = files.get(lose.name());
        if (file == null || file.fileId() != lose.fileId()) {
            return new Refused(Refusals.NO_SUCH_FILE);
        }
        if (lose.position() < 0 || lose.position() >= disks.size()) {
            return new Refused(Refusals.NO_SUCH_DISK);
        }
        files.put(with(file, lose.position(), true));
        return new Done(0, 0);
    }

    private Result restoreShare(Change.RestoreShare restore) {
        FileEntry file = files.get(restore.name());
        if (file == null || file.fileId() != restore.fileId()) {
            return new Refused(Refusals.NO_SUCH_FILE);
        }
        if (!isAt(restore.position(), restore.disk())) {
            return new Refused(Refusals.NO_SUCH_DISK);
        }
        files.put(with(file, restore.position(), false));
        return new Done(0, 0);
    }

    private static FileEntry with(FileEntry file, int position, boolean isMissing) {
        TreeSet<Integer> missing = new TreeSet<>(file.missing());
        boolean isChange = isMissing ? missing.add(position) : missing.remove(position);
        return isChange ? file.withMissing(missing) : file;
    }

    /** Not stricter: users of the DSS protocol may spell it as they like, or leave it out. */
    private static boolean isSha256(String text) {
        return text.length() <= SHA256_DIGITS && text.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128);
    }

    private boolean isAt(int position, DiskId disk) {
        return position >= 0 && position < disks.size() && disks.get(position).equals(disk);
    }

    Result beginDecommission() {
        isDecommissioning = true;
        return new Done(id, 0);
    }

    /** As a snapshot has it. */
    void put(SnapshotPart.File file, Extent extent) {
        files.put(
                new FileEntry(file.name(), file.owner(), file.sha256(), extent, file.changedAtMs(), file.attributes()));
    }

    /** @param all {@link FileRecord}s, which become its files */
    void restore(PackedTable all) {
        files = new VolumeFiles(all);
    }

    // ---- queries

    public int id() {
        return id;
    }

    public String name() {
        return name;
    }

    public int parity() {
        return parity;
    }

    public int unitBytes() {
        return unitBytes;
    }

    public String owner() {
        return owner;
    }

    public boolean isDecommissioning() {
        return isDecommissioning;
    }

    /** By position. */
    public List<DiskId> disks() {
        return Collections.unmodifiableList(disks);
    }

    /** The position of a disk, or -1. */
    public int positionOf(DiskId disk) {
        return disks.indexOf(disk);
    }

    /** By the bytes of their names in UTF-8; as they are now, whatever changes later. */
    public Collection<FileEntry> files() {
        return files.all();
    }

    /** Those whose name comes behind this one. */
    public Iterable<FileEntry> filesAfter(String after) {
        return files.behind(after);
    }

    /** Goes through the files without making an object of each. */
    public FileCursor fileCursor() {
        return files.cursor();
    }

    public int fileCount() {
        return files.size();
    }

    void forEachPiece(int aboutBytes, VolumeFiles.Piece piece) throws IOException {
        files.forEachPiece(aboutBytes, piece);
    }

    public @Nullable FileEntry file(String file) {
        return files.get(file);
    }
}
