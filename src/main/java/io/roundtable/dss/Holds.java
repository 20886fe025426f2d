package io.roundtable.dss;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.VolumeInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who holds which DSS. Kept by the volume's number, so that what is left over of an ended DSS holds no later one of its
 * name.
 */
final class Holds {
    /** Reads that go on at a time, of all DSSes. */
    static final int READS_MAX = 1_000;

    private final Speakers speakers;
    private final Map<Long, Hold> all = new TreeMap<>();
    private long lastId;

    Holds(Speakers speakers) {
        this.speakers = speakers;
    }

    Hold begin(
            long epoch,
            DssMessage.Operation operation,
            VolumeInfo volume,
            String user,
            Address from,
            String file,
            long nowMs) {
        Hold hold = new Hold(epoch << 32 | ++lastId, operation, volume, user, from, file, nowMs);
        all.put(hold.id, hold);
        return hold;
    }

    /** One that was begun under an earlier manager. */
    void restore(Hold hold) {
        all.putIfAbsent(hold.id, hold);
    }

    @Nullable
    Hold get(long id) {
        return all.get(id);
    }

    void end(Hold hold) {
        all.remove(hold.id);
    }

    void clear() {
        all.clear();
    }

    boolean isOpen(Hold hold) {
        return all.containsKey(hold.id);
    }

    List<Hold> all() {
        return List.copyOf(all.values());
    }

    /** The copy, disk-failure or decommission that holds a DSS. */
    @Nullable
    Hold holder(VolumeInfo volume) {
        return all.values().stream()
                .filter(hold -> hold.volume.id() == volume.id() && hold.operation != DssMessage.Operation.READ)
                .findFirst()
                .orElse(null);
    }

    boolean isRead(VolumeInfo volume) {
        return reads().stream().anyMatch(hold -> hold.volume.id() == volume.id());
    }

    List<Hold> reads() {
        return all.values().stream()
                .filter(hold -> hold.operation == DssMessage.Operation.READ)
                .toList();
    }

    /** The latest operation of this kind on a DSS of that name, ended or not. */
    @Nullable
    Hold latest(DssMessage.Operation operation, String dss) {
        List<Hold> found = all.values().stream()
                .filter(hold ->
                        hold.operation == operation && hold.volume.name().equals(dss))
                .toList();
        return found.isEmpty() ? null : found.get(found.size() - 1);
    }

    /**
     * The reads that a sender may end, those that its very socket began first, and of these the oldest.
     *
     * @param dss empty for any
     */
    List<Hold> readsOf(Optional<String> dss, Address from, Optional<String> user) {
        List<Hold> found = new ArrayList<>(reads().stream()
                .filter(hold -> dss.isEmpty() || dss.get().equals(hold.volume.name()))
                .filter(hold -> mayEnd(hold, from, user))
                .toList());
        found.sort(Comparator.comparing(hold -> !hold.from.equals(from)));
        return found;
    }

    /**
     * Whether a sender is the one who began it. Most {@code -complete} commands name no user, so it is told by the
     * socket; a user whose program takes a new socket for every command is told by its host.
     *
     * @param user if the command names one
     */
    boolean mayEnd(Hold hold, Address from, Optional<String> user) {
        if (user.isPresent()) {
            return user.get().equals(hold.user);
        }
        if (from.equals(hold.from)) {
            return true;
        }
        Optional<String> speaker = speakers.at(from);
        return speaker.isPresent()
                ? speaker.get().equals(hold.user)
                : from.host().equals(hold.from.host()) && speakers.at(hold.from).isEmpty();
    }
}
