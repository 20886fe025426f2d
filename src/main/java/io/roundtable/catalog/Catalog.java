package io.roundtable.catalog;

import io.roundtable.catalog.Outcome.Done;
import io.roundtable.catalog.Outcome.Refused;
import io.roundtable.catalog.Outcome.Result;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.RequestNumber;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The catalog: entries of the log in, the same state everywhere out. The GCDs keep it, and the manager keeps a copy that
 * it answers from.
 *
 * <p>Files of a volume are found by name in O(log n). Not thread-safe.
 */
public final class Catalog {
    private final Lease lease;
    private final NavigableMap<String, UserEntry> users = new TreeMap<>();
    private final NavigableMap<DiskId, DiskEntry> disks = new TreeMap<>();
    private final Map<String, DiskId> disksByName = new HashMap<>();
    private final NavigableMap<Integer, VolumeEntry> volumes = new TreeMap<>();
    private final Map<String, VolumeEntry> volumesByName = new HashMap<>();
    private RememberedRequests remembered = new RememberedRequests();
    private final Members members = new Members();
    private final Levels levels = new Levels();
    private int lastVolumeId;
    private long clockMs;

    /** A user, with the ports of a user process that has some. */
    public record UserEntry(String name, Optional<Address> manager, Optional<Address> command) {
        boolean hasPorts() {
            return manager.isPresent() || command.isPresent();
        }
    }

    /**
     * A disk.
     *
     * @param volumeId 0 for a Free disk
     * @param foreign where a program of the DSS protocol takes blocks, if the disk is that and no peer's folder
     */
    public record DiskEntry(DiskId disk, String name, int volumeId, Optional<Address> foreign) {
        public boolean isForeign() {
            return foreign.isPresent();
        }
    }

    /** @param leaseMs how long a lease lasts without being renewed */
    public Catalog(int leaseMs) {
        this.lease = new Lease(leaseMs);
    }

    /**
     * Another one that is alike: changes of either are none of the other, and each may be used on a thread of its own. Takes no
     * longer for more files, which the two share.
     */
    public Catalog copy() {
        Catalog copy = new Catalog(lease.durationMs());
        copy.lease.restore(
                lease.epoch(),
                lease.holder().orElse(null),
                lease.untilMs(),
                lease.wantedBy().orElse(null));
        copy.users.putAll(users);
        copy.disks.putAll(disks);
        copy.disksByName.putAll(disksByName);
        volumes.values().forEach(volume -> copy.put(volume.copy()));
        copy.remembered = remembered.copy();
        members.all().forEach(copy.members::seat);
        levels.all().forEach(copy.levels::announce);
        copy.levels.raise(levels.level());
        copy.restoreCounters(clockMs, lastVolumeId);
        return copy;
    }

    // ---- log

    public Outcome apply(Entry entry) {
        // A stamp that lies behind is a former leader's, and time never goes back.
        clockMs = Math.max(clockMs, entry.stampMs());
        if (entry instanceof Entry.ClaimLease claim) {
            return lease.claim(claim.claimant(), clockMs);
        } else if (entry instanceof Entry.RenewLease renewal) {
            return lease.renew(renewal.epoch(), clockMs);
        } else if (entry instanceof Entry.EndLease end) {
            return lease.end(end.epoch());
        } else if (entry instanceof Entry.ExpireLease expiry) {
            return lease.expire(expiry.epoch(), clockMs);
        } else if (entry instanceof Entry.Changes changes) {
            return lease.isHeldIn(changes.epoch()) ? applyAll(changes) : lease.refusal();
        } else if (entry instanceof Entry.SeatMember seat) {
            members.seat(seat.member());
        } else if (entry instanceof Entry.UnseatMember unseat) {
            members.unseat(unseat.member());
        } else if (entry instanceof Entry.AnnounceLevel announcement) {
            levels.announce(announcement.gcd(), announcement.level());
        } else if (entry instanceof Entry.RaiseLevel raising) {
            levels.raise(raising.level());
        }
        return new Outcome.Noted();
    }

    private Outcome applyAll(Entry.Changes changes) {
        List<Result> results = new ArrayList<>(changes.requests().size());
        for (Entry.Request request : changes.requests()) {
            results.add(applyOnce(request));
        }
        return new Outcome.Changed(results);
    }

    /** Carries out one request, unless it was before: then its outcome is told again. */
    public Result applyOnce(Entry.Request request) {
        long id = request.requestId();
        Result before = id == 0 ? null : remembered.get(id);
        if (before != null) {
            return before;
        }
        Result result = apply(request.change());
        if (id != 0) {
            remembered.add(id, result, clockMs);
        }
        return result;
    }

    private Result apply(Change change) {
        if (change instanceof Change.AddUser add) {
            return addUser(add);
        } else if (change instanceof Change.RemoveUser remove) {
            return users.remove(remove.name()) == null ? new Refused(Refusals.NO_SUCH_USER) : done();
        } else if (change instanceof Change.AddDisk add) {
            return addDisk(add.disk(), add.name(), Optional.empty());
        } else if (change instanceof Change.AddForeignDisk add) {
            return addDisk(add.disk(), add.name(), Optional.of(add.address()));
        } else if (change instanceof Change.RemoveDisk remove) {
            return removeDisk(remove);
        } else if (change instanceof Change.CreateVolume create) {
            return createVolume(create);
        } else if (change instanceof Change.BeginDecommission begin) {
            VolumeEntry volume = volumes.get(begin.volumeId());
            return volume == null ? new Refused(Refusals.NO_SUCH_VOLUME) : volume.beginDecommission();
        } else if (change instanceof Change.EndVolume end) {
            return endVolume(end);
        } else if (change instanceof Change.ReplaceDisk replace) {
            return replaceDisk(replace);
        }
        return applyToFiles(change);
    }

    private Result applyToFiles(Change change) {
        int id;
        if (change instanceof Change.CommitFile commit) {
            id = commit.volumeId();
        } else if (change instanceof Change.RemoveFile remove) {
            id = remove.volumeId();
        } else if (change instanceof Change.LoseShares lose) {
            id = lose.volumeId();
        } else if (change instanceof Change.LoseShare lose) {
            id = lose.volumeId();
        } else if (change instanceof Change.RestoreShare restore) {
            id = restore.volumeId();
        } else {
            throw new IllegalArgumentException("no such change: " + change);
        }
        VolumeEntry volume = volumes.get(id);
        return volume == null ? new Refused(Refusals.NO_SUCH_VOLUME) : volume.apply(change);
    }

    private static Result done() {
        return new Done(0, 0);
    }

    private Result addUser(Change.AddUser add) {
        UserEntry before = users.get(add.name());
        // One who only wrote something so far may register with ports; nobody takes another's.
        boolean isTaken = before != null && (before.hasPorts() || add.command().isEmpty());
        if (!Names.isName(add.name()) || isTaken) {
            return new Refused(Refusals.BAD_USER);
        }
        users.put(add.name(), new UserEntry(add.name(), add.manager(), add.command()));
        return done();
    }

    private Result addDisk(DiskId disk, String name, Optional<Address> foreign) {
        // Two names for one program would be two disks that are lost together.
        boolean isSameProgram = foreign.isPresent()
                && disks.values().stream().anyMatch(each -> each.foreign().equals(foreign));
        if (!Names.isName(name) || disks.containsKey(disk) || disksByName.containsKey(name) || isSameProgram) {
            return new Refused(Refusals.BAD_DISK);
        }
        put(new DiskEntry(disk, name, 0, foreign));
        return done();
    }

    private Result removeDisk(Change.RemoveDisk remove) {
        DiskEntry disk = disks.get(remove.disk());
        if (disk == null) {
            return new Refused(Refusals.NO_SUCH_DISK);
        }
        if (disk.volumeId() != 0) {
            return new Refused(Refusals.DISK_IN_USE);
        }
        disks.remove(disk.disk());
        disksByName.remove(disk.name());
        return done();
    }

    private Result createVolume(Change.CreateVolume create) {
        if (!Names.isName(create.name()) || volumesByName.containsKey(create.name())) {
            return new Refused(Refusals.BAD_VOLUME);
        }
        String wrong = Names.isOwner(create.owner()) ? Layouts.refusal(create) : Refusals.BAD_USER;
        if (wrong != null) {
            return new Refused(wrong);
        }
        Set<DiskId> picked = new HashSet<>();
        for (DiskId each : create.disks()) {
            DiskEntry disk = disks.get(each);
            if (disk == null || disk.volumeId() != 0 || !picked.add(each)) {
                return new Refused(Refusals.NOT_ENOUGH_FREE);
            }
        }
        VolumeEntry volume = new VolumeEntry(
                ++lastVolumeId, create.name(), create.parity(), create.unitBytes(), create.disks(), create.owner());
        put(volume);
        create.disks().forEach(disk -> assign(disk, volume.id()));
        return new Done(volume.id(), 0);
    }

    private Result endVolume(Change.EndVolume end) {
        VolumeEntry volume = volumes.remove(end.volumeId());
        if (volume == null) {
            return new Refused(Refusals.NO_SUCH_VOLUME);
        }
        volumesByName.remove(volume.name());
        volume.disks().forEach(disk -> assign(disk, 0));
        return done();
    }

    private Result replaceDisk(Change.ReplaceDisk replace) {
        VolumeEntry volume = volumes.get(replace.volumeId());
        DiskEntry to = disks.get(replace.to());
        if (volume == null) {
            return new Refused(Refusals.NO_SUCH_VOLUME);
        }
        if (to == null || to.volumeId() != 0) {
            return new Refused(Refusals.NOT_ENOUGH_FREE);
        }
        Result result = volume.replaceDisk(replace.position(), replace.from(), replace.to());
        if (result instanceof Done) {
            assign(replace.from(), 0);
            assign(replace.to(), volume.id());
        }
        return result;
    }

    private void assign(DiskId disk, int volumeId) {
        DiskEntry entry = disks.get(disk);
        if (entry != null) {
            put(new DiskEntry(disk, entry.name(), volumeId, entry.foreign()));
        }
    }

    // ---- what a snapshot is made from

    void put(UserEntry user) {
        users.put(user.name(), user);
    }

    void put(DiskEntry disk) {
        disks.put(disk.disk(), disk);
        disksByName.put(disk.name(), disk.disk());
    }

    void put(VolumeEntry volume) {
        volumes.put(volume.id(), volume);
        volumesByName.put(volume.name(), volume);
        lastVolumeId = Math.max(lastVolumeId, volume.id());
    }

    void put(Member member) {
        members.seat(member);
    }

    void restoreCounters(long restoredClockMs, int restoredLastVolumeId) {
        clockMs = restoredClockMs;
        lastVolumeId = restoredLastVolumeId;
    }

    RememberedRequests remembered() {
        return remembered;
    }

    // ---- queries

    /** Whether the outcome of this request is known: it was carried out before. */
    public boolean isRemembered(long requestId) {
        return requestId != 0 && remembered.contains(requestId);
    }

    /** Whether the same words were carried out before that came by another way, see {@link RequestNumber}. */
    public boolean wasDoneByAnotherWay(long requestId) {
        for (RememberedRequests.Past past : remembered.all()) {
            if (past.result() instanceof Done && RequestNumber.isByAnotherWay(past.requestId(), requestId)) {
                return true;
            }
        }
        return false;
    }

    /** The outcome of a request that was carried out before; null if it is not known. */
    public @Nullable Result outcome(long requestId) {
        return requestId == 0 ? null : remembered.get(requestId);
    }

    public Lease lease() {
        return lease;
    }

    public long epoch() {
        return lease.epoch();
    }

    /**
     * The log's own time: the latest stamp of an entry. It stands still while no GCD leads, and never runs faster than
     * the clock of the one that does.
     */
    public long clockMs() {
        return clockMs;
    }

    /** The members that the GCDs told each other of, the lowest first; none if there is but one GCD. */
    public Collection<Member> members() {
        return members.all();
    }

    public Levels levels() {
        return levels;
    }

    /** Who has the lease, whether or not its time is up. */
    public Optional<Member> manager() {
        return lease.holder();
    }

    /** By name. */
    public Collection<UserEntry> users() {
        return Collections.unmodifiableCollection(users.values());
    }

    public @Nullable UserEntry user(String name) {
        return users.get(name);
    }

    /** By identity. */
    public Collection<DiskEntry> disks() {
        return Collections.unmodifiableCollection(disks.values());
    }

    public @Nullable DiskEntry disk(DiskId disk) {
        return disks.get(disk);
    }

    public @Nullable DiskEntry disk(String name) {
        DiskId disk = disksByName.get(name);
        return disk == null ? null : disks.get(disk);
    }

    /** By id: in the order in which they were made. */
    public Collection<VolumeEntry> volumes() {
        return Collections.unmodifiableCollection(volumes.values());
    }

    public @Nullable VolumeEntry volume(int id) {
        return volumes.get(id);
    }

    /** The highest number that a volume was ever given. */
    public int lastVolumeId() {
        return lastVolumeId;
    }

    public @Nullable VolumeEntry volume(String name) {
        return volumesByName.get(name);
    }
}
