package io.roundtable.manager;

import io.roundtable.catalog.Catalog.DiskEntry;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.DiskId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which disks of a volume end together, for the numbers do not say so: foreign ones at one program, which count as one; at
 * one host; and those of one peer, its own and the foreign ones that it presents.
 */
final class SharedFates {
    private final Context context;
    private final DiskTable disks;

    SharedFates(Context context, DiskTable disks) {
        this.context = context;
        this.disks = disks;
    }

    // ---- how many may end

    /**
     * How many disks a file survives the end of, whichever they are, if those at one program count once.
     *
     * @param spare how many shares it survives the loss of; -1 if it cannot be read now
     * @param gone positions whose shares are lost already
     */
    int spare(VolumeEntry volume, int spare, SortedSet<Integer> gone) {
        List<Integer> sizes = new ArrayList<>();
        for (List<DiskId> together : groups(volume, gone, this::program).values()) {
            sizes.add(together.size());
        }
        sizes.sort(Comparator.reverseOrder());
        int left = spare;
        int survived = Math.min(spare, 0);
        for (int size : sizes) {
            left -= size;
            if (left < 0) {
                return survived;
            }
            survived++;
        }
        return Math.max(survived, spare);
    }

    /** Each disk is one of its own unless it shares a foreign program. */
    private Object program(DiskId disk) {
        long program = disks.claims.program(disk);
        return program == 0 ? disk : program;
    }

    /** @param fate what ends for a disk; null for nothing that is meant */
    private static Map<Object, List<DiskId>> groups(
            VolumeEntry volume, SortedSet<Integer> without, Function<DiskId, @Nullable Object> fate) {
        Map<Object, List<DiskId>> groups = new LinkedHashMap<>();
        for (int position = 0; position < volume.disks().size(); position++) {
            DiskId disk = volume.disks().get(position);
            Object key = without.contains(position) ? null : fate.apply(disk);
            if (key != null) {
                groups.computeIfAbsent(key, any -> new ArrayList<>()).add(disk);
            }
        }
        return groups;
    }

    // ---- for people

    void addLines(VolumeEntry volume, List<String> lines) {
        SortedSet<Integer> none = Collections.emptySortedSet();
        for (List<DiskId> one : shared(groups(volume, none, this::program))) {
            lines.add("One program by " + one.size() + " names: " + names(one)
                    + "; its end is the loss of all of them, and they count as one disk.");
        }
        for (List<DiskId> one : shared(groups(volume, none, this::host))) {
            lines.add(
                    "At one host: " + names(one) + "; its end is the loss of all of them" + beyond(volume, one) + ".");
        }
        for (List<DiskId> one : shared(groups(volume, none, disks::host))) {
            lines.add("At one peer: " + names(one) + "; while it is down all of them are away until another presents "
                    + names(one.stream().filter(disks::isForeign).toList()) + beyond(volume, one) + ".");
        }
    }

    private static List<List<DiskId>> shared(Map<Object, List<DiskId>> groups) {
        return groups.values().stream().filter(each -> each.size() > 1).toList();
    }

    private @Nullable Object host(DiskId disk) {
        DiskEntry entry = context.catalog.disk(disk);
        return entry == null ? null : entry.foreign().map(Address::host).orElse(null);
    }

    private static String beyond(VolumeEntry volume, List<DiskId> together) {
        return together.size() > volume.parity() ? ", more than parity " + volume.parity() + " makes up for" : "";
    }

    private String names(Collection<DiskId> all) {
        return String.join(", ", all.stream().map(disks::name).toList());
    }
}
