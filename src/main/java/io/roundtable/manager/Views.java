package io.roundtable.manager;

import io.roundtable.catalog.Catalog.DiskEntry;
import io.roundtable.catalog.FileEntry;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What users and disks are shown of the catalog. */
final class Views {
    private final Context context;
    private final DiskTable disks;

    Views(Context context, DiskTable disks) {
        this.context = context;
        this.disks = disks;
    }

    VolumeInfo volume(VolumeEntry volume) {
        List<VolumeInfo.Seat> seats = new ArrayList<>();
        for (DiskId disk : volume.disks()) {
            seats.add(new VolumeInfo.Seat(disk, disks.name(disk), disks.address(disk)));
        }
        return new VolumeInfo(volume.id(), volume.name(), volume.parity(), volume.unitBytes(), seats);
    }

    /** As it is but for one position, at which another disk has the shares. */
    VolumeInfo volume(VolumeEntry volume, int position, DiskId holder) {
        VolumeInfo now = volume(volume);
        List<VolumeInfo.Seat> seats = new ArrayList<>(now.disks());
        seats.set(position, new VolumeInfo.Seat(holder, disks.name(holder), disks.address(holder)));
        return new VolumeInfo(now.id(), now.name(), now.parity(), now.unitBytes(), seats);
    }

    /** As it is, but that the share at one position can be had. */
    FileInfo file(FileEntry file, int position) {
        List<Integer> missing =
                file.missing().stream().filter(each -> each != position).toList();
        return file(file, missing);
    }

    FileInfo file(FileEntry file) {
        return file(file, file.missing());
    }

    private static FileInfo file(FileEntry file, List<Integer> missing) {
        return new FileInfo(
                file.name(),
                file.fileId(),
                file.sizeBytes(),
                file.sha256(),
                file.owner(),
                missing,
                file.changedAtMs(),
                file.attributes());
    }

    VolumeMessage.DiskLine disk(DiskEntry disk) {
        VolumeEntry volume = context.catalog.volume(disk.volumeId());
        DiskTable.Hosted hosted = disks.get(disk.disk());
        // What was told by one that has gone since says nothing of now.
        DiskMessage.DiskHello told = hosted == null || !hosted.isThere() ? null : hosted.hello();
        return new VolumeMessage.DiskLine(
                disk.disk(),
                disk.name(),
                Optional.ofNullable(volume).map(VolumeEntry::name),
                disks.address(disk.disk()),
                disks.trouble(disk.disk()),
                Optional.ofNullable(told).map(DiskMessage.DiskHello::room),
                told == null ? 0 : told.shares(),
                disk.foreign());
    }
}
