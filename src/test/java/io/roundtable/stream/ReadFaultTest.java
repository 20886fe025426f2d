package io.roundtable.stream;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A read gives the right bytes with up to {@code parity} disks failing in any way; with one more it fails clearly. */
class ReadFaultTest {
    private static final int UNIT = 1 << 20;
    private static final int SIZE = (20 << 20) + 12_345;

    /** Waits for a stuck disk so long that a test which waits for it fails. */
    private static final int NOT_WAITED_MS = 8_000;

    private Rack rack;
    private byte[] content;
    private FileInfo file;
    private final Set<Integer> damaged = new ConcurrentSkipListSet<>();

    @BeforeEach
    void write() throws Exception {
        rack = new Rack(3, 1, UNIT, Rack.PATIENT);
        content = Rack.content(SIZE);
        file = Rack.file(1, rack.write(1, content));
    }

    @AfterEach
    void clear() {
        await().untilAsserted(() -> assertEquals(0, rack.client.buffersInUse()));
        rack.close();
    }

    private ReadRequest request() {
        ReadListener listener = (ShareKey share, DiskId disk, String what) -> damaged.add(share.position());
        return ReadRequest.whole(rack.volume(), file).with(listener);
    }

    private void assertReads() throws IOException {
        assertArrayEquals(content, rack.read(request()));
    }

    private StreamException assertFails() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StreamException e = assertThrows(
                StreamException.class, () -> new VolumeReader(rack.client).read(request(), Channels.newChannel(out)));
        byte[] got = out.toByteArray();
        assertEquals(ByteBuffer.wrap(content, 0, got.length), ByteBuffer.wrap(got), "a wrong byte");
        return e;
    }

    @Test
    void aHealthyReadOfWholeGroupsAsksForNoParity() throws Exception {
        assertReads();

        int groups = rack.disks.stream().mapToInt(disk -> disk.groupsSent.get()).sum();
        assertEquals((SIZE + UNIT - 1) / UNIT, groups);
        assertEquals(Set.of(), damaged);
    }

    @Test
    void aSmallPartAsksOnlyTheDiskThatHasIt() throws Exception {
        byte[] part = rack.read(request().range(5 * UNIT + 10, 100));

        assertEquals(ByteBuffer.wrap(content, 5 * UNIT + 10, 100), ByteBuffer.wrap(part));
        assertEquals(
                1, rack.disks.stream().mapToInt(disk -> disk.groupsSent.get()).sum());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void anyDiskMayBeGone(int position) throws Exception {
        rack.disk(position).kill();

        assertReads();
    }

    @Test
    void connectionsThatTheDisksCloseInTheMiddleAreReplaced() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream() {
            private boolean isDropped;

            @Override
            public synchronized void write(byte[] bytes, int from, int count) {
                super.write(bytes, from, count);
                if (!isDropped && size() > SIZE / 2) {
                    isDropped = true;
                    rack.disks.forEach(FakeDisk::dropConnections);
                }
            }
        };

        new VolumeReader(rack.client).read(request(), Channels.newChannel(out));

        assertArrayEquals(content, out.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 6})
    void aDiskMayDieInTheMiddle(int groups) throws Exception {
        rack.disk(1).diesAfterGroupsSent = groups;

        assertReads();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 6})
    void aDiskThatGetsStuckIsNotWaitedFor(int groups) throws Exception {
        rack.disk(1).sticksAfterGroupsSent = groups;
        long before = System.nanoTime();

        assertReads();

        assertTrue((System.nanoTime() - before) / 1_000_000 < NOT_WAITED_MS);
    }

    /** Only in the order of positions, the one that is stuck would be tried again and again. */
    @Test
    void aDiskThatWasOnlyLateIsTriedAgainBesideOneThatIsStuck() throws Exception {
        rack.disk(1).sticksAfterGroupsSent = 0;
        rack.client.suspectToRead(rack.disk(2).seat());
        rack.client.suspectToRead(rack.disk(1).seat());
        long before = System.nanoTime();

        assertReads();

        assertTrue((System.nanoTime() - before) / 1_000_000 < NOT_WAITED_MS);
    }

    @Test
    void aSlowDiskIsHedged() throws Exception {
        rack.disk(2).readDelayMs = 10_000;
        long before = System.nanoTime();

        assertReads();

        assertTrue((System.nanoTime() - before) / 1_000_000 < NOT_WAITED_MS);
        assertEquals(Set.of(), damaged);
    }

    @Test
    void aSlowDiskIsWaitedForWhenAnotherIsGone() throws Exception {
        rack.disk(0).kill();
        rack.disk(2).readDelayMs = 200;

        assertReads();
    }

    @Test
    void aSlowDiskIsAskedLastForATime() throws Exception {
        rack.disk(2).readDelayMs = 10_000;
        assertReads();
        long before = System.nanoTime();

        assertReads();

        assertTrue((System.nanoTime() - before) / 1_000_000 < NOT_WAITED_MS);
    }

    @ParameterizedTest
    @CsvSource({"NO_SUCH_SHARE,true", "CORRUPT,true", "IO,true", "OUT_OF_SERVICE,false"})
    void aDiskMayRefuseAndDamageIsReported(Fault fault, boolean isDamage) throws Exception {
        rack.disk(1).refusesReads = fault;

        assertReads();

        assertEquals(isDamage ? Set.of(1) : Set.of(), damaged);
    }

    @Test
    void aFlippedBitIsFoundRebuiltAndReported() throws Exception {
        rack.disk(0).flipBit(Rack.key(1, 0), 3 * (UNIT + 4) + 77);
        rack.disk(2).flipBit(Rack.key(1, 2), 7 * (UNIT + 4) + UNIT);

        assertReads();

        assertEquals(Set.of(0, 2), damaged);
    }

    @Test
    void aShareOfAnotherLengthIsReportedAndNotUsed() throws Exception {
        FakeDisk.Share share = rack.disk(1).shares().get(Rack.key(1, 1));
        rack.disk(1)
                .shares()
                .put(Rack.key(1, 1), new FakeDisk.Share(3, 1, UNIT, share.usedBytes() - UNIT, share.bytes()));

        assertReads();

        assertEquals(Set.of(1), damaged);
    }

    @Test
    void damageOnTheWayIsReadAgain() throws Exception {
        AtomicInteger rereads = new AtomicInteger();
        ReadListener flipping = new ReadListener() {
            @Override
            public void onDamage(ShareKey share, DiskId disk, String what) {
                damaged.add(share.position());
            }

            @Override
            public void onReceived(ShareKey share, long group, ByteBuffer blocks, int unitBytes, boolean isReread) {
                if (!isReread) {
                    blocks.put(5, (byte) (blocks.get(5) ^ 1));
                }
            }

            @Override
            public void onReread(ShareKey share, DiskId disk, int blocks) {
                rereads.addAndGet(blocks);
            }
        };

        assertArrayEquals(content, rack.read(request().with(flipping)));

        assertEquals((SIZE + UNIT - 1) / UNIT, rereads.get());
        assertEquals(Set.of(), damaged);
    }

    @Test
    void withTwoDisksGoneTheErrorNamesFileStripeAndDisks() {
        rack.disk(0).kill();
        rack.disk(1).refusesReads = Fault.OUT_OF_SERVICE;

        StreamException e = assertFails();

        assertTrue(e.getMessage().contains("'f1' of dss1 cannot be read: stripe 0 needs 2 of 3 disks"), e::getMessage);
        assertTrue(e.getMessage().contains("D1: ") && e.getMessage().contains("D2: the disk says"), e::getMessage);
    }

    @Test
    void twoBrokenBlocksOfAStripeAreNeverHandedOn() {
        rack.disk(0).flipBit(Rack.key(1, 0), 4 * (UNIT + 4) + 7);
        rack.disk(1).flipBit(Rack.key(1, 1), 4 * (UNIT + 4) + 9);

        StreamException e = assertFails();

        assertTrue(e.getMessage().contains("stripe 4"), e::getMessage);
    }

    @Test
    void twoStuckDisksEndTheReadInTime() throws Exception {
        try (Rack quick = new Rack(3, 1, UNIT, Rack.QUICK)) {
            FileInfo there = Rack.file(1, quick.write(1, content));
            quick.disk(0).isStuck = true;
            quick.disk(1).isStuck = true;

            StreamException e = assertThrows(StreamException.class, () -> quick.read(there));

            assertTrue(e.getMessage().contains("D1: it does not answer in time"), e::getMessage);
        }
    }

    @Test
    void aDiskThatWasReplacedIsFound() throws Exception {
        VolumeInfo before = rack.volume();
        FakeDisk fresh = new FakeDisk(9);
        fresh.shares().putAll(rack.disk(0).shares());
        rack.disk(0).kill();
        rack.disk(1).kill();
        List<FakeDisk> after = new ArrayList<>(rack.disks);
        after.set(0, fresh);
        VolumeInfo moved = new VolumeInfo(
                1, "dss1", 1, UNIT, after.stream().map(FakeDisk::seat).toList());
        AtomicInteger asked = new AtomicInteger();
        SeatSource seats = () -> {
            asked.incrementAndGet();
            return new SeatSource.Seats(moved, file);
        };

        assertArrayEquals(content, rack.read(ReadRequest.whole(before, file).with(seats)));

        assertEquals(1, asked.get());
        fresh.close();
    }

    @Test
    void aReadThatEndsEarlyStopsEverything() {
        IOException e = assertThrows(
                IOException.class,
                () -> new VolumeReader(rack.client).read(request(), Channels.newChannel(new java.io.OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("the pipe is closed");
                    }
                })));

        assertEquals("the pipe is closed", e.getMessage());
    }

    @Test
    void aRangeOutsideTheFileIsRefused() {
        assertThrows(IOException.class, () -> rack.read(request().range(SIZE - 5, 6)));
        assertThrows(IOException.class, () -> rack.read(request().range(-1, 6)));
        assertThrows(IOException.class, () -> rack.read(request().range(0, Long.MAX_VALUE)));
    }

    @Test
    void aRebuildTellsWhichSourcesWereBad() throws Exception {
        try (Rack five = new Rack(5, 2, 4096)) {
            FileInfo wide = Rack.file(1, five.write(1, content));
            five.disk(3).flipBit(Rack.key(1, 3), 100_000);
            ByteArrayOutputStream share = new ByteArrayOutputStream();

            ShareRebuilder.Outcome outcome = new ShareRebuilder(five.client)
                    .rebuild(five.volume(), wide, 1, false, SeatSource.FIXED, (blocks, group) -> {
                        byte[] bytes = new byte[group.remaining()];
                        group.get(bytes);
                        share.writeBytes(bytes);
                    });

            assertArrayEquals(five.disk(1).shares().get(Rack.key(1, 1)).bytes(), share.toByteArray());
            assertTrue(List.of(3).containsAll(outcome.badSources()), outcome::toString);
            five.disk(0).kill();
            five.disk(2).kill();
            five.disk(4).refusesReads = Fault.OUT_OF_SERVICE;
            assertThrows(
                    StreamException.class,
                    () -> new ShareRebuilder(five.client)
                            .rebuild(five.volume(), wide, 1, false, SeatSource.FIXED, (blocks, group) -> {}));
        }
    }

    @Test
    void aShareThatAnotherDiskHoldsIsCopiedThoughItCouldNotBeComputed() throws Exception {
        try (Rack five = new Rack(5, 2, 4096)) {
            FileInfo wide = Rack.file(1, five.write(1, content));
            byte[] before = five.disk(1).shares().get(Rack.key(1, 1)).bytes().clone();
            five.disk(1).flipBit(Rack.key(1, 1), 100_000);
            assertArrayEquals(before, rebuilt(five, wide), "what is broken in it is computed");

            five.disk(1).flipBit(Rack.key(1, 1), 100_000);
            five.disk(0).kill();
            five.disk(2).kill();
            five.disk(4).refusesReads = Fault.OUT_OF_SERVICE;
            assertArrayEquals(before, rebuilt(five, wide));
        }
    }

    private static byte[] rebuilt(Rack five, FileInfo wide) throws IOException {
        ByteArrayOutputStream share = new ByteArrayOutputStream();
        new ShareRebuilder(five.client).rebuild(five.volume(), wide, 1, true, SeatSource.FIXED, (blocks, group) -> {
            byte[] bytes = new byte[group.remaining()];
            group.get(bytes);
            share.writeBytes(bytes);
        });
        return share.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void randomDamageOfOneBlockInEveryStripeIsMended(long seed) throws Exception {
        Random random = new Random(seed);
        int unit = 1 << (7 + random.nextInt(10));
        int n = 3 + random.nextInt(4);
        int parity = n >= 5 ? 1 + random.nextInt(2) : 1;
        try (Rack other = new Rack(n, parity, unit)) {
            byte[] bytes = Rack.content(random.nextInt(4 << 20));
            FileInfo info = Rack.file(1, other.write(1, bytes));
            int groupBytes = (1 << 20) + 4 * ((1 << 20) / unit);
            for (int stripe = 0; stripe * (long) unit * (n - parity) < bytes.length; stripe++) {
                int group = stripe / ((1 << 20) / unit);
                for (int i = 0; i < parity; i++) {
                    int disk = (stripe + i * 2) % n;
                    FakeDisk.Share share = other.disk(disk).shares().get(Rack.key(1, disk));
                    int at = group * groupBytes + stripe % ((1 << 20) / unit) * unit + random.nextInt(unit);
                    if ((long) stripe * unit + unit <= share.usedBytes()) {
                        other.disk(disk).flipBit(Rack.key(1, disk), at);
                    }
                }
            }

            assertArrayEquals(bytes, other.read(info), "seed " + seed);
        }
    }
}
