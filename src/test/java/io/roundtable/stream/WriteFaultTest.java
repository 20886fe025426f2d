package io.roundtable.stream;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.FileInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A write succeeds with up to {@code parity} disks failing in any way, and says so; with one more it fails clearly. */
class WriteFaultTest {
    private static final int SMALL = 10_000;
    private static final int LARGE = 30 << 20;

    private Rack rack;

    @BeforeEach
    void build() throws Exception {
        rack = new Rack(3, 1, 1 << 16);
    }

    @AfterEach
    void clear() {
        await().untilAsserted(() -> assertEquals(0, rack.client.buffersInUse()));
        rack.close();
    }

    /** A disk that is stuck is to be given up soon. */
    private void beQuick() throws Exception {
        rack.close();
        rack = new Rack(3, 1, 1 << 16, Rack.QUICK);
    }

    private void assertWritesWithout(int position, int size) throws IOException {
        byte[] content = Rack.content(size);
        Written written = rack.write(1, content);

        FileInfo file = Rack.file(1, written);
        assertEquals(List.of(position), file.missing());
        assertArrayEquals(content, rack.read(file));
    }

    private StreamException assertFails(int size) {
        StreamException e = assertThrows(StreamException.class, () -> rack.write(1, Rack.content(size)));
        assertEquals(1, e.getMessage().lines().count());
        return e;
    }

    @ParameterizedTest
    @ValueSource(ints = {SMALL, LARGE})
    void aDiskThatIsGoneIsLeftOut(int size) throws Exception {
        rack.disk(1).kill();

        assertWritesWithout(1, size);
    }

    @ParameterizedTest
    @ValueSource(ints = {SMALL, LARGE})
    void aDiskThatIsFullIsLeftOut(int size) throws Exception {
        rack.disk(2).refusesWrites = Fault.FULL;

        assertWritesWithout(2, size);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 14})
    void aDiskThatDiesInTheMiddleIsLeftOut(int groups) throws Exception {
        rack.disk(0).diesAfterGroupsTaken = groups;

        assertWritesWithout(0, LARGE);
    }

    @ParameterizedTest
    @ValueSource(ints = {SMALL, LARGE})
    void aDiskThatIsStuckIsLeftOut(int size) throws Exception {
        beQuick();
        rack.disk(0).isStuck = true;

        assertWritesWithout(0, size);
    }

    @ParameterizedTest
    @ValueSource(ints = {SMALL, LARGE})
    void aDiskThatNeverSealsIsLeftOut(int size) throws Exception {
        beQuick();
        rack.disk(2).sealsNever = true;

        assertWritesWithout(2, size);
    }

    @Test
    void aDiskThatWasStuckHoldsUpOnlyTheFirstSmallWrite() throws Exception {
        beQuick();
        rack.disk(0).isStuck = true;
        rack.write(1, Rack.content(SMALL));
        long before = System.nanoTime();

        Written written = rack.write(2, Rack.content(SMALL));

        assertTrue((System.nanoTime() - before) / 1_000_000 < Rack.QUICK.stallMs());
        assertEquals(List.of(0), Rack.file(2, written).missing());
    }

    @ParameterizedTest
    @ValueSource(ints = {SMALL, LARGE})
    void withTwoDisksGoneTheErrorNamesThem(int size) {
        rack.disk(0).kill();
        rack.disk(2).refusesWrites = Fault.FULL;

        StreamException e = assertFails(size);

        assertTrue(e.getMessage().contains("at least 2 must take the file"), e::getMessage);
        assertTrue(e.getMessage().contains("D1: ") && e.getMessage().contains("D3: the disk says FULL"), e::getMessage);
        assertFalse(e.getMessage().contains("D2: "), e::getMessage);
    }

    @ParameterizedTest
    @ValueSource(ints = {SMALL, LARGE})
    void aDiskThatIsStuckWhenAnotherIsGoneEndsTheWriteInTime(int size) throws Exception {
        beQuick();
        rack.disk(0).kill();
        rack.disk(1).isStuck = true;

        StreamException e = assertFails(size);

        assertTrue(e.getMessage().contains("D2"), e::getMessage);
    }

    @Test
    void anIdleConnectionThatTheDiskClosedIsReplaced() throws Exception {
        rack.write(1, Rack.content(SMALL));
        int before = rack.disk(0).connections.get();
        rack.disk(0).dropConnections();

        Written written = rack.write(2, Rack.content(SMALL));

        assertEquals(List.of(), Rack.file(2, written).missing());
        assertEquals(before + 1, rack.disk(0).connections.get());
    }

    @Test
    void smallFilesShareConnections() throws Exception {
        for (int i = 1; i <= 50; i++) {
            rack.write(i, Rack.content(SMALL));
            rack.read(new FileInfo("f", i, SMALL, "", "U1", List.of()));
        }

        assertEquals(1, rack.disk(0).connections.get());
    }

    @Test
    void aSmallFileGoesOnWithANewEpoch() throws Exception {
        Epoch epoch = new Epoch();
        rack.disks.forEach(disk -> disk.epoch = 2);

        Written written = rack.write(1, Rack.content(SMALL), SMALL, epoch);

        assertEquals(List.of(), Rack.file(1, written).missing());
        assertEquals(2, epoch.current());
    }

    @Test
    void aLongFileIsBegunWithTheNewEpochThoughItIsSomeFurther() throws Exception {
        Epoch epoch = new Epoch();
        rack.disks.forEach(disk -> disk.epoch = 3);
        byte[] content = Rack.content(LARGE);

        Written written = rack.write(1, content, -1, epoch);

        assertEquals(List.of(), Rack.file(1, written).missing());
        assertEquals(3, epoch.current());
    }

    @Test
    void aLongFileIsSealedWithTheNewEpoch() throws Exception {
        Epoch epoch = new Epoch();
        byte[] content = Rack.content(LARGE);
        Slow slow = new Slow(content, () -> rack.disks.forEach(disk -> disk.epoch = 3));

        Written written =
                new VolumeWriter(rack.client).write(new ShareTarget(rack.volume(), 1, epoch), slow, -1, bytes -> {});

        assertEquals(List.of(), Rack.file(1, written).missing());
        assertEquals(3, epoch.current());
        assertArrayEquals(content, rack.read(Rack.file(1, written)));
    }

    @Test
    void aWriteWhoseSourcePausesShowsTheDisksThatItLives() throws Exception {
        byte[] content = Rack.content(LARGE);
        Slow pausing = new Slow(content, () -> {
            List<Integer> before =
                    rack.disks.stream().map(disk -> disk.readsAsked.get()).toList();
            await().untilAsserted(() -> {
                for (int position = 0; position < 3; position++) {
                    assertTrue(rack.disk(position).readsAsked.get() >= before.get(position) + 2);
                }
            });
        });

        Written written = new VolumeWriter(rack.client)
                .write(new ShareTarget(rack.volume(), 1, Epochs.fixed(1)), pausing, -1, bytes -> {});

        assertEquals(List.of(), Rack.file(1, written).missing());
        assertArrayEquals(content, rack.read(Rack.file(1, written)));
    }

    @Test
    void contentThatCannotBeReadEndsTheWriteAndLeavesNothing() {
        ReadableByteChannel broken = new Slow(new byte[LARGE], () -> {
            throw new IllegalStateException("the file is on fire");
        });

        assertThrows(
                IllegalStateException.class,
                () -> new VolumeWriter(rack.client)
                        .write(new ShareTarget(rack.volume(), 1, Epochs.fixed(1)), broken, -1, bytes -> {}));

        rack.disks.forEach(disk -> assertTrue(disk.shares().isEmpty()));
    }

    @Test
    void aWrongHintDoesNoHarm() throws Exception {
        for (int size : new int[] {0, SMALL, 300_000, LARGE}) {
            for (long hint : new long[] {-1, 0, 1, 200_000, LARGE, Long.MAX_VALUE}) {
                byte[] content = Rack.content(size);
                Written written = rack.write(1, content, hint, Epochs.fixed(1));
                assertArrayEquals(content, rack.read(Rack.file(1, written)), size + " " + hint);
            }
        }
    }

    @Test
    void aLongStreamNeedsNoMoreBuffersThanTheWindow() throws Exception {
        AtomicInteger most = new AtomicInteger();
        long size = 400L << 20;
        ReadableByteChannel zeros = new Zeros(size, () -> most.accumulateAndGet(rack.client.buffersInUse(), Math::max));
        rack.disks.forEach(disk -> disk.forgetsData = true);

        Written written = new VolumeWriter(rack.client)
                .write(new ShareTarget(rack.volume(), 1, Epochs.fixed(1)), zeros, -1, bytes -> {});

        assertEquals(size, written.sizeBytes());
        assertTrue(most.get() <= 3 * Rack.QUICK.windowGroups(3), most::toString);
        assertTrue(most.get() >= 3);
    }

    /** Asks for a new epoch only once each. */
    private static final class Epoch implements Epochs {
        private long epoch = 1;

        @Override
        public synchronized long current() {
            return epoch;
        }

        @Override
        public synchronized long refresh(long stale) {
            if (stale == epoch) {
                epoch++;
            }
            return epoch;
        }
    }

    /** Does something in the middle of the content. */
    private static final class Slow implements ReadableByteChannel {
        private final ByteBuffer content;
        private final Runnable inTheMiddle;
        private boolean isDone;

        Slow(byte[] content, Runnable inTheMiddle) {
            this.content = ByteBuffer.wrap(content);
            this.inTheMiddle = inTheMiddle;
        }

        @Override
        public int read(ByteBuffer to) {
            if (!isDone && content.position() > content.limit() / 2) {
                isDone = true;
                inTheMiddle.run();
            }
            int count = Math.min(content.remaining(), to.remaining());
            to.put(content.slice(content.position(), count));
            content.position(content.position() + count);
            return count == 0 ? -1 : count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    /** Nothing but zeros. */
    private static final class Zeros implements ReadableByteChannel {
        private final Runnable each;
        private long left;

        Zeros(long size, Runnable each) {
            this.left = size;
            this.each = each;
        }

        @Override
        public int read(ByteBuffer to) {
            each.run();
            int count = (int) Math.min(left, to.remaining());
            to.position(to.position() + count);
            left -= count;
            return count == 0 ? -1 : count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
