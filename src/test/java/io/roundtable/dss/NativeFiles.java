package io.roundtable.dss;

import io.roundtable.disk.DiskFaultException;
import io.roundtable.disk.DiskStore;
import io.roundtable.disk.ShareReader;
import io.roundtable.disk.ShareWriter;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.storage.Parity;
import io.roundtable.storage.ShareLayout;
import io.roundtable.storage.StripeLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Files on the rig's disks, written, read and rebuilt without the DSS protocol: by our own layout alone. */
final class NativeFiles {
    private final Rig rig;

    NativeFiles(Rig rig) {
        this.rig = rig;
    }

    static StripeLayout layout(VolumeInfo volume) {
        return new StripeLayout(volume.disks().size(), volume.parity(), volume.unitBytes());
    }

    /** The file's bytes by our own layout, from the disks' own shares; every checksum is looked at. */
    byte[] read(String volumeName, String name) throws DiskFaultException, IOException {
        VolumeInfo volume = rig.volume(volumeName);
        StripeLayout layout = layout(volume);
        FileInfo file = rig.files(volumeName).stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
        List<byte[]> shares = new ArrayList<>();
        for (int position = 0; position < layout.disks(); position++) {
            shares.add(share(volume, file, position));
        }
        byte[] content = new byte[(int) file.sizeBytes()];
        for (long block = 0; block < layout.blocks(file.sizeBytes()); block++) {
            StripeLayout.Place place = layout.locate(block);
            int from = (int) block * layout.unitBytes();
            System.arraycopy(
                    shares.get(place.disk()),
                    (int) place.stripe() * layout.unitBytes(),
                    content,
                    from,
                    Math.min(layout.unitBytes(), content.length - from));
        }
        return content;
    }

    /** A disk's share with its padding. */
    byte[] share(VolumeInfo volume, FileInfo file, int position) throws DiskFaultException, IOException {
        StripeLayout layout = layout(volume);
        DiskStore store = rig.disk(volume.disks().get(position).disk()).store;
        byte[] bytes = new byte[(int) layout.shareBytes(file.sizeBytes())];
        try (ShareReader reader = store.read(new ShareKey(volume.id(), file.fileId(), position))) {
            ShareLayout share = reader.layout();
            if (share.usedBytes() != layout.usedShareBytes(file.sizeBytes(), position)) {
                throw new AssertionError("position " + position + " has " + share);
            }
            for (long group = 0; group < share.groups(); group++) {
                ByteBuffer whole = ByteBuffer.allocate(share.bytes(group));
                reader.file().read(whole, reader.position(group));
                whole.flip().get(bytes, (int) group * ShareLayout.GROUP_BYTES, share.dataBytes(group));
                for (int block = 0; block < share.blocks(group); block++) {
                    CRC32C crc = new CRC32C();
                    int from = block * layout.unitBytes();
                    crc.update(whole.array(), from, Math.min(layout.unitBytes(), share.dataBytes(group) - from));
                    if (whole.getInt() != (int) crc.getValue()) {
                        throw new AssertionError("block " + block + " of position " + position + " is corrupt");
                    }
                }
            }
        }
        return bytes;
    }

    /** A block of a disk that is away, from the others' shares alone. */
    byte[] block(DssMessage.Expose order, DssMessage.Exposed exposed, long stripe) throws DiskFaultException {
        VolumeInfo volume =
                new VolumeInfo(order.volumeId(), order.dss(), order.parity(), order.unitBytes(), order.seats());
        FileInfo file = new FileInfo(exposed.file(), exposed.fileId(), exposed.sizeBytes(), "", "", List.of());
        byte[] block = new byte[order.unitBytes()];
        try {
            for (int position = 0; position < order.disks(); position++) {
                byte[] share = position == order.position() ? new byte[0] : share(volume, file, position);
                for (int i = 0; i < block.length && share.length > 0; i++) {
                    block[i] ^= share[(int) stripe * block.length + i];
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return block;
    }

    /** Writes a file as our own client does: by the layout, each disk its share. */
    void write(String volumeName, String name, String owner, byte[] content) throws Exception {
        VolumeMessage.WriteGrant grant =
                (VolumeMessage.WriteGrant) rig.request(new VolumeMessage.PrepareWrite(volumeName, owner, 1));
        VolumeInfo volume = grant.volume();
        StripeLayout layout = layout(volume);
        int unit = layout.unitBytes();
        byte[][] shares = new byte[layout.disks()][(int) layout.shareBytes(content.length)];
        Parity parity = Parity.of(layout);
        for (int stripe = 0; stripe < layout.stripes(content.length); stripe++) {
            byte[][] columns = new byte[layout.disks()][unit];
            for (int column = 0; column < layout.dataDisks(); column++) {
                int from = (stripe * layout.dataDisks() + column) * unit;
                int length = Math.max(0, Math.min(unit, content.length - from));
                System.arraycopy(content, Math.min(from, content.length), columns[column], 0, length);
            }
            parity.encode(columns, 0, unit);
            for (int column = 0; column < layout.disks(); column++) {
                System.arraycopy(columns[column], 0, shares[layout.disk(stripe, column)], stripe * unit, unit);
            }
        }
        List<Optional<DiskId>> sealed = new ArrayList<>();
        for (int position = 0; position < layout.disks(); position++) {
            writeShare(volume, grant.firstFileId(), content.length, position, shares[position]);
            sealed.add(Optional.of(volume.disks().get(position).disk()));
        }
        Message done = rig.request(new VolumeMessage.Commit(
                System.nanoTime(),
                volume.id(),
                name,
                owner,
                grant.firstFileId(),
                content.length,
                Rig.sha256(content),
                sealed));
        if (!(done instanceof Control.Done)) {
            throw new AssertionError(done);
        }
    }

    private void writeShare(VolumeInfo volume, long fileId, long sizeBytes, int position, byte[] padded)
            throws DiskFaultException {
        StripeLayout layout = layout(volume);
        ShareLayout share = new ShareLayout(layout.unitBytes(), layout.usedShareBytes(sizeBytes, position));
        DiskStore store = rig.disk(volume.disks().get(position).disk()).store;
        long epoch = rig.epoch();
        DiskMessage.BeginShare begin = new DiskMessage.BeginShare(
                new ShareKey(volume.id(), fileId, position),
                epoch,
                layout.disks(),
                layout.parity(),
                layout.unitBytes());
        try (ShareWriter writer = store.begin(begin, false)) {
            for (long group = 0; group < share.groups(); group++) {
                ByteBuffer whole = ByteBuffer.allocate(share.bytes(group));
                int from = (int) group * ShareLayout.GROUP_BYTES;
                whole.put(padded, from, share.dataBytes(group));
                for (int block = 0; block < share.blocks(group); block++) {
                    CRC32C crc = new CRC32C();
                    int at = block * layout.unitBytes();
                    crc.update(padded, from + at, Math.min(layout.unitBytes(), share.dataBytes(group) - at));
                    whole.putInt((int) crc.getValue());
                }
                writer.writeGroup(share.blocks(group), whole.flip());
            }
            writer.seal(epoch, share.usedBytes());
        }
    }

    /** Computes a lost share from the others. */
    DiskMessage.Rebuilt rebuild(VolumeInfo volume, FileInfo file, int lostPosition)
            throws DiskFaultException, IOException {
        StripeLayout layout = layout(volume);
        byte[] lost = new byte[(int) layout.shareBytes(file.sizeBytes())];
        for (int position = 0; position < layout.disks(); position++) {
            if (position != lostPosition) {
                byte[] share = share(volume, file, position);
                for (int i = 0; i < lost.length; i++) {
                    lost[i] ^= share[i];
                }
            }
        }
        writeShare(volume, file.fileId(), file.sizeBytes(), lostPosition, lost);
        ShareKey key = new ShareKey(volume.id(), file.fileId(), lostPosition);
        return new DiskMessage.Rebuilt(key, lost.length, List.of());
    }
}
