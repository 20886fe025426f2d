package io.roundtable.dss;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.VolumeInfo;
import java.util.Map;
import java.util.TreeMap;

/** What a user began with a {@code -prepare} and has not ended yet. Soft state of the manager's desk. */
final class Hold {
    final long id;
    final DssMessage.Operation operation;
    final VolumeInfo volume;
    final String user;
    /** The socket that began it. */
    final Address from;
    /** The file of a copy or read; empty for other operations. */
    final String file;

    /** The manager's number of the content or of the read; 0 while there is none. */
    long fileId;

    long readId;
    /** The manager's job of a disk-failure or decommission; 0 while there is none. */
    long jobId;
    /** The disk that the user of a disk-failure chose; empty while it has not. */
    String failedDisk = "";
    /** The user's {@code -complete} is being carried out. */
    boolean isEnding;
    /** Begun under an earlier manager, and told by the disks. */
    boolean isRecalled;
    /** By position, the disk whose peer stands in for the one that is away. */
    final Map<Integer, VolumeInfo.Seat> standIns = new TreeMap<>();

    private long heardAtMs;

    Hold(
            long id,
            DssMessage.Operation operation,
            VolumeInfo volume,
            String user,
            Address from,
            String file,
            long nowMs) {
        this.id = id;
        this.operation = operation;
        this.volume = volume;
        this.user = user;
        this.from = from;
        this.file = file;
        this.heardAtMs = nowMs;
    }

    DssMessage.HoldUser holdUser() {
        return new DssMessage.HoldUser(user, from);
    }

    boolean isStandIn(int position) {
        return standIns.containsKey(position);
    }

    /** Who serves a position: its disk, or the one whose peer stands in for it. */
    VolumeInfo.Seat seat(int position) {
        VolumeInfo.Seat other = standIns.get(position);
        return other == null ? volume.disks().get(position) : other;
    }

    void heard(long atMs) {
        heardAtMs = Math.max(heardAtMs, atMs);
    }

    long idleMs(long nowMs) {
        return nowMs - heardAtMs;
    }
}
