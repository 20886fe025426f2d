package io.roundtable.manager;

import io.roundtable.catalog.Change;
import io.roundtable.catalog.FileEntry;
import io.roundtable.catalog.Outcome;
import io.roundtable.catalog.Refusals;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import org.jspecify.annotations.Nullable;

/** Writes and reads of files: grants them, and ends them; {@link Commits} makes what was written the file. */
final class Transfers {
    private final Context context;
    private final Proposals proposals;
    private final DiskTable disks;
    private final Grants grants;
    private final Garbage garbage;
    private final Commits commits;
    private final Views views;
    private final Users users;

    Transfers(
            Context context,
            Proposals proposals,
            DiskTable disks,
            Grants grants,
            Garbage garbage,
            Commits commits,
            Views views,
            Users users) {
        this.context = context;
        this.proposals = proposals;
        this.disks = disks;
        this.grants = grants;
        this.garbage = garbage;
        this.commits = commits;
        this.views = views;
        this.users = users;
    }

    // ---- writes

    void onPrepare(long request, VolumeMessage.PrepareWrite prepare) {
        VolumeEntry volume = context.catalog.volume(prepare.volume());
        if (volume == null) {
            context.refuseVolume(request);
        } else if (volume.isDecommissioning()) {
            context.refuse(request, Refusals.busy("decommission-dss"));
        } else if (isAnothers(volume, prepare)) {
            context.refuse(request, Refusals.NOT_OWNER);
        } else if (isUnwritable(volume)) {
            context.refuse(request, Refusals.TOO_MANY_AWAY);
        } else if (!grants.canAllot(prepare.count())) {
            context.refuse(request, Refusals.NO_NUMBERS_LEFT);
        } else {
            users.ensure(prepare.user());
            grant(request, volume, grants.allot(volume.id(), prepare.count()), prepare.count());
        }
    }

    /** Whether the file that is to be replaced belongs to somebody else. The log decides at the commit, once more. */
    private static boolean isAnothers(VolumeEntry volume, VolumeMessage.PrepareWrite prepare) {
        FileEntry file = prepare.file().map(volume::file).orElse(null);
        return file != null && !file.owner().equals(prepare.user());
    }

    private boolean isUnwritable(VolumeEntry volume) {
        long away = volume.disks().stream().filter(disk -> !disks.isThere(disk)).count();
        return away > volume.parity();
    }

    private void grant(long request, VolumeEntry volume, long first, int count) {
        context.answer(
                request,
                new VolumeMessage.WriteGrant(
                        context.epoch, views.volume(volume), first, count, context.options.keepMs()));
    }

    void onKeep(long request, VolumeMessage.KeepWrite keep) {
        VolumeEntry volume = context.catalog.volume(keep.volumeId());
        boolean isBounded = keep.count() >= 1 && keep.count() <= VolumeMessage.PrepareWrite.COUNT_MAX;
        if (volume == null) {
            context.refuseVolume(request);
        } else if (!isBounded || !grants.keep(volume.id(), keep.firstFileId(), keep.count())) {
            context.refuse(request, Refusals.WRITE_GIVEN_UP);
        } else {
            grant(request, volume, keep.firstFileId(), keep.count());
        }
    }

    void onAbort(long request, VolumeMessage.Abort abort) {
        // One that waits for the log is not to be undone.
        if (!commits.isUnderWay(abort.fileId()) && grants.endWrite(abort.fileId())) {
            garbage.add(abort.volumeId(), abort.fileId());
        }
        context.answer(request, new Control.Done());
    }

    // ---- reads

    void onOpen(long request, VolumeMessage.OpenRead open) {
        VolumeEntry volume = context.catalog.volume(open.volume());
        FileEntry file = volume == null ? null : volume.file(open.file());
        if (volume == null) {
            context.refuseVolume(request);
        } else if (file == null) {
            context.refuse(request, Refusals.NO_SUCH_FILE);
        } else if (!open.user().equals(VolumeMessage.OpenRead.ANYBODY)
                && !file.owner().equals(open.user())) {
            context.refuse(request, Refusals.NOT_OWNER);
        } else if (volume.isDecommissioning()) {
            context.refuse(request, Refusals.busy("decommission-dss"));
        } else {
            long readId = grants.open(volume.id(), file.name(), file.fileId());
            grantRead(request, volume, file, readId);
        }
    }

    private void grantRead(long request, VolumeEntry volume, FileEntry file, long readId) {
        VolumeInfo seats = views.volume(volume);
        context.answer(
                request,
                new VolumeMessage.ReadGrant(context.epoch, seats, views.file(file), readId, context.options.keepMs()));
    }

    void onKeepRead(long request, VolumeMessage.KeepRead keep) {
        VolumeEntry volume = context.catalog.volume(keep.volumeId());
        FileEntry file = volume == null ? null : volume.file(keep.file());
        boolean isKept = volume != null
                && (grants.read(keep.readId()) != null
                        || isPresent(file, keep)
                        || garbage.holds(keep.volumeId(), keep.fileId()));
        if (volume == null || !isKept) {
            context.refuse(request, Refusals.NO_SUCH_FILE);
            return;
        }
        grants.keepRead(keep.readId(), keep.volumeId(), keep.file(), keep.fileId());
        // Of a content that was replaced meanwhile nothing is known any more but that its shares stay while it is read.
        FileEntry shown = file != null && isPresent(file, keep) ? file : FileEntry.unknown(keep.file(), keep.fileId());
        grantRead(request, volume, shown, keep.readId());
    }

    private static boolean isPresent(@Nullable FileEntry file, VolumeMessage.KeepRead keep) {
        return file != null && file.fileId() == keep.fileId();
    }

    void onClose(long request, VolumeMessage.CloseRead close) {
        grants.close(close.readId());
        context.answer(request, new Control.Done());
    }

    void onRemove(long request, VolumeMessage.Remove remove) {
        VolumeEntry volume = context.catalog.volume(remove.volume());
        if (context.catalog.isRemembered(remove.requestId())) {
            // Of whatever has that name by now it says nothing.
            propose(request, remove, 0, 0);
        } else if (volume == null) {
            context.refuseVolume(request);
        } else {
            // Otherwise it could name a content that is replaced before the log has it, and be told that there is no
            // file
            // though there was one all the time.
            commits.afterThoseTo(volume.id(), remove.file(), () -> remove(request, remove, volume));
        }
    }

    private void remove(long request, VolumeMessage.Remove remove, VolumeEntry volume) {
        FileEntry file = volume.file(remove.file());
        if (file == null && !context.catalog.isRemembered(remove.requestId())) {
            context.refuse(request, Refusals.NO_SUCH_FILE);
        } else if (file == null) {
            propose(request, remove, 0, 0);
        } else if (!file.owner().equals(remove.user())) {
            context.refuse(request, Refusals.NOT_OWNER);
        } else {
            propose(request, remove, volume.id(), file.fileId());
        }
    }

    private void propose(long request, VolumeMessage.Remove remove, int volumeId, long fileId) {
        Change change = new Change.RemoveFile(volumeId, remove.file(), fileId);
        proposals.propose(remove.requestId(), change, result -> {
            if (result instanceof Outcome.Done done) {
                garbage.add(volumeId, done.replaced());
            }
            context.answer(request, result, new Control.Done());
        });
    }
}
