package io.roundtable.simulation.storage;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.Change;
import io.roundtable.catalog.Entry;
import io.roundtable.catalog.FileEntry;
import io.roundtable.catalog.Outcome;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo.Seat;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.simulation.Violation;
import io.roundtable.simulation.storage.Contents.Share;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Sees everything at once, as nobody in the group can: what really lies on the disks, what the log says, what was injected.
 * Invariants are judged here, when something happened that they speak of.
 */
final class Ledger {
    static final String VOLUME = "dss1";
    private final StorageWorld world;
    private final StorageNet net;
    private final Contents contents;
    private final Damages damages;
    private final Map<DiskId, SimulatedDisk> disks = new TreeMap<>();
    private final Set<DiskId> lost = new HashSet<>();
    private final Map<Member, StoragePeer> peers = new LinkedHashMap<>();
    /** Shares that an injected fault damaged, and contents that it hit. */
    private final Set<Long> hit = new TreeSet<>();

    private final Set<Long> excused = new TreeSet<>();
    private final OlderCopies olderCopies;
    private final Looks looks;
    private @Nullable SimulatedLog log;

    Ledger(StorageWorld world, StorageNet net, Contents contents) {
        this.world = world;
        this.net = net;
        this.contents = contents;
        this.olderCopies = new OlderCopies(world, this);
        this.looks = new Looks(world, this);
        this.damages = new Damages(world);
    }

    // ---- who is who

    void seat(SimulatedLog seated) {
        log = seated;
    }

    void add(StoragePeer peer) {
        peers.put(peer.member, peer);
    }

    void add(SimulatedDisk disk) {
        disks.put(disk.id(), disk);
    }

    StorageNet net() {
        return net;
    }

    Contents contents() {
        return contents;
    }

    Damages damages() {
        return damages;
    }

    /** A disk with what lies on it; null if there is none, or it is gone for good. */
    @Nullable
    SimulatedDisk disk(DiskId id) {
        return lost.contains(id) ? null : disks.get(id);
    }

    SimulatedLog log() {
        SimulatedLog seated = log;
        if (seated == null) {
            throw new IllegalStateException("no log yet");
        }
        return seated;
    }

    Process peer(Member member) {
        StoragePeer peer = peers.get(member);
        if (peer == null) {
            throw new IllegalStateException("no peer " + member);
        }
        return peer;
    }

    /** The process that hosts the disk of a seat; null if the seat says that it is away. */
    @Nullable
    StoragePeer hostAt(Seat seat) {
        for (StoragePeer each : peers.values()) {
            if (seat.address().isPresent() && seat.address().get().equals(each.member.address())) {
                return each;
            }
        }
        return null;
    }

    @Nullable
    VolumeEntry volume() {
        return log().catalog().volume(VOLUME);
    }

    // ---- what is really there

    private boolean isRight(VolumeEntry volume, FileEntry file, int position) {
        ShareKey key = new ShareKey(volume.id(), file.fileId(), position);
        SimulatedDisk disk = disk(volume.disks().get(position));
        Share share = disk == null ? null : disk.sealed(key);
        return share != null && contents.isRight(key, share);
    }

    /** How many shares a reader could use: right, and not called missing; one position not counted. */
    private int usable(VolumeEntry volume, FileEntry file, int but) {
        int usable = 0;
        for (int position = 0; position < volume.disks().size(); position++) {
            boolean counts = position != but && !file.missing().contains(position);
            usable += counts && isRight(volume, file, position) ? 1 : 0;
        }
        return usable;
    }

    /** Of how many positions the right share lies anywhere, on a disk that runs or will come back; some not counted. */
    int recoverable(VolumeEntry volume, FileEntry file, Set<DiskId> but) {
        int recoverable = 0;
        for (int position = 0; position < volume.disks().size(); position++) {
            ShareKey key = new ShareKey(volume.id(), file.fileId(), position);
            boolean isHeld = disks.values().stream()
                    .filter(disk -> !but.contains(disk.id()) && !lost.contains(disk.id()))
                    .map(disk -> disk.sealed(key))
                    .anyMatch(share -> share != null && contents.isRight(key, share));
            recoverable += isHeld ? 1 : 0;
        }
        return recoverable;
    }

    int needed() {
        return contents.layout.dataDisks();
    }

    private void judge(String when, VolumeEntry volume, FileEntry file) {
        world.tally.checks++;
        int usable = usable(volume, file, -1);
        if (usable >= needed() || excused.contains(file.fileId())) {
            return;
        }
        if (olderCopies.isAny() || hit.contains(file.fileId())) {
            // What a disk holds that has lost its place, or is away, is as good if nobody takes it away.
            if (recoverable(volume, file, Set.of()) >= needed()) {
                return;
            }
        }
        if (hit.contains(file.fileId()) || olderCopies.areTooMuch(volume, file)) {
            excuse(file);
            return;
        }
        throw new Violation(
                "acknowledged data is readable",
                when + ": " + file.name() + " (" + Long.toHexString(file.fileId()) + ") has " + usable
                        + " usable shares of " + needed() + ", the catalog misses " + file.missing());
    }

    /** It is nobody's fault that this content cannot be read. */
    void excuse(FileEntry file) {
        excused.add(file.fileId());
        world.tally.excused++;
    }

    boolean isExcused(long fileId) {
        return excused.contains(fileId);
    }

    /** Shares of files that should lie on a disk. */
    List<ShareKey> filesSharesOf(DiskId disk) {
        VolumeEntry volume = log == null ? null : volume();
        int position = volume == null ? -1 : volume.positionOf(disk);
        return volume == null || position < 0
                ? List.of()
                : volume.files().stream()
                        .map(file -> new ShareKey(volume.id(), file.fileId(), position))
                        .toList();
    }

    // ---- events

    /** A share was deleted, or did not survive the end of its process. */
    void onShareGone(DiskId disk, ShareKey key) {
        VolumeEntry volume = volume();
        if (volume == null) {
            return;
        }
        for (FileEntry file : volume.files()) {
            if (file.fileId() == key.fileId()) {
                judge("share " + key + " went", volume, file);
            }
        }
    }

    /** The log has changes. */
    void onChanges(List<Entry.Request> requests, List<Outcome.Result> results) {
        world.change();
        for (int i = 0; i < requests.size(); i++) {
            Change change = requests.get(i).change();
            if (results.get(i) instanceof Outcome.Done) {
                onChange(change);
            }
            if (world.isTold()) {
                world.say("log", change + " " + results.get(i));
            }
        }
    }

    private void onChange(Change change) {
        VolumeEntry volume = volume();
        if (volume == null) {
            return;
        }
        if (change instanceof Change.CommitFile commit) {
            olderCopies.onShares(volume);
            FileEntry file = volume.file(commit.name());
            if (file != null && file.fileId() == commit.fileId()) {
                judge("committed", volume, file);
                judgeBelieved(volume, file);
            }
        } else if (change instanceof Change.RestoreShare restore) {
            olderCopies.onShares(volume);
            FileEntry file = volume.file(restore.name());
            if (file != null && file.fileId() == restore.fileId()) {
                judgeBelieved(volume, file);
            }
        } else if (change instanceof Change.ReplaceDisk
                || change instanceof Change.LoseShares
                || change instanceof Change.LoseShare) {
            world.tally.replaced += change instanceof Change.ReplaceDisk ? 1 : 0;
            if (change instanceof Change.LoseShares lose) {
                olderCopies.onLoseShares(lose.disk());
            }
            volume.files().forEach(file -> judge(change.getClass().getSimpleName(), volume, file));
        }
    }

    /** What the catalog believes in is there, unless a fault took it. */
    private void judgeBelieved(VolumeEntry volume, FileEntry file) {
        world.tally.checks++;
        for (int position = 0; position < volume.disks().size(); position++) {
            boolean isBelieved = !file.missing().contains(position)
                    && !olderCopies.lacks(new ShareKey(volume.id(), file.fileId(), position));
            if (isBelieved && !isRight(volume, file, position) && !hit.contains(file.fileId())) {
                throw new Violation(
                        "the catalog believes in what is there",
                        file.name() + " (" + Long.toHexString(file.fileId()) + ") at position " + position);
            }
        }
    }

    /** A manager answers a user or orders a disk: the log must say that it may. */
    void onAct(StoragePeer peer, long epoch, Message what) {
        world.trace.mix(world.nowMicros(), peer.index, what.word().hashCode(), epoch);
        if (world.isTold()) {
            peer.say(epoch + ": " + what);
        }
        if (what instanceof Message.Refusal || what instanceof VolumeMessage.Elsewhere) {
            return;
        }
        world.tally.checks++;
        Catalog catalog = log().catalog();
        boolean isHolder = catalog.manager().filter(peer.member::equals).isPresent();
        if (catalog.epoch() != epoch || !isHolder) {
            throw new Violation(
                    "at most one manager acts",
                    peer + " acts in epoch " + epoch + " (" + what.word() + "), the log is in " + catalog.epoch()
                            + " held by " + catalog.manager());
        }
    }

    void onStepDown(StoragePeer peer, String reason) {
        throw new Violation("copies of the catalog agree", peer + ": " + reason);
    }

    // ---- faults that take data

    /** Whether every file has all its shares, and they are right: then nothing excuses a loss from now on. */
    boolean isWhole() {
        VolumeEntry volume = volume();
        boolean isWhole = volume != null && !hasExcused(volume) && areMediaWell(volume) && sickness() == null;
        if (volume != null && isWhole) {
            volume.files().forEach(file -> hit.remove(file.fileId()));
            olderCopies.clear();
        }
        return isWhole;
    }

    /** What a disk has open can be read after its folder is gone, until it looks: that is no sign that all is well. */
    private boolean areMediaWell(VolumeEntry volume) {
        for (DiskId each : volume.disks()) {
            SimulatedDisk disk = disk(each);
            if (disk != null && !disk.isWell()) {
                return false;
            }
        }
        return true;
    }

    OlderCopies olderCopies() {
        return olderCopies;
    }

    Looks looks() {
        return looks;
    }

    /** Whether no fault has damaged anything that is not mended since. */
    boolean isUndamaged(VolumeEntry volume) {
        return !olderCopies.isAny()
                && volume.files().stream()
                        .noneMatch(file -> hit.contains(file.fileId()) || excused.contains(file.fileId()));
    }

    /** The peer that has this disk, up or not; null if none has it any more. */
    @Nullable
    StoragePeer ownerOf(DiskId disk) {
        return peers.values().stream()
                .filter(peer -> peer.disk().id().equals(disk))
                .findFirst()
                .orElse(null);
    }

    /** Whether the catalog knows of every share that is not there, or not right. */
    boolean isKnown() {
        VolumeEntry volume = volume();
        if (volume == null || hasExcused(volume) || !areMediaWell(volume)) {
            return false;
        }
        for (FileEntry file : volume.files()) {
            for (int position = 0; position < volume.disks().size(); position++) {
                if (!file.missing().contains(position) && !isRight(volume, file, position)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean hasExcused(VolumeEntry volume) {
        return volume.files().stream().anyMatch(file -> excused.contains(file.fileId()));
    }

    /** Whether faults damaged a file beyond its parity. */
    boolean hasExcused() {
        VolumeEntry volume = volume();
        return volume != null && hasExcused(volume);
    }

    /** What is wrong with the volume, or null. */
    @Nullable
    String sickness() {
        VolumeEntry volume = volume();
        if (volume == null) {
            return "no volume";
        }
        if (hasExcused(volume)) {
            // A lost disk keeps its place while such a file could need it: nobody can mend that.
            return null;
        }
        for (DiskId each : volume.disks()) {
            if (lost.contains(each)) {
                return "a disk that is gone has its place still";
            }
        }
        for (FileEntry file : volume.files()) {
            for (int position = 0; position < volume.disks().size(); position++) {
                boolean isWhole = !file.missing().contains(position) && isRight(volume, file, position);
                if (!isWhole) {
                    return file.name() + " (" + Long.toHexString(file.fileId()) + ") at position " + position
                            + (file.missing().contains(position) ? ", which the catalog knows" : "");
                }
            }
        }
        return null;
    }

    /** Shares of a disk that may be damaged: their files can be computed from the others. */
    List<ShareKey> damageable(SimulatedDisk disk) {
        VolumeEntry volume = volume();
        List<ShareKey> keys = new ArrayList<>();
        int position = volume == null ? -1 : volume.positionOf(disk.id());
        if (volume != null && position >= 0) {
            for (FileEntry file : volume.files()) {
                if (usable(volume, file, position) >= needed() && isRight(volume, file, position)) {
                    keys.add(new ShareKey(volume.id(), file.fileId(), position));
                }
            }
        }
        return keys;
    }

    /** Whether the whole disk may be lost. */
    boolean mayLose(SimulatedDisk disk) {
        VolumeEntry volume = volume();
        int position = volume == null ? -1 : volume.positionOf(disk.id());
        return volume != null
                && volume.files().stream()
                        .allMatch(file -> recoverable(volume, file, Set.of(disk.id())) >= needed()
                                && (position < 0 || usable(volume, file, position) >= needed()));
    }

    void onHit(long fileId) {
        hit.add(fileId);
    }

    void onDiskLost(SimulatedDisk disk) {
        lost.add(disk.id());
        onMediumFails(disk);
    }

    /** The disk is well, as far as it knows itself. */
    void onMediumWell(SimulatedDisk disk) {
        if (!lost.contains(disk.id())) {
            damages.found(disk.id());
        }
    }

    /** A disk's shares cannot be read, for a while or for good. */
    void onMediumFails(SimulatedDisk disk) {
        damages.lost(disk.id());
        world.change();
        disk.keys().forEach(key -> hit.add(key.fileId()));
        VolumeEntry volume = volume();
        if (volume != null && volume.disks().contains(disk.id())) {
            volume.files().forEach(file -> hit.add(file.fileId()));
        }
    }

    // ---- in the end

    /** A share on a disk that runs and that no file has, or null. */
    @Nullable
    String orphan() {
        VolumeEntry volume = volume();
        Set<Long> known = new TreeSet<>();
        if (volume != null) {
            volume.files().forEach(file -> known.add(file.fileId()));
        }
        for (StoragePeer peer : peers.values()) {
            int position = volume == null ? -1 : volume.positionOf(peer.disk().id());
            for (ShareKey key : peer.disk().keys()) {
                if (!known.contains(key.fileId()) || key.position() != position) {
                    return "share " + key + " on the disk of " + peer;
                }
            }
        }
        return null;
    }

    /** What a bug would have a disk say: that it holds the share behind this key. */
    DiskMessage.Shares asIfAllWereThere(ShareKey after) {
        ShareKey key = after.position() == ShareKey.POSITION_MAX
                ? new ShareKey(after.volumeId(), after.fileId() + 1, 0)
                : new ShareKey(after.volumeId(), after.fileId(), after.position() + 1);
        return new DiskMessage.Shares(List.of(new DiskMessage.ShareLine(key, true, 0, 0)), false);
    }
}
