package io.roundtable.manager;

import io.roundtable.catalog.Catalog.DiskEntry;
import io.roundtable.catalog.Change;
import io.roundtable.catalog.FileEntry;
import io.roundtable.catalog.Levels;
import io.roundtable.catalog.Outcome;
import io.roundtable.catalog.Refusals;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes what was written the file. One commit of a content is under way at a time, and until it is over nothing sweeps the
 * content away.
 */
final class Commits {
    private static final long CONFIRM_MS = 3_000;
    /** Requests that wait for one commit: a client that asks again has one at a time. */
    private static final int WAITING_MAX = 16;

    /** One commit, and the requests that wait for it. */
    private static final class UnderWay {
        private final VolumeMessage.Commit commit;
        private final List<Long> requests = new ArrayList<>();
        private final List<Optional<DiskId>> sealed;
        private final List<Runnable> afterwards = new ArrayList<>();
        private boolean isConfirmed;
        /** Its request was carried out before, for another content: this one is a change of its own. */
        private boolean isAnew;

        private UnderWay(VolumeMessage.Commit commit) {
            this.commit = commit;
            this.sealed = new ArrayList<>(commit.sealed());
        }
    }

    private record Place(int volumeId, int position) {}

    private final Context context;
    private final Proposals proposals;
    private final DiskTable disks;
    private final Grants grants;
    private final Garbage garbage;
    private final Orders orders;
    private final Map<Long, UnderWay> underWay = new TreeMap<>();
    /** Of contents up to this number nobody knows whether the disk there, which was wiped, holds its share. */
    private final Map<Place, Long> wiped = new HashMap<>();

    Commits(Context context, Proposals proposals, DiskTable disks, Grants grants, Garbage garbage, Orders orders) {
        this.context = context;
        this.proposals = proposals;
        this.disks = disks;
        this.grants = grants;
        this.garbage = garbage;
        this.orders = orders;
    }

    // ---- what others ask

    /**
     * Does something once no commit to this name is under way: at once if there is none.
     *
     * @param then looks at the catalog itself
     */
    void afterThoseTo(int volumeId, String file, Runnable then) {
        for (UnderWay each : underWay.values()) {
            if (each.commit.volumeId() == volumeId && each.commit.file().equals(file)) {
                each.afterwards.add(() -> afterThoseTo(volumeId, file, then));
                return;
            }
        }
        then.run();
    }

    boolean isUnderWay(long fileId) {
        return underWay.containsKey(fileId);
    }

    /** Whether a commit under way could need the share at this position: it must not be taken away now. */
    boolean needs(VolumeEntry volume, int position) {
        return underWay.values().stream()
                .filter(each -> each.commit.volumeId() == volume.id())
                .anyMatch(each -> !each.isConfirmed || gapsBeside(each.sealed, position, volume) >= volume.parity());
    }

    private static long gapsBeside(List<Optional<DiskId>> sealed, int position, VolumeEntry volume) {
        long gaps = 0;
        for (int at = 0; at < volume.disks().size(); at++) {
            gaps += at != position && (at >= sealed.size() || sealed.get(at).isEmpty()) ? 1 : 0;
        }
        return gaps;
    }

    /** A disk is being wiped: whatever a writer sealed there may go. */
    void beginWipe(int volumeId, int position) {
        wiped.put(new Place(volumeId, position), Long.MAX_VALUE);
    }

    boolean isWiping(int volumeId, int position) {
        return wiped.getOrDefault(new Place(volumeId, position), 0L) == Long.MAX_VALUE;
    }

    /** It is over: writes that are granted from now on find it as it will stay. */
    void endWipe(int volumeId, int position) {
        wiped.put(new Place(volumeId, position), grants.lastAllotted());
    }

    // ---- commits

    void onCommit(long request, VolumeMessage.Commit commit) {
        VolumeEntry volume = context.catalog.volume(commit.volumeId());
        UnderWay same = underWay.get(commit.fileId());
        if (volume == null) {
            context.refuseVolume(request);
        } else if (!commit.attributes().isEmpty() && context.catalog.levels().level() < Levels.ATTRIBUTES) {
            // The log would leave them out, for the sake of GCDs that do not know them.
            context.refuse(request, Refusals.NO_ATTRIBUTES_YET);
        } else if (same != null) {
            join(request, same, commit);
        } else if (isOfAnother(volume, commit)) {
            commitAnew(request, volume, commit);
        } else if (context.catalog.isRemembered(commit.requestId()) || isFile(volume, commit)) {
            UnderWay begun = begin(request, commit);
            propose(begun);
        } else if (!isWriting(commit)) {
            context.refuse(request, Refusals.WRITE_GIVEN_UP);
        } else {
            confirm(begin(request, commit));
        }
    }

    /**
     * Whether the request was carried out before, but for another content: this one was granted in this epoch and is still
     * being written, so nobody has committed it.
     */
    private boolean isOfAnother(VolumeEntry volume, VolumeMessage.Commit commit) {
        return context.catalog.outcome(commit.requestId()) instanceof Outcome.Done
                && !isFile(volume, commit)
                && commit.fileId() >>> 32 == context.epoch
                && grants.isWriting(commit.volumeId(), commit.fileId());
    }

    /**
     * A copy that an earlier manager committed under another number, or a new one under an old request. Done is only what is
     * known to lie there: the same content by its SHA-256. Without one this content becomes the file, unless the file is
     * another one by now, which whoever asks did not mean to replace.
     */
    private void commitAnew(long request, VolumeEntry volume, VolumeMessage.Commit commit) {
        FileEntry file = volume.file(commit.file());
        boolean isAlike = file != null
                && file.owner().equals(commit.user())
                && file.sizeBytes() == commit.sizeBytes()
                && file.sha256().equals(commit.sha256());
        UnderWay begun = begin(request, commit);
        if (!isAlike) {
            end(begun, new Outcome.Refused(Refusals.WRITE_GIVEN_UP));
        } else if (commit.sha256().isEmpty()) {
            begun.isAnew = true;
            confirm(begun);
        } else {
            propose(begun);
        }
    }

    /** Right after a takeover, the commit may be the first that is heard of a write. */
    private boolean isWriting(VolumeMessage.Commit commit) {
        return grants.isWriting(commit.volumeId(), commit.fileId())
                || (grants.keep(commit.volumeId(), commit.fileId(), 1)
                        && grants.isWriting(commit.volumeId(), commit.fileId()));
    }

    /** The same once more: whoever asks did not hear the answer. */
    private void join(long request, UnderWay same, VolumeMessage.Commit commit) {
        boolean isSame = same.commit.requestId() == commit.requestId()
                && same.commit.volumeId() == commit.volumeId()
                && same.commit.file().equals(commit.file());
        if (isSame && same.requests.size() < WAITING_MAX) {
            same.requests.add(request);
        } else {
            context.refuse(request, Refusals.busy("copy"));
        }
    }

    private UnderWay begin(long request, VolumeMessage.Commit commit) {
        UnderWay begun = new UnderWay(commit);
        begun.requests.add(request);
        underWay.put(commit.fileId(), begun);
        return begun;
    }

    private static boolean isFile(VolumeEntry volume, VolumeMessage.Commit commit) {
        FileEntry file = volume.file(commit.file());
        return file != null && file.fileId() == commit.fileId();
    }

    /**
     * Whether the disk itself must say that it holds the share. If an earlier manager granted the write, that one may have
     * given it up and swept it away since; once they were asked in this epoch disks refuse its orders. And a disk that came
     * back since the write was granted may have come on an older copy of its folder. A foreign disk that is away may have lost
     * what whoever presented it acknowledged last.
     */
    private boolean mustConfirm(VolumeMessage.Commit commit, DiskId disk) {
        DiskEntry entry = context.catalog.disk(disk);
        boolean isForeignAndAway = entry != null && entry.isForeign() && !disks.isThere(disk);
        return isForeignAndAway
                || commit.fileId() >>> 32 != context.epoch
                || disks.cameAtMs(disk) >= grants.writingSinceMs(commit.fileId());
    }

    /** Leaves out what a disk that has to be asked does not hold. */
    private void confirm(UnderWay begun) {
        VolumeMessage.Commit commit = begun.commit;
        int[] open = {1};
        Runnable one = () -> {
            if (--open[0] == 0) {
                propose(begun);
            }
        };
        for (int position = 0; position < begun.sealed.size(); position++) {
            Optional<DiskId> sealed = begun.sealed.get(position);
            Member host = sealed.map(disks::host).orElse(null);
            if (sealed.isPresent() && !mustConfirm(commit, sealed.get())) {
                continue;
            }
            if (host == null || sealed.isEmpty() || position > ShareKey.POSITION_MAX) {
                begun.sealed.set(position, Optional.empty());
                continue;
            }
            open[0]++;
            int at = position;
            ShareKey key = new ShareKey(commit.volumeId(), commit.fileId(), position);
            DiskMessage.ListShares order =
                    new DiskMessage.ListShares(sealed.get(), context.epoch, Optional.of(before(key)), 1);
            orders.send(host, order, CONFIRM_MS, answer -> {
                boolean isThere = answer instanceof DiskMessage.Shares page
                        && page.shares().stream().anyMatch(line -> line.key().equals(key) && line.isSealed());
                if (!isThere) {
                    begun.sealed.set(at, Optional.empty());
                }
                one.run();
            });
        }
        one.run();
    }

    /** The key right before this one. */
    private static ShareKey before(ShareKey key) {
        return key.position() > 0
                ? new ShareKey(key.volumeId(), key.fileId(), key.position() - 1)
                : new ShareKey(key.volumeId(), key.fileId() - 1, ShareKey.POSITION_MAX);
    }

    private void propose(UnderWay begun) {
        VolumeMessage.Commit commit = begun.commit;
        begun.isConfirmed = true;
        for (int position = 0; position < begun.sealed.size(); position++) {
            if (commit.fileId() <= wiped.getOrDefault(new Place(commit.volumeId(), position), 0L)) {
                begun.sealed.set(position, Optional.empty());
            }
        }
        Change change = new Change.CommitFile(
                commit.volumeId(),
                commit.file(),
                commit.user(),
                commit.fileId(),
                commit.sizeBytes(),
                commit.sha256(),
                begun.sealed,
                commit.changedAtMs(),
                commit.attributes());
        proposals.propose(begun.isAnew ? 0 : commit.requestId(), change, result -> end(begun, result));
    }

    private void end(UnderWay begun, Outcome.Result result) {
        VolumeMessage.Commit commit = begun.commit;
        underWay.remove(commit.fileId());
        boolean wasWriting = grants.endWrite(commit.fileId());
        if (wasWriting) {
            // Swept only if it is no file: refused, or told again of a content that another has replaced since.
            garbage.add(commit.volumeId(), commit.fileId());
        }
        if (result instanceof Outcome.Done done) {
            garbage.add(commit.volumeId(), done.replaced());
        }
        begun.requests.forEach(request -> context.answer(request, result, new Control.Done()));
        begun.afterwards.forEach(Runnable::run);
    }
}
