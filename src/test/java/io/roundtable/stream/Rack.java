package io.roundtable.stream;

import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A volume of fake disks, and the streams to it. */
final class Rack implements AutoCloseable {
    /** For tests with a disk that is stuck: it is given up soon. */
    static final StreamOptions QUICK = new StreamOptions(2_000, 1_000, 5_000, 50, 500, 16 << 20, 300);
    /** For all others: a busy machine is not a slow disk. */
    static final StreamOptions PATIENT = new StreamOptions(20_000, 20_000, 20_000, 50, 10_000, 16 << 20, 300);

    final List<FakeDisk> disks = new ArrayList<>();
    final Disks client;
    final int parity;
    final int unitBytes;

    Rack(int n, int parity, int unitBytes) throws IOException {
        this(n, parity, unitBytes, PATIENT);
    }

    Rack(int n, int parity, int unitBytes, StreamOptions options) throws IOException {
        this.client = new Disks(options);
        this.parity = parity;
        this.unitBytes = unitBytes;
        for (int i = 1; i <= n; i++) {
            disks.add(new FakeDisk(i));
        }
    }

    VolumeInfo volume() {
        return new VolumeInfo(
                1, "dss1", parity, unitBytes, disks.stream().map(FakeDisk::seat).toList());
    }

    FakeDisk disk(int position) {
        return disks.get(position);
    }

    static ShareKey key(long fileId, int position) {
        return new ShareKey(1, fileId, position);
    }

    static byte[] content(int bytes) {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return content;
    }

    Written write(long fileId, byte[] content) throws IOException {
        return write(fileId, content, content.length, Epochs.fixed(1));
    }

    Written write(long fileId, byte[] content, long sizeHint, Epochs epochs) throws IOException {
        return new VolumeWriter(client)
                .write(
                        new ShareTarget(volume(), fileId, epochs),
                        Channels.newChannel(new ByteArrayInputStream(content)),
                        sizeHint,
                        bytes -> {});
    }

    static FileInfo file(long fileId, Written written) {
        List<Integer> missing = new ArrayList<>();
        for (int position = 0; position < written.sealed().size(); position++) {
            Optional<DiskId> sealed = written.sealed().get(position);
            if (sealed.isEmpty()) {
                missing.add(position);
            }
        }
        return new FileInfo("f" + fileId, fileId, written.sizeBytes(), written.sha256(), "U1", missing);
    }

    byte[] read(FileInfo file) throws IOException {
        return read(ReadRequest.whole(volume(), file));
    }

    byte[] read(ReadRequest request) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new VolumeReader(client).read(request, Channels.newChannel(out));
        return out.toByteArray();
    }

    @Override
    public void close() {
        client.close();
        disks.forEach(FakeDisk::close);
    }
}
