package io.roundtable.manager;

import io.roundtable.manager.Repairs.Place;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.ShareKey;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the disks have shown of what they hold since they came: whether they told it to the end, and their strays.
 *
 * <p>A stray is a share of a present content that lies where the catalog does not count on it: on a disk that lost its
 * place and came back, or at its own place though the catalog calls it missing. It may be the last copy: it stays until the
 * disk of its place has shown the same one, and the share is repaired from it.
 *
 * <p>Strays are remembered only while the catalog misses the share, so there are never more than shares to repair for each
 * disk that has them.
 */
final class Holdings {
    private static final NavigableSet<ShareKey> NONE = Collections.emptyNavigableSet();

    private final DiskTable disks;
    /** When the last walk began that went through to the end of the disk as it came the last time. */
    private final Map<DiskId, Long> shownMs = new TreeMap<>();

    private final Map<DiskId, NavigableSet<ShareKey>> strays = new TreeMap<>();
    /** Places whose shares a disk holds a second time, as far as the catalog knows: their own disk has not shown them. */
    private final Map<DiskId, Set<Place>> undecided = new TreeMap<>();

    Holdings(DiskTable disks) {
        this.disks = disks;
    }

    // ---- news

    /** Nothing that the disk told counts any more: it came anew, or has another place. */
    void forget(DiskId disk) {
        shownMs.remove(disk);
        strays.remove(disk);
        undecided.remove(disk);
    }

    /** A walk through the disk met a stray. */
    void addStray(DiskId disk, ShareKey key) {
        strays.computeIfAbsent(disk, d -> new TreeSet<>()).add(key);
    }

    /**
     * A walk came to the end of the disk.
     *
     * @param met the strays that it met; others are gone
     * @param twice places whose shares it met though the catalog counts on another disk that has not shown them
     */
    void shown(DiskId disk, long beganMs, Set<ShareKey> met, Set<Place> twice) {
        shownMs.put(disk, beganMs);
        NavigableSet<ShareKey> kept = strays.get(disk);
        if (kept != null) {
            kept.retainAll(met);
            dropIfEmpty(disk, kept);
        }
        if (twice.isEmpty()) {
            undecided.remove(disk);
        } else {
            undecided.put(disk, new TreeSet<>(twice));
        }
    }

    void removeStray(DiskId disk, ShareKey key) {
        NavigableSet<ShareKey> kept = strays.get(disk);
        if (kept != null) {
            kept.remove(key);
            dropIfEmpty(disk, kept);
        }
    }

    private void dropIfEmpty(DiskId disk, NavigableSet<ShareKey> kept) {
        if (kept.isEmpty()) {
            strays.remove(disk);
        }
    }

    /** Disks that hold a stray of this content, at any position; they are forgotten with it. */
    Map<DiskId, Set<ShareKey>> takeStrays(int volumeId, long fileId) {
        Map<DiskId, Set<ShareKey>> taken = new TreeMap<>();
        ShareKey first = new ShareKey(volumeId, fileId, 0);
        ShareKey last = new ShareKey(volumeId, fileId, ShareKey.POSITION_MAX);
        for (DiskId disk : List.copyOf(strays.keySet())) {
            NavigableSet<ShareKey> kept = strays.get(disk);
            NavigableSet<ShareKey> some = kept == null ? null : kept.subSet(first, true, last, true);
            if (kept != null && some != null && !some.isEmpty()) {
                taken.put(disk, new TreeSet<>(some));
                some.clear();
                dropIfEmpty(disk, kept);
            }
        }
        return taken;
    }

    // ---- questions

    /**
     * When the disk was last asked for all that it holds and told it to the end, in milliseconds of the manager's clock;
     * empty if it is away, or has not done so in this epoch since it came or came back.
     */
    OptionalLong shownAtMs(DiskId disk) {
        Long shown = disks.isThere(disk) ? shownMs.get(disk) : null;
        return shown == null ? OptionalLong.empty() : OptionalLong.of(shown);
    }

    /** Whether the disk is there and has told, since it came, what it holds: what it did not tell counts as lost. */
    boolean hasShown(DiskId disk) {
        return shownAtMs(disk).isPresent();
    }

    /** A disk that is there and has a stray: the one that is given if it does, or else any; null if there is none. */
    @Nullable
    DiskId holder(ShareKey key, DiskId rather) {
        DiskId found = null;
        for (Map.Entry<DiskId, NavigableSet<ShareKey>> each : strays.entrySet()) {
            boolean isHeld = disks.isThere(each.getKey()) && each.getValue().contains(key);
            if (isHeld && (found == null || each.getKey().equals(rather))) {
                found = each.getKey();
            }
        }
        return found;
    }

    /** Whether files may need what the disk holds beside the shares that are counted on: it must not be lost sight of. */
    boolean isNeeded(DiskId disk) {
        return strays.containsKey(disk) || undecided.containsKey(disk);
    }

    /** Whether files of the place's volume may need what the disk holds of it beside the shares of this place. */
    boolean isNeededElsewhere(DiskId disk, Place place) {
        return of(disk, place.volumeId()).anyMatch(each -> !each.equals(place));
    }

    /** Whether files of this volume may need what the disk holds beside the shares that are counted on. */
    boolean isNeeded(DiskId disk, int volumeId) {
        return of(disk, volumeId).findAny().isPresent();
    }

    /** The places whose strays the disk has, or shares a second time. */
    private Stream<Place> of(DiskId disk, int volumeId) {
        ShareKey first = new ShareKey(volumeId, 0, 0);
        Stream<Place> ofStrays = strays.getOrDefault(disk, NONE).tailSet(first).stream()
                .map(key -> new Place(key.volumeId(), key.position()));
        Stream<Place> twice = undecided.getOrDefault(disk, Set.of()).stream();
        return Stream.concat(twice, ofStrays.takeWhile(place -> place.volumeId() == volumeId))
                .filter(place -> place.volumeId() == volumeId);
    }

    /** Whether the disk holds shares of this place: if it is to have one, then this. */
    boolean belongsTo(DiskId disk, Place place) {
        return of(disk, place.volumeId()).anyMatch(place::equals);
    }

    /** Disks that hold shares twice, as far as the catalog knows: to be decided once more is known of the others. */
    List<DiskId> undecided() {
        return List.copyOf(undecided.keySet());
    }

    /** Whether a Free disk may get any place: it has shown that nothing on it is needed. */
    boolean isAtLiberty(DiskId disk) {
        return hasShown(disk) && !isNeeded(disk);
    }
}
