package io.roundtable.foreign;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.disk.DiskFaultException;
import io.roundtable.disk.DiskOptions;
import io.roundtable.disk.DiskStore;
import io.roundtable.disk.ShareReader;
import io.roundtable.disk.ShareWriter;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.ShareKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk's store on a program that keeps blocks: what it acknowledged, and when it must not acknowledge any more. */
class ForeignStoreTest {
    private static final int UNIT = 4_096;

    private final PublishedDisk program = new PublishedDisk(1);
    private long term;

    private DiskStore open() throws IOException {
        return open(program);
    }

    private DiskStore open(Line.To to) throws IOException {
        PrimitiveIterator.OfLong identity = LongStream.concat(LongStream.of(1, 2), LongStream.generate(() -> 77))
                .iterator();
        return DiskStore.open(
                program.open(++term, to),
                DiskOptions.defaults().withPackBytes(1 << 20),
                program::nowMs,
                identity::nextLong);
    }

    private static ShareKey key(int number) {
        return new ShareKey(1, number, 0);
    }

    private static byte[] content(int number, int bytes) {
        byte[] content = new byte[bytes];
        new Random(number).nextBytes(content);
        return content;
    }

    /** Blocks, and their sums behind them. */
    private static byte[] group(byte[] content) {
        int blocks = (content.length + UNIT - 1) / UNIT;
        ByteBuffer group = ByteBuffer.allocate(content.length + blocks * Integer.BYTES);
        group.put(content);
        for (int at = 0; at < content.length; at += UNIT) {
            CRC32C sum = new CRC32C();
            sum.update(content, at, Math.min(UNIT, content.length - at));
            group.putInt((int) sum.getValue());
        }
        return group.array();
    }

    private static void put(DiskStore store, int number, int bytes) throws DiskFaultException {
        byte[] group = group(content(number, bytes));
        ByteBuffer buffer = ByteBuffer.allocate(DiskStore.PUT_BUFFER_BYTES).position(DiskStore.PUT_HEADROOM_BYTES);
        buffer.put(group).limit(DiskStore.PUT_HEADROOM_BYTES + group.length).position(DiskStore.PUT_HEADROOM_BYTES);
        DiskStore.Put put = store.put(new DiskMessage.PutShare(key(number), 1, 3, 1, UNIT, bytes), buffer, false);
        store.commit();
        put.demand();
    }

    private static void write(DiskStore store, int number, int bytes) throws DiskFaultException {
        try (ShareWriter writer = store.begin(new DiskMessage.BeginShare(key(number), 1, 3, 1, UNIT), false)) {
            writer.writeGroup((bytes + UNIT - 1) / UNIT, ByteBuffer.wrap(group(content(number, bytes))));
            writer.seal(1, bytes);
        }
    }

    private static byte[] read(DiskStore store, int number, int bytes) throws DiskFaultException, IOException {
        try (ShareReader reader = store.read(key(number))) {
            ByteBuffer to = ByteBuffer.allocate(bytes);
            reader.file().read(to, reader.position(0));
            return to.array();
        }
    }

    @Test
    void sharesOfAnySizeAreThereForWhoeverPresentsTheDiskNext() throws Exception {
        DiskStore store = open();
        for (int i = 0; i < 40; i++) {
            put(store, i, 1_000 + 50 * i);
        }
        write(store, 100, 600_000);
        DiskStore next = open();
        assertEquals(store.id(), next.id());
        assertEquals(41, next.startReport().shares());
        for (int i = 0; i < 40; i++) {
            assertArrayEquals(content(i, 1_000 + 50 * i), read(next, i, 1_000 + 50 * i));
            assertTrue(next.check(key(i), bytes -> {}) > 0);
        }
        assertArrayEquals(content(100, 600_000), read(next, 100, 600_000));
        // The one before hung. Whatever it does now, it is not acknowledged, and does no harm.
        assertThrows(DiskFaultException.class, () -> put(store, 50, 2_000));
        assertThrows(DiskFaultException.class, () -> write(store, 51, 500_000));
        assertThrows(DiskFaultException.class, store::probe);
        put(next, 52, 3_000);
        assertEquals(42, open().startReport().shares());
    }

    @ParameterizedTest
    @ValueSource(strings = {"wiped", "restarted", "gone", "failed"})
    void nothingIsAcknowledgedOnceTheProgramHasForgotten(String how) throws Exception {
        DiskStore store = open();
        put(store, 1, 2_000);
        switch (how) {
            case "gone" -> program.isRunning = false;
            case "failed" -> program.isFailed = true;
            default -> program.restart();
        }
        assertEquals(
                Fault.OUT_OF_SERVICE,
                assertThrows(DiskFaultException.class, () -> put(store, 2, 2_000))
                        .fault());
        assertThrows(DiskFaultException.class, () -> write(store, 3, 500_000));
        assertThrows(DiskFaultException.class, store::probe);
        assertTrue(store.lost().isPresent());

        program.isRunning = true;
        program.isFailed = false;
        program.restart();
        DiskStore next = open();
        assertEquals(store.id(), next.id(), "the same disk, and the catalog knows what it lacks");
        assertEquals(0, next.startReport().shares());
        assertEquals(0, next.highestEpoch());
        put(next, 4, 2_000);
        assertArrayEquals(content(4, 2_000), read(next, 4, 2_000));
    }

    @Test
    void aBlockThatAnotherOverwroteIsFoundBrokenAndTheOthersAreWhole() throws Exception {
        DiskStore store = open();
        write(store, 1, 600_000);
        write(store, 2, 600_000);
        // Anybody may write anything under any name.
        Optional<String> one = program.blocks.keySet().stream()
                .filter(block -> program.blocks.get(block).length() > 30_000)
                .sorted()
                .findFirst();
        program.blocks.put(one.orElseThrow(), "AAAA");
        long whole = LongStream.of(store.check(key(1), bytes -> {}), store.check(key(2), bytes -> {}))
                .filter(bytes -> bytes > 0)
                .count();
        assertEquals(1, whole);
        assertTrue(store.lost().isEmpty());
    }

    // ---- taking over takes long

    @Test
    void aProgramThatAnswersSlowlyKeepsNobodyForLongerThanTheDeadline() throws Exception {
        DiskStore store = open();
        write(store, 1, 200_000);
        for (int i = 2; i < 600; i++) {
            put(store, i, 30_000);
        }
        program.lateMs = 1_900;
        long sinceMs = program.nowMs();
        Opening opening = new Opening(program, program::nowMs);
        assertThrows(IOException.class, () -> {
            open(opening);
            opening.done();
        });
        long tookMs = program.nowMs() - sinceMs;
        assertTrue(tookMs < Opening.OPEN_MS + 10_000, tookMs + " ms");
        program.lateMs = 0;
        assertEquals(599, open().startReport().shares());
    }

    @Test
    void nobodyReadsOnForAnOrderThatAnotherPeerHasByNow() throws IOException {
        Opening opening = new Opening(program, program::nowMs);
        opening.giveUp();
        assertThrows(IOException.class, () -> open(opening));
        Opening read = new Opening(program, program::nowMs);
        open(read);
        assertTrue(read.questions() > 0);
        read.done();
        read.giveUp();
        open(read);
        assertTrue(read.isOver());
    }
}
