package io.roundtable.manager;

import io.roundtable.catalog.Catalog.DiskEntry;
import io.roundtable.catalog.Catalog.UserEntry;
import io.roundtable.catalog.Change;
import io.roundtable.catalog.FileEntry;
import io.roundtable.catalog.Names;
import io.roundtable.catalog.Outcome;
import io.roundtable.catalog.Refusals;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.storage.StripeLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes volumes and tells of them. */
final class Volumes {
    private static final int FILES_BYTES_MAX = 700_000;
    private static final int FILE_BYTES = 160;
    private static final int POSITION_BYTES = 2;
    private static final int USER_BYTES = 20;
    private static final int DISK_BYTES = 100;

    private final Context context;
    private final Proposals proposals;
    private final DiskTable disks;
    private final Holdings holdings;
    private final Replacements replacements;
    private final Views views;
    private final Users users;
    /** Requests that wait for a volume to be made, by the number that they all carry. */
    private final Map<Long, List<Long>> configuring = new HashMap<>();

    Volumes(
            Context context,
            Proposals proposals,
            DiskTable disks,
            Holdings holdings,
            Replacements replacements,
            Views views,
            Users users) {
        this.context = context;
        this.proposals = proposals;
        this.disks = disks;
        this.holdings = holdings;
        this.replacements = replacements;
        this.views = views;
        this.users = users;
    }

    void onConfigure(long request, VolumeMessage.Configure configure) {
        List<Long> same = configuring.get(configure.requestId());
        if (same != null) {
            // The same once more: whoever asks did not hear the answer, and the disks that are Free are promised to it.
            same.add(request);
            return;
        }
        VolumeEntry made = context.catalog.volume(configure.volume());
        if (made != null && isAsWanted(made, configure) && context.catalog.wasDoneByAnotherWay(configure.requestId())) {
            context.answer(request, new VolumeMessage.Volume(views.volume(made)));
            return;
        }
        String reason = context.catalog.isRemembered(configure.requestId()) ? null : reasonAgainst(configure);
        if (reason != null) {
            context.refuse(request, reason);
            return;
        }
        users.ensure(configure.user());
        List<DiskId> picked = pick(configure);
        picked.forEach(disks::reserve);
        Change change = new Change.CreateVolume(
                configure.volume(), configure.parity(), configure.unitBytes(), picked, configure.user());
        List<Long> requests = new ArrayList<>(List.of(request));
        if (configure.requestId() != 0) {
            configuring.put(configure.requestId(), requests);
        }
        proposals.propose(configure.requestId(), change, result -> {
            configuring.remove(configure.requestId());
            picked.forEach(disks::release);
            requests.forEach(each -> answer(each, result));
        });
    }

    private static boolean isAsWanted(VolumeEntry made, VolumeMessage.Configure configure) {
        return made.disks().size() == configure.n()
                && made.parity() == configure.parity()
                && made.unitBytes() == configure.unitBytes()
                && made.owner().equals(configure.user());
    }

    /** Free disks at random; fewer if a request is told its outcome again, for which none are needed. */
    private List<DiskId> pick(VolumeMessage.Configure configure) {
        List<DiskId> free = free(configure.isForeign());
        List<DiskId> picked = new ArrayList<>();
        while (picked.size() < configure.n() && !free.isEmpty()) {
            picked.add(free.remove(context.random.nextInt(free.size())));
        }
        return picked;
    }

    /**
     * Free disks on which nothing lies that files may need.
     *
     * @param isForeign whether foreign ones count
     */
    List<DiskId> free(boolean isForeign) {
        List<DiskId> free = disks.free();
        free.removeIf(disk -> !isForeign && disks.isForeign(disk));
        free.removeIf(disk -> !holdings.isAtLiberty(disk));
        return free;
    }

    private @Nullable String reasonAgainst(VolumeMessage.Configure configure) {
        if (!Names.isName(configure.volume()) || context.catalog.volume(configure.volume()) != null) {
            return Refusals.BAD_VOLUME;
        }
        try {
            new StripeLayout(configure.n(), configure.parity(), configure.unitBytes());
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
        if (free(configure.isForeign()).size() >= configure.n()) {
            return null;
        }
        int foreign = free(true).size() - free(false).size();
        return configure.isForeign() || foreign == 0
                ? Refusals.NOT_ENOUGH_FREE
                : Refusals.NOT_ENOUGH_FREE + "; foreign disks that are Free: " + foreign
                        + ", left out unless --foreign takes them";
    }

    private void answer(long request, Outcome.Result result) {
        VolumeEntry volume = result instanceof Outcome.Done done ? context.catalog.volume((int) done.number()) : null;
        if (result instanceof Outcome.Refused refused) {
            context.refuse(request, refused.reason());
        } else if (volume == null) {
            context.refuseVolume(request);
        } else {
            context.answer(request, new VolumeMessage.Volume(views.volume(volume)));
        }
    }

    void onList(long request) {
        if (listingBytes() > FILES_BYTES_MAX) {
            context.refuse(request, Refusals.LISTING_TOO_LONG);
            return;
        }
        List<VolumeInfo> volumes = new ArrayList<>();
        for (VolumeEntry each : context.catalog.volumes()) {
            volumes.add(views.volume(each));
        }
        List<VolumeMessage.DiskLine> lines = new ArrayList<>();
        for (DiskEntry each : context.catalog.disks()) {
            lines.add(views.disk(each));
        }
        List<String> names =
                context.catalog.users().stream().map(UserEntry::name).toList();
        context.answer(request, new VolumeMessage.Listing(volumes, lines, names));
    }

    /** About; the names of hosts are what varies. */
    private long listingBytes() {
        long bytes = (long) USER_BYTES * context.catalog.users().size();
        for (DiskEntry each : context.catalog.disks()) {
            int host = disks.address(each.disk())
                    .map(address -> address.host().length())
                    .orElse(0);
            // Once by itself, and once in its volume.
            bytes += 2L * (DISK_BYTES + host);
        }
        return bytes + (long) DISK_BYTES * context.catalog.volumes().size();
    }

    void onListFiles(long request, VolumeMessage.ListFiles list) {
        VolumeEntry volume = context.catalog.volume(list.volume());
        if (volume == null) {
            context.refuseVolume(request);
            return;
        }
        List<FileInfo> files = new ArrayList<>();
        // A frame holds 1 MiB.
        int bytes = 0;
        boolean more = false;
        for (FileEntry each : volume.filesAfter(list.after())) {
            bytes += FILE_BYTES
                    + 3 * (each.name().length() + each.owner().length())
                    + POSITION_BYTES * each.missing().size()
                    + ChangeSize.attributes(each.attributes());
            if (files.size() == list.limit() || bytes > FILES_BYTES_MAX) {
                more = true;
                break;
            }
            files.add(views.file(each));
        }
        context.answer(request, new VolumeMessage.Files(files, more, volume.fileCount(), volume.owner()));
    }

    void onDeregisterDisk(long request, VolumeMessage.DeregisterDisk deregister) {
        DiskEntry disk = context.catalog.disk(deregister.disk());
        if (disk == null && context.catalog.wasDoneByAnotherWay(deregister.requestId())) {
            context.answer(request, new Control.Done());
            return;
        }
        if (disk == null && !context.catalog.isRemembered(deregister.requestId())) {
            context.refuse(request, Refusals.NO_SUCH_DISK);
            return;
        }
        String reason = disk == null || context.catalog.isRemembered(deregister.requestId())
                ? null
                : reasonAgainstDeregistering(disk);
        if (reason != null) {
            context.refuse(request, reason);
            return;
        }
        DiskId id = disk == null ? new DiskId(0, 0) : disk.disk();
        proposals.propose(deregister.requestId(), new Change.RemoveDisk(id), result -> {
            if (result instanceof Outcome.Done) {
                disks.retire(id);
            }
            context.answer(request, result, new Control.Done());
        });
    }

    /** A disk that lost its place may still hold what a file cannot be computed without; once deregistered it is refused. */
    private @Nullable String reasonAgainstDeregistering(DiskEntry disk) {
        if (disk.volumeId() != 0) {
            // Whatever it holds: the catalog says why not.
            return null;
        }
        VolumeEntry volume = disks.isThere(disk.disk()) ? null : replacements.unreadable();
        if (volume != null) {
            return "disk " + disk.name() + " is away and may hold what is needed: files of " + volume.name()
                    + " cannot be computed from the disks that are there; start its peer again, or if it is gone for good, rm"
                    + " these files first (explain names them)";
        }
        boolean isInView = !disks.isThere(disk.disk()) || holdings.hasShown(disk.disk());
        if (!isInView) {
            return Refusals.busy("inventory");
        }
        return holdings.isNeeded(disk.disk())
                ? "disk " + disk.name() + " holds shares that are still to be copied to the disk that took its place"
                : null;
    }
}
