package io.roundtable.stream;

import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.storage.StripeLayout;

/**
 * Where one content of a file goes.
 *
 * @param fileId of the content, as granted
 * @param epochs what the disks are told
 */
public record ShareTarget(VolumeInfo volume, long fileId, Epochs epochs) {
    StripeLayout layout() {
        return new StripeLayout(volume.disks().size(), volume.parity(), volume.unitBytes());
    }

    VolumeInfo.Seat seat(int position) {
        return volume.disks().get(position);
    }

    DiskMessage.BeginShare begin(int position) {
        return new DiskMessage.BeginShare(
                key(position), epochs.current(), volume.disks().size(), volume.parity(), volume.unitBytes());
    }

    DiskMessage.PutShare put(int position, long epoch, long usedBytes) {
        return new DiskMessage.PutShare(
                key(position), epoch, volume.disks().size(), volume.parity(), volume.unitBytes(), usedBytes);
    }

    ShareKey key(int position) {
        return new ShareKey(volume.id(), fileId, position);
    }
}
