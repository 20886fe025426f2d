package io.roundtable.manager;

import io.roundtable.catalog.Catalog.DiskEntry;
import io.roundtable.catalog.FileCursor;
import io.roundtable.catalog.FileEntry;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.storage.Damage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says what a volume survives now: the worst of its files, by their shares. What a disk has not shown in this epoch since it
 * came is not known, whatever the catalog says of it.
 *
 * <p>A look at each kind of files, not at each file.
 */
final class Explanations {
    private static final int PROBLEMS_MAX = 20;
    private static final int NAMES_MAX = 5;
    private static final int LOOKED_AT_MAX = 20_000;
    private static final int SECONDS_SHOWN_MAX = 120;
    private static final int MS_PER_S = 1_000;
    private static final int S_PER_MIN = 60;

    private final Context context;
    private final DiskTable disks;
    private final FileIndex index;
    private final Degraded degraded;
    private final Repairs repairs;
    private final Commits commits;
    private final Replacements replacements;
    private final Holdings holdings;
    private final Scrubbing scrubbing;
    private final SharedFates fates;

    Explanations(
            Context context,
            DiskTable disks,
            FileIndex index,
            Degraded degraded,
            Repairs repairs,
            Commits commits,
            Replacements replacements,
            Holdings holdings,
            Scrubbing scrubbing) {
        this.context = context;
        this.disks = disks;
        this.index = index;
        this.degraded = degraded;
        this.repairs = repairs;
        this.commits = commits;
        this.replacements = replacements;
        this.holdings = holdings;
        this.scrubbing = scrubbing;
        this.fates = new SharedFates(context, disks);
    }

    /**
     * The positions of a volume whose shares cannot be counted on.
     *
     * @param away or about to lose its place
     * @param awaited there, and yet to show what it holds
     * @param lookedMs how long ago the others were asked, the one for which that is longest
     */
    private record Seats(SortedSet<Integer> away, SortedSet<Integer> wiped, SortedSet<Integer> awaited, long lookedMs) {
        SortedSet<Integer> gone() {
            SortedSet<Integer> gone = new TreeSet<>(away);
            gone.addAll(wiped);
            return gone;
        }
    }

    void onExplain(long request, VolumeMessage.Explain explain) {
        VolumeMessage.Explanation explanation = explain(explain.volume());
        if (explanation == null) {
            context.refuseVolume(request);
        } else {
            context.answer(request, explanation);
        }
    }

    VolumeMessage.@Nullable Explanation explain(String name) {
        VolumeEntry volume = context.catalog.volume(name);
        if (volume == null) {
            return null;
        }
        Seats seats = look(volume);
        SortedSet<Integer> gone = seats.gone();
        TreeMap<Integer, Integer> files = new TreeMap<>();
        degraded.kinds(volume.id())
                .forEach((kind, count) -> files.merge(spare(volume, kind, gone), count, Integer::sum));
        int survives = files.isEmpty()
                ? fates.spare(
                        volume,
                        Damage.of(Degraded.layout(volume), gone)
                                .spare(Degraded.layout(volume).dataDisks()),
                        gone)
                : files.firstKey();
        List<String> lines = new ArrayList<>();
        lines.add(volume.name() + ": " + headline(volume, seats, survives, files.getOrDefault(survives, 0)) + ".");
        if (survives < 0 && files.getOrDefault(0, 0) > 0) {
            lines.add(survive(files.getOrDefault(0, 0)) + " no further loss.");
        }
        addForeign(volume, lines);
        fates.addLines(volume, lines);
        addReasons(volume, seats, lines);
        return new VolumeMessage.Explanation(
                survives, seats.lookedMs, names(volume, seats.awaited), names(volume, seats.away), lines);
    }

    private Seats look(VolumeEntry volume) {
        Seats seats = new Seats(new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), 0);
        long oldestMs = context.nowMs();
        for (int position = 0; position < volume.disks().size(); position++) {
            DiskId disk = volume.disks().get(position);
            OptionalLong shown = holdings.shownAtMs(disk);
            if (!disks.isThere(disk) || replacements.isReplacing(disk)) {
                seats.away.add(position);
            } else if (commits.isWiping(volume.id(), position)) {
                seats.wiped.add(position);
            } else if (shown.isEmpty() || disks.isOverdue(disk)) {
                seats.awaited.add(position);
            } else {
                oldestMs = Math.min(oldestMs, shown.getAsLong());
            }
        }
        return new Seats(seats.away, seats.wiped, seats.awaited, context.nowMs() - oldestMs);
    }

    private int spare(VolumeEntry volume, Degraded.Kind kind, SortedSet<Integer> gone) {
        int spare = Damage.of(Degraded.layout(volume), kind.lost()).with(gone).spare(kind.width());
        return fates.spare(volume, spare, gone);
    }

    private List<String> names(VolumeEntry volume, SortedSet<Integer> positions) {
        return positions.stream()
                .map(position -> disks.name(volume.disks().get(position)))
                .toList();
    }

    // ---- the worst

    /** @param count of the files that survive no more than that */
    private String headline(VolumeEntry volume, Seats seats, int survives, int count) {
        if (volume.isDecommissioning()) {
            return "being ended, and its files with it";
        }
        if (!seats.awaited.isEmpty()) {
            boolean isOne = seats.awaited.size() == 1;
            return "not known yet: " + String.join(", ", names(volume, seats.awaited))
                    + (isOne ? " has not shown its list" : " have not shown their lists");
        }
        String asOf = " (as of " + ago(seats.lookedMs) + " ago)";
        if (volume.fileCount() == 0) {
            return "no files; "
                    + switch (survives) {
                        case -1 -> "none can be written now";
                        case 0 -> "one written now survives no loss";
                        default -> "one written now survives the loss of " + anyMore(survives);
                    }
                    + asOf;
        }
        boolean isAll = count == volume.fileCount();
        return switch (survives) {
                    case -1 ->
                        (isAll ? "no file can" : files(count) + " cannot") + " be read now"
                                + (isAll ? "" : worst(volume, seats.gone(), survives, count));
                    case 0 ->
                        isAll
                                ? "no file survives a further loss"
                                : survive(count) + " no further loss" + worst(volume, seats.gone(), survives, count);
                    default -> "every file survives the loss of " + anyMore(survives);
                }
                + asOf;
    }

    private static String anyMore(int disks) {
        return disks == 1 ? "any one more disk" : "any " + disks + " more disks";
    }

    private static String files(int count) {
        return count == 1 ? "1 file" : count + " files";
    }

    private static String survive(int count) {
        return files(count) + (count == 1 ? " survives" : " survive");
    }

    private static String ago(long ms) {
        long seconds = ms / MS_PER_S;
        return seconds < SECONDS_SHOWN_MAX ? seconds + " s" : seconds / S_PER_MIN + " min";
    }

    /** The names of some of the files that survive no more than that. */
    private String worst(VolumeEntry volume, SortedSet<Integer> gone, int survives, int count) {
        Set<Degraded.Kind> worst =
                new LinkedHashSet<>(degraded.kinds(volume.id()).keySet());
        worst.removeIf(kind -> spare(volume, kind, gone) != survives);
        List<String> listed = new ArrayList<>();
        worst.forEach(kind -> addNames(volume, degraded.fileIds(volume.id(), kind), listed));
        List<String> names = listed;
        if (listed.size() < Math.min(NAMES_MAX, count)) {
            // Not listed: whole ones, which are among the worst while disks are gone, or the rest of very many. Where
            // these are few among millions, some names are enough.
            Set<String> found = new LinkedHashSet<>(listed);
            FileCursor cursor = volume.fileCursor();
            for (int looked = 0; cursor.isThere() && looked < LOOKED_AT_MAX && found.size() < NAMES_MAX; looked++) {
                FileEntry file = cursor.file();
                if (worst.contains(degraded.kind(volume, file))) {
                    found.add(file.name());
                }
                cursor.next();
            }
            names = new ArrayList<>(found);
        }
        int others = count - names.size();
        return ": " + String.join(", ", names) + (others > 0 ? " and " + others + " more" : "");
    }

    private void addNames(VolumeEntry volume, Iterable<Long> fileIds, List<String> names) {
        for (long fileId : fileIds) {
            FileEntry file = index.file(volume.id(), fileId);
            if (names.size() >= NAMES_MAX) {
                return;
            }
            if (file != null) {
                names.add(file.name());
            }
        }
    }

    /** What the numbers do not say: these disks have no folder. */
    private void addForeign(VolumeEntry volume, List<String> lines) {
        List<String> foreign = new ArrayList<>();
        for (DiskId disk : volume.disks()) {
            DiskEntry entry = context.catalog.disk(disk);
            if (entry != null && entry.isForeign()) {
                foreign.add(entry.name() + " (UDP " + entry.foreign().orElseThrow() + ")");
            }
        }
        if (foreign.isEmpty()) {
            return;
        }
        boolean isOne = foreign.size() == 1;
        boolean isBeyondParity = foreign.size() > volume.parity();
        lines.add("Foreign: " + String.join(", ", foreign) + ", in memory only: "
                + (isOne ? "it forgets" : "each forgets")
                + " all when its program ends, fails or is wiped, which anybody may tell it"
                + (isBeyondParity ? "; where they end together, files are lost" : "") + ".");
    }

    // ---- why, and what is being done

    private void addReasons(VolumeEntry volume, Seats seats, List<String> lines) {
        if (!seats.away.isEmpty()) {
            lines.add(awayLine(volume, seats.away));
        }
        if (!seats.wiped.isEmpty()) {
            lines.add("Being wiped by disk-failure: " + String.join(", ", names(volume, seats.wiped)) + ".");
        }
        int lacking = degraded.lacking(volume.id());
        if (lacking > 0) {
            lines.add(files(lacking) + (lacking == 1 ? " lacks" : " lack") + " a share; being computed again: "
                    + repairs.open(volume.id()) + ".");
        }
        repairs.problems(volume.id(), PROBLEMS_MAX)
                .forEach(problem -> lines.add("Could not be mended so far: " + problem + "."));
        Jobs.Job scrub = scrubbing.running(volume.id());
        if (scrub != null) {
            VolumeMessage.Job line = scrub.line(context.nowMs());
            lines.add("A scrub is under way: " + (line.total() == 0 ? 0 : 100 * line.done() / line.total())
                    + " % read, problems: " + line.problems().size() + ".");
        }
    }

    private String withTrouble(DiskId disk) {
        return disks.name(disk)
                + disks.trouble(disk).map(reason -> " (" + reason + ")").orElse("");
    }

    private String awayLine(VolumeEntry volume, SortedSet<Integer> away) {
        StringBuilder line = new StringBuilder("Away: ")
                .append(away.stream()
                        .map(position -> withTrouble(volume.disks().get(position)))
                        .collect(Collectors.joining(", ")))
                .append('.');
        long leftMs =
                context.options.repairAfterMs() - disks.awayMs(volume.disks().get(away.first()));
        int needing = replacements.needing(volume, away.first());
        if (needing > 0) {
            line.append(" It keeps its place, for ")
                    .append(files(needing))
                    .append(needing == 1 ? " needs" : " need")
                    .append(
                            disks.isForeign(volume.disks().get(away.first()))
                                    ? " what it holds."
                                    : " what it holds: start its peer again.");
        } else if (disks.free().isEmpty()) {
            line.append(" No Free disk can take its place: start another peer with --data.");
        } else if (leftMs > 0) {
            line.append(" A Free disk takes its place in ")
                    .append(leftMs / MS_PER_S)
                    .append(" s.");
        }
        return line.toString();
    }
}
