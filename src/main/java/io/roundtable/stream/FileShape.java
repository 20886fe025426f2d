package io.roundtable.stream;

import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.storage.ShareLayout;
import io.roundtable.storage.StripeLayout;
import java.util.ArrayList;
import java.util.List;

/** Where the blocks of one file lie in the groups of its shares. */
record FileShape(StripeLayout layout, int volumeId, long fileId, long sizeBytes, List<ShareLayout> shares) {
    FileShape {
        shares = List.copyOf(shares);
    }

    /** @throws IllegalArgumentException if the volume or the file cannot be */
    static FileShape of(VolumeInfo volume, FileInfo file) {
        StripeLayout layout = new StripeLayout(volume.disks().size(), volume.parity(), volume.unitBytes());
        List<ShareLayout> shares = new ArrayList<>();
        for (int disk = 0; disk < layout.disks(); disk++) {
            shares.add(new ShareLayout(layout.unitBytes(), layout.usedShareBytes(file.sizeBytes(), disk)));
        }
        return new FileShape(layout, volume.id(), file.fileId(), file.sizeBytes(), shares);
    }

    ShareKey key(int disk) {
        return new ShareKey(volumeId, fileId, disk);
    }

    int unit() {
        return layout.unitBytes();
    }

    int groupStripes() {
        return ShareLayout.groupBlocks(unit());
    }

    long stripes() {
        return layout.stripes(sizeBytes);
    }

    /** Groups of the longest share. */
    long groups() {
        return (stripes() + groupStripes() - 1) / groupStripes();
    }

    long firstStripe(long group) {
        return group * groupStripes();
    }

    /** Behind the last stripe of a group. */
    long endStripe(long group) {
        return Math.min(stripes(), (group + 1) * groupStripes());
    }

    /** Data bytes of a disk's group; 0 if its share ends before it. */
    int dataBytes(int disk, long group) {
        ShareLayout share = shares.get(disk);
        return group < share.groups() ? share.dataBytes(group) : 0;
    }

    /** The same with the CRCs. */
    int bytes(int disk, long group) {
        ShareLayout share = shares.get(disk);
        return group < share.groups() ? share.bytes(group) : 0;
    }

    /** Data bytes of a group that a buffer needs room for, so that any of its blocks can be computed in it. */
    int room(long group) {
        long last = endStripe(group) - 1;
        return offset(last) + blockBytes(layout.parityDisk(last, 0), last);
    }

    /** Bytes of a block before its padding. */
    int blockBytes(int disk, long stripe) {
        return layout.usedBlockBytes(sizeBytes, stripe, layout.column(stripe, disk));
    }

    /** Where in its group a stripe's blocks begin. */
    int offset(long stripe) {
        return (int) (stripe % groupStripes()) * unit();
    }
}
