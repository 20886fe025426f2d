package io.roundtable.stream;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.roundtable.protocol.FileInfo;
import io.roundtable.storage.ShareLayout;
import io.roundtable.storage.StripeLayout;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes in comes out, whatever the size, the layout and the disks that are gone. */
class RoundTripTest {
    private static final int GROUP = ShareLayout.GROUP_BYTES;

    /** Around the edges of blocks, stripes, small buffers and groups. */
    private static TreeSet<Integer> sizes(StripeLayout layout) {
        TreeSet<Integer> sizes = new TreeSet<>();
        int data = layout.dataDisks();
        for (int edge : new int[] {
            0,
            layout.unitBytes(),
            layout.stripeDataBytes(),
            3 * layout.stripeDataBytes() + layout.unitBytes(),
            data * BufferPool.SMALL_BYTES,
            data * GROUP,
            2 * data * GROUP + layout.unitBytes(),
            3 * data * GROUP
        }) {
            for (int around : new int[] {-1, 0, 1}) {
                int size = edge + around;
                if (size >= 0) {
                    sizes.add(size);
                }
            }
        }
        return sizes;
    }

    @ParameterizedTest
    @CsvSource({
        "3,1,128",
        "3,1,1024",
        "3,1,65536",
        "3,1,1048576",
        "5,2,4096",
        "5,2,1048576",
        "4,1,524288",
        "7,3,1048576"
    })
    void everySizeComesBackWithAnyDisksGone(int n, int parity, int unit) throws Exception {
        StripeLayout layout = new StripeLayout(n, parity, unit);
        try (Rack rack = new Rack(n, parity, unit)) {
            long fileId = 0;
            for (int size : sizes(layout)) {
                byte[] content = Rack.content(size);
                Written written = rack.write(++fileId, content);
                String what = "n=" + n + " p=" + parity + " unit=" + unit + " size=" + size;

                assertEquals(size, written.sizeBytes(), what);
                assertEquals(
                        HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(content)),
                        written.sha256(),
                        what);
                for (int position = 0; position < n; position++) {
                    assertEquals(
                            layout.usedShareBytes(size, position),
                            rack.disk(position)
                                    .shares()
                                    .get(Rack.key(fileId, position))
                                    .usedBytes(),
                            what);
                }
                FileInfo file = Rack.file(fileId, written);
                assertArrayEquals(content, rack.read(file), what);
                for (int lost = 0; lost < n; lost++) {
                    int other = parity > 1 ? (lost + 1 + size % (n - 1)) % n : lost;
                    FileInfo degraded = new FileInfo(
                            "f",
                            fileId,
                            size,
                            "",
                            "U1",
                            lost == other ? Arrays.asList(lost) : Arrays.asList(lost, other));
                    assertArrayEquals(content, rack.read(degraded), what + " without " + degraded.missing());
                }
            }
            await().untilAsserted(() -> assertEquals(0, rack.client.buffersInUse()));
        }
    }

    @ParameterizedTest
    @CsvSource({"3,1,1024", "3,1,1048576", "5,2,4096", "5,2,1048576"})
    void anyPartCanBeRead(int n, int parity, int unit) throws Exception {
        byte[] content = Rack.content(3 * (n - parity) * GROUP + 12_345);
        try (Rack rack = new Rack(n, parity, unit)) {
            FileInfo file = Rack.file(1, rack.write(1, content));
            Random random = new Random(unit);
            for (int i = 0; i < 60; i++) {
                int from = random.nextInt(content.length + 1);
                int most = i % 2 == 0 ? 5_000 : content.length;
                int count = random.nextInt(Math.min(most, content.length - from) + 1);
                FileInfo present =
                        i % 3 == 0 ? new FileInfo("f", 1, content.length, "", "U1", Arrays.asList(i % n)) : file;

                byte[] got = rack.read(ReadRequest.whole(rack.volume(), present).range(from, count));

                assertArrayEquals(Arrays.copyOfRange(content, from, from + count), got, from + "+" + count);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"3,1,128", "3,1,1048576", "5,2,4096", "5,2,1048576", "7,3,65536"})
    void aRebuiltShareIsTheOneThatWasWritten(int n, int parity, int unit) throws Exception {
        StripeLayout layout = new StripeLayout(n, parity, unit);
        try (Rack rack = new Rack(n, parity, unit)) {
            long fileId = 0;
            for (int size : sizes(layout)) {
                byte[] content = Rack.content(size);
                FileInfo file = Rack.file(++fileId, rack.write(fileId, content));
                for (int position = 0; position < n; position++) {
                    ByteArrayOutputStream share = new ByteArrayOutputStream();
                    ShareRebuilder.Outcome outcome = new ShareRebuilder(rack.client)
                            .rebuild(rack.volume(), file, position, false, SeatSource.FIXED, (blocks, group) -> {
                                byte[] bytes = new byte[group.remaining()];
                                group.get(bytes);
                                share.writeBytes(bytes);
                            });

                    FakeDisk.Share before = rack.disk(position).shares().get(Rack.key(fileId, position));
                    assertEquals(before.usedBytes(), outcome.usedBytes());
                    assertEquals(ByteBuffer.wrap(before.bytes()), ByteBuffer.wrap(share.toByteArray()), "size " + size);
                }
            }
        }
    }
}
