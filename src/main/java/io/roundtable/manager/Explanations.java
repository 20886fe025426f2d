package io.roundtable.manager;

import io.roundtable.catalog.VolumeEntry;
import io.roundtable.catalog.VolumeEntry.FileEntry;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.storage.Damage;
import io.roundtable.storage.StripeLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Says what a volume survives now, and what would break it. */
final class Explanations {
    private static final int FILES_MAX = 20;

    private final Context context;
    private final DiskTable disks;
    private final Repairs repairs;
    private final Replacements replacements;

    Explanations(Context context, DiskTable disks, Repairs repairs, Replacements replacements) {
        this.context = context;
        this.disks = disks;
        this.repairs = repairs;
        this.replacements = replacements;
    }

    void onExplain(long request, VolumeMessage.Explain explain) {
        VolumeEntry volume = context.catalog.volume(explain.volume());
        if (volume == null) {
            context.refuseVolume(request);
        } else {
            context.answer(request, new VolumeMessage.Explanation(lines(volume)));
        }
    }

    private List<String> lines(VolumeEntry volume) {
        StripeLayout layout = new StripeLayout(volume.disks().size(), volume.parity(), volume.unitBytes());
        TreeSet<Integer> away = new TreeSet<>();
        List<String> names = new ArrayList<>();
        for (int position = 0; position < volume.disks().size(); position++) {
            DiskId disk = volume.disks().get(position);
            if (!disks.isThere(disk)) {
                away.add(position);
                names.add(disks.name(disk));
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add(volume.name() + ": " + new Damage(layout, away).explain() + ".");
        if (!names.isEmpty()) {
            lines.add(awayLine(volume, away, names));
        }
        addDegraded(volume, layout, away, lines);
        int open = repairs.open(volume.id());
        if (open > 0) {
            lines.add(open + (open == 1 ? " share is" : " shares are") + " being computed again.");
        }
        repairs.problems(volume.id()).stream()
                .limit(FILES_MAX)
                .forEach(problem -> lines.add("Could not be mended so far: " + problem + "."));
        return lines;
    }

    private String awayLine(VolumeEntry volume, TreeSet<Integer> away, List<String> names) {
        StringBuilder line =
                new StringBuilder("Away: ").append(String.join(", ", names)).append('.');
        long leftMs =
                context.options.repairAfterMs() - disks.awayMs(volume.disks().get(away.first()));
        int needing = replacements.needing(volume, away.first());
        if (needing > 0) {
            line.append(" It keeps its place, for ")
                    .append(needing)
                    .append(needing == 1 ? " file needs" : " files need")
                    .append(" what it holds: start its peer again.");
        } else if (disks.free().isEmpty()) {
            line.append(" No Free disk can take its place: start another peer with --data.");
        } else if (leftMs > 0) {
            line.append(" A Free disk takes its place in ")
                    .append(leftMs / 1_000)
                    .append(" s.");
        }
        return line.toString();
    }

    private static void addDegraded(
            VolumeEntry volume, StripeLayout layout, TreeSet<Integer> away, List<String> lines) {
        int degraded = 0;
        int listed = 0;
        for (FileEntry file : volume.files()) {
            TreeSet<Integer> lost = new TreeSet<>(file.missing());
            degraded += lost.isEmpty() ? 0 : 1;
            lost.addAll(away);
            if (!new Damage(layout, lost).isReadable(file.sizeBytes()) && listed++ < FILES_MAX) {
                lines.add("Cannot be read now: " + file.name() + " (shares missing at " + lost.size() + " of "
                        + layout.disks() + " disks).");
            }
        }
        if (degraded > 0) {
            lines.add(degraded + (degraded == 1 ? " file lacks" : " files lack") + " a share.");
        }
    }
}
