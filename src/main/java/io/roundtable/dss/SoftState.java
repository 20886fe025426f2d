package io.roundtable.dss;

import io.roundtable.folder.DataFolder;
import io.roundtable.folder.Folders;
import io.roundtable.protocol.DssMessage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a disk's block desk keeps for the holds: stagings and exposures, bounded, each until it is silent for too long. */
final class SoftState implements Closeable {
    /** Of the disk's data folder. */
    static final String FOLDER = "dss";

    /** The same, of disks that are stood in for. */
    static final String STAND_IN_FOLDER = "dss-stand-in";

    static final int STAGINGS_MAX = 64;
    static final int EXPOSURES_MAX = 2_000;

    private static final class Entry {
        final @Nullable Staging staging;
        final @Nullable Exposure exposure;
        /** When the user last sent a block. */
        long blockAtMs;
        /** When the manager or the user was last heard of. */
        long heardAtMs;

        Entry(@Nullable Staging staging, @Nullable Exposure exposure, long nowMs) {
            this.staging = staging;
            this.exposure = exposure;
            this.blockAtMs = nowMs;
            this.heardAtMs = nowMs;
        }
    }

    private final Path folder;
    private final Map<Long, Entry> entries = new LinkedHashMap<>();
    private long lastFile;

    /** @param folder {@link #prepare prepared} */
    SoftState(Path folder) {
        this.folder = folder;
    }

    /** Of blocks for the disk itself, and for those that its peer stands in for. */
    static void prepareAll(Path data) throws IOException {
        prepare(data);
        prepare(data, STAND_IN_FOLDER);
    }

    /**
     * Makes the folder for blocks on their way, for them alone; what an earlier process left there is deleted. Reads and
     * writes files, so not on the loop.
     *
     * @param data the disk's data folder
     * @throws IOException with a sentence for people if what lies there is a link, or another user's
     */
    static Path prepare(Path data) throws IOException {
        return prepare(data, FOLDER);
    }

    private static Path prepare(Path data, String name) throws IOException {
        Path folder = DataFolder.open(data).folder(name);
        for (Path left : Folders.list(folder)) {
            Folders.delete(left);
        }
        return folder;
    }

    Path newFile() {
        return folder.resolve("staged-" + ++lastFile);
    }

    // ---- stagings

    /** One copy at a time into a DSS under a name; what a former manager's left goes. */
    void stage(Staging staging, long nowMs) {
        Staging before = staging(staging.order.dss(), staging.order.file());
        if (before != null) {
            release(before.order.holdId());
        }
        entries.put(staging.order.holdId(), new Entry(staging, null, nowMs));
    }

    /** By DSS and file: two DSSes may have a file of one name. */
    @Nullable
    Staging staging(String dss, String file) {
        return entries.values().stream()
                .map(entry -> entry.staging)
                .filter(staging -> staging != null
                        && staging.order.dss().equals(dss)
                        && staging.order.file().equals(file))
                .findFirst()
                .orElse(null);
    }

    @Nullable
    Staging staging(long holdId) {
        Entry entry = entries.get(holdId);
        return entry == null ? null : entry.staging;
    }

    int stagings() {
        return (int)
                entries.values().stream().filter(entry -> entry.staging != null).count();
    }

    long stagedBytes() {
        return entries.values().stream()
                .mapToLong(entry -> entry.staging == null ? 0 : entry.staging.bytes())
                .sum();
    }

    // ---- exposures

    void expose(Exposure exposure, long nowMs) {
        entries.put(exposure.order.holdId(), new Entry(null, exposure, nowMs));
    }

    int exposures() {
        return entries.size() - stagings();
    }

    /** The latest that shows a file at a position, of a DSS if one is named; at another one if there is none at this. */
    @Nullable
    Exposure exposure(Optional<String> dss, String file, long position) {
        Exposure latest = null;
        Exposure other = null;
        for (Entry entry : entries.values()) {
            Exposure each = entry.exposure;
            if (each != null
                    && each.file(file) != null
                    && dss.map(each.order.dss()::equals).orElse(true)) {
                other = each;
                latest = each.order.position() == position ? each : latest;
            }
        }
        return latest == null ? other : latest;
    }

    /** What goes on, for a manager that does not know. */
    List<DssMessage.Kept> kept(DssMessage.Recall recall, boolean isFailed, boolean isStandIn, long nowMs) {
        List<DssMessage.Kept> kept = new ArrayList<>();
        entries.forEach((holdId, entry) -> {
            long idleMs = nowMs - entry.blockAtMs;
            if (entry.staging != null
                    && isAsked(recall, entry.staging.order.key().volumeId(), entry.staging.order.dss())) {
                DssMessage.Stage order = entry.staging.order;
                kept.add(new DssMessage.Kept(
                        holdId,
                        DssMessage.Operation.COPY,
                        order.user(),
                        order.key().volumeId(),
                        order.disks(),
                        order.unitBytes(),
                        order.key().position(),
                        order.file(),
                        order.key().fileId(),
                        0,
                        isStandIn,
                        false,
                        idleMs));
            } else if (entry.exposure != null
                    && isAsked(recall, entry.exposure.order.volumeId(), entry.exposure.order.dss())) {
                DssMessage.Expose order = entry.exposure.order;
                boolean isRead = order.operation() == DssMessage.Operation.READ
                        && !order.files().isEmpty();
                kept.add(new DssMessage.Kept(
                        holdId,
                        order.operation(),
                        order.user(),
                        order.volumeId(),
                        order.disks(),
                        order.unitBytes(),
                        order.position(),
                        isRead ? order.files().get(0).file() : "",
                        isRead ? order.files().get(0).fileId() : 0,
                        order.readId(),
                        isStandIn,
                        isFailed && order.isDiskFailure(),
                        idleMs));
            }
        });
        return kept;
    }

    private static boolean isAsked(DssMessage.Recall recall, int volumeId, String volume) {
        return (recall.volumeId() == 0 || recall.volumeId() == volumeId)
                && (recall.volume().isEmpty() || recall.volume().equals(volume));
    }

    /** The disk-failure that this disk takes part in. */
    @Nullable
    Exposure diskFailure() {
        return entries.values().stream()
                .map(entry -> entry.exposure)
                .filter(exposure -> exposure != null && exposure.order.isDiskFailure())
                .findFirst()
                .orElse(null);
    }

    // ---- time

    /** The user of a hold sent a block. */
    void block(long holdId, long nowMs) {
        Entry entry = entries.get(holdId);
        if (entry != null) {
            entry.blockAtMs = nowMs;
            entry.heardAtMs = nowMs;
        }
    }

    /** The manager says that the hold goes on: since when was the user silent? */
    DssMessage.Heard pulse(long holdId, long nowMs) {
        Entry entry = entries.get(holdId);
        if (entry == null) {
            return new DssMessage.Heard(-1);
        }
        entry.heardAtMs = nowMs;
        return new DssMessage.Heard(nowMs - entry.blockAtMs);
    }

    /** @return whether a disk-failure ended by that */
    boolean release(long holdId) {
        Entry entry = entries.remove(holdId);
        if (entry != null && entry.staging != null) {
            try {
                entry.staging.close();
            } catch (IOException e) {
                // The file stays until the next start, which deletes it.
            }
        }
        return entry != null && entry.exposure != null && entry.exposure.order.isDiskFailure();
    }

    /** @return whether a disk-failure ended by that */
    boolean expire(long beforeMs) {
        List<Long> silent = new ArrayList<>();
        entries.forEach((holdId, entry) -> {
            if (entry.heardAtMs < beforeMs) {
                silent.add(holdId);
            }
        });
        boolean ended = false;
        for (long holdId : silent) {
            ended |= release(holdId);
        }
        return ended;
    }

    @Override
    public void close() {
        List.copyOf(entries.keySet()).forEach(this::release);
    }
}
