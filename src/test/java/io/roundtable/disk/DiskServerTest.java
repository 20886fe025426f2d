package io.roundtable.disk;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.DiskRefusal;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.DiskMessage.PutShare;
import io.roundtable.protocol.DiskMessage.ReadShare;
import io.roundtable.protocol.DiskMessage.SealShare;
import io.roundtable.protocol.DiskMessage.ShareBytes;
import io.roundtable.protocol.DiskMessage.ShareData;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import io.roundtable.storage.ShareLayout;
import io.roundtable.wire.FrameKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data connections over real sockets, honest and hostile. */
@Timeout(30)
class DiskServerTest {
    private static final ShareKey KEY = Shares.key(1, 7, 1);

    @TempDir
    Path folder;

    private DiskStore store;
    private DiskServer server;

    @BeforeEach
    void start() throws IOException {
        AtomicLong random = new AtomicLong();
        store = DiskStore.open(new FileMedium(folder), DiskOptions.defaults(), () -> 1, random::incrementAndGet);
        server = new DiskServer(store, DataServerOptions.defaults());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        store.close();
    }

    private void restart(DataServerOptions options) {
        server.close();
        server = new DiskServer(store, options);
    }

    private static Fault fault(Message answer) {
        return ((DiskRefusal) answer).fault();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5000, 1 << 20, 3_500_000})
    void aShareTravelsToTheDiskAndBack(int bytes) throws Exception {
        byte[] content = Shares.content(bytes, bytes);
        try (DataLine line = new DataLine(server)) {
            assertEquals(DataLine.sealed(KEY, content), line.write(KEY, content));
            DataLine.Answer answer = line.ask(new ReadShare(KEY, 0, 100));
            assertArrayEquals(content, DataLine.data(answer, 0));
            if (bytes > 2 << 20) {
                byte[] second = DataLine.data(line.ask(new ReadShare(KEY, 1, 1)), 1);
                assertArrayEquals(java.util.Arrays.copyOfRange(content, 1 << 20, 2 << 20), second);
            }
        }
        assertArrayEquals(content, Shares.read(store, KEY));
    }

    /** One without channels, such as a foreign disk: no buffer of the pool takes a group of a megabyte. */
    @Test
    void aShareTravelsFromAMediumThatHasNoChannels() throws Exception {
        byte[] content = Shares.content(7, 3_500_000);
        AtomicLong random = new AtomicLong();
        try (DiskStore plain = DiskStore.open(
                        new SimulatedMedium(1, 64 << 20), DiskOptions.defaults(), () -> 1, random::incrementAndGet);
                DiskServer over = new DiskServer(plain, DataServerOptions.defaults());
                DataLine line = new DataLine(over)) {
            assertEquals(DataLine.sealed(KEY, content), line.write(KEY, content));
            assertArrayEquals(content, DataLine.data(line.ask(new ReadShare(KEY, 0, 100)), 0));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4096, DiskStore.PUT_BYTES_MAX, DiskStore.PUT_BYTES_MAX + 1, 1 << 20})
    void aShareOfUpToOneGroupIsPutInOne(int bytes) throws Exception {
        byte[] content = Shares.content(bytes, bytes);
        try (DataLine line = new DataLine(server)) {
            assertEquals(DataLine.sealed(KEY, content), line.put(KEY, content));
            assertArrayEquals(content, DataLine.data(line.ask(new ReadShare(KEY, 0, 1)), 0));
        }
    }

    @Test
    void requestsThatFollowEachOtherAreAnsweredInOrder() throws Exception {
        try (DataLine line = new DataLine(server)) {
            List<Long> asked = new ArrayList<>();
            for (int file = 0; file < 300; file++) {
                byte[] content = Shares.content(file, 4096);
                byte[] group = Shares.group(content, 0, content.length, Shares.UNIT);
                if (file % 7 == 3) {
                    group[0] ^= 1;
                }
                asked.add(line.send(Shares.putRequest(Shares.key(1, file, 0), 1, content.length), group));
                if (file % 10 == 0) {
                    asked.add(line.send(new ReadShare(Shares.key(1, file, 0), 0, 1)));
                }
            }
            int file = 0;
            for (int i = 0; i < asked.size(); i++) {
                DataLine.Answer answer = line.answer();
                assertEquals(asked.get(i), answer.requestId());
                if (answer.message() instanceof ShareBytes) {
                    assertArrayEquals(Shares.content(file - 1, 4096), DataLine.data(answer, 0));
                } else if (file % 7 == 3) {
                    assertEquals(Fault.CORRUPT, fault(answer.message()));
                    i += file % 10 == 0 ? skip(line) : 0;
                    file++;
                } else {
                    assertEquals(DataLine.sealed(Shares.key(1, file, 0), new byte[4096]), answer.message());
                    file++;
                }
            }
            assertEquals(300, file);
        }
    }

    /** The answer to the read of a share that was refused. */
    private static int skip(DataLine line) throws Exception {
        assertEquals(Fault.NO_SUCH_SHARE, fault(line.answer().message()));
        return 1;
    }

    @Test
    void aConnectionThatEndsInTheMiddleOfAShareLeavesNothing() throws Exception {
        try (DataLine line = new DataLine(server)) {
            line.send(Shares.beginRequest(KEY, 1));
            line.sendGroups(Shares.content(1, 2 << 20));
            await().until(() -> !store.list(Optional.empty(), 1).shares().isEmpty());
        }
        await().until(() -> server.sessions() == 0);
        assertEquals(List.of(), store.list(Optional.empty(), 1).shares());
        assertEquals(0, store.statistics().usedBytes());
    }

    @Test
    void aShareThatBeganUnderAFormerManagerIsSealedInThePresentEpoch() throws Exception {
        byte[] content = Shares.content(1, 3_000_000);
        try (DataLine line = new DataLine(server)) {
            line.send(Shares.beginRequest(KEY, 1));
            line.sendGroups(content);
            await().until(() -> !store.list(Optional.empty(), 1).shares().isEmpty());
            store.admit(2);
            assertEquals(
                    Fault.STALE_EPOCH,
                    fault(line.ask(new SealShare(1, content.length)).message()));
            assertEquals(
                    DataLine.sealed(KEY, content),
                    line.ask(new SealShare(2, content.length)).message());
        }
        assertArrayEquals(content, Shares.read(store, KEY));
    }

    @Test
    void aFaultIsToldAsTheAnswerToTheSealAndTheConnectionGoesOn() throws Exception {
        byte[] content = Shares.content(1, 3_000_000);
        store.admit(1);
        try (DataLine line = new DataLine(server)) {
            // A block that does not match its CRC.
            line.send(Shares.beginRequest(KEY, 1));
            byte[] group = Shares.group(content, 0, 1 << 20, Shares.UNIT);
            group[77] ^= 1;
            line.send(new ShareData(1024), group);
            line.send(new ShareData(1024), Shares.group(content, 1 << 20, 2 << 20, Shares.UNIT));
            assertEquals(
                    Fault.CORRUPT, fault(line.ask(new SealShare(1, 2 << 20)).message()));
            // An old epoch.
            line.send(Shares.beginRequest(KEY, 0));
            line.sendGroups(content);
            DiskRefusal stale =
                    (DiskRefusal) line.ask(new SealShare(0, content.length)).message();
            assertEquals(Fault.STALE_EPOCH, stale.fault());
            assertEquals(1, stale.highestEpoch());
            // A group that is too short in the middle.
            line.send(Shares.beginRequest(KEY, 1));
            line.send(new ShareData(1), Shares.group(content, 0, 1000, Shares.UNIT));
            line.send(new ShareData(1), Shares.group(content, 0, 1000, Shares.UNIT));
            assertEquals(
                    Fault.BAD_REQUEST, fault(line.ask(new SealShare(1, 2000)).message()));
            // A count that does not fit the bytes.
            for (int blocks : new int[] {-1, 0, 2, 1025, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                line.send(Shares.beginRequest(KEY, 1));
                line.send(new ShareData(blocks), Shares.group(content, 0, 1000, Shares.UNIT));
                assertEquals(
                        Fault.BAD_REQUEST,
                        fault(line.ask(new SealShare(1, 1000)).message()));
            }
            // Out of order.
            assertEquals(Fault.BAD_REQUEST, fault(line.ask(new SealShare(1, 0)).message()));
            line.send(new ShareData(1), Shares.group(content, 0, 1000, Shares.UNIT));
            assertEquals(
                    Fault.BAD_REQUEST, fault(line.ask(new SealShare(1, 1000)).message()));
            line.send(Shares.beginRequest(KEY, 1));
            line.send(Shares.beginRequest(KEY, 1));
            assertEquals(Fault.BAD_REQUEST, fault(line.ask(new SealShare(1, 0)).message()));
            // Another length than was announced.
            line.send(Shares.beginRequest(KEY, 1));
            line.sendGroups(content);
            assertEquals(
                    Fault.BAD_REQUEST,
                    fault(line.ask(new SealShare(1, content.length - 1)).message()));

            assertEquals(List.of(), store.list(Optional.empty(), 1).shares());
            assertEquals(0, store.statistics().usedBytes());
            assertEquals(DataLine.sealed(KEY, content), line.write(KEY, content));
        }
    }

    @Test
    void putsAndReadsThatMakeNoSenseAreRefusedAndTheConnectionGoesOn() throws Exception {
        byte[] content = Shares.content(1, 1000);
        byte[] group = Shares.group(content, 0, 1000, Shares.UNIT);
        try (DataLine line = new DataLine(server)) {
            for (long used : new long[] {-1, 0, 999, 1001, 300_000, 1 << 20, 2 << 20, Long.MAX_VALUE}) {
                assertEquals(
                        Fault.BAD_REQUEST,
                        fault(line.ask(new PutShare(KEY, 1, 3, 1, 1024, used), group)
                                .message()),
                        "used " + used);
            }
            for (int unit : new int[] {-1, 0, 1000, 64, 1 << 21, Integer.MIN_VALUE}) {
                for (long used : new long[] {1000, 300_000}) {
                    assertEquals(
                            Fault.BAD_REQUEST,
                            fault(line.ask(new PutShare(KEY, 1, 3, 1, unit, used), group)
                                    .message()));
                }
            }
            assertEquals(
                    Fault.BAD_REQUEST,
                    fault(line.ask(Shares.putRequest(KEY, 1, 1000), new byte[600_000])
                            .message()));
            assertEquals(
                    Fault.NO_SUCH_SHARE,
                    fault(line.ask(new ReadShare(KEY, 0, 1)).message()));
            assertEquals(DataLine.sealed(KEY, content), line.put(KEY, content));
            for (long first : new long[] {-1, 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
                assertEquals(
                        Fault.BAD_REQUEST,
                        fault(line.ask(new ReadShare(KEY, first, 1)).message()));
            }
            for (int groups : new int[] {0, -1, Integer.MIN_VALUE}) {
                assertEquals(
                        Fault.BAD_REQUEST,
                        fault(line.ask(new ReadShare(KEY, 0, groups)).message()));
            }
            assertArrayEquals(content, DataLine.data(line.ask(new ReadShare(KEY, 0, Integer.MAX_VALUE)), 0));
        }
        assertEquals(1, store.statistics().shares());
    }

    @Test
    void whoBreaksTheProtocolIsToldAndCutOff() throws Exception {
        List<Message> foreign = List.of(
                new DiskMessage.ListShares(store.id(), 1, Optional.empty(), 1), new DiskMessage.Wipe(store.id(), 1, 0));
        for (Message message : foreign) {
            try (DataLine line = new DataLine(server)) {
                assertEquals(Fault.BAD_REQUEST, fault(line.ask(message).message()));
                assertThrows(IOException.class, line::answer);
            }
        }
        try (DataLine line = new DataLine(server)) {
            assertEquals(
                    Fault.BAD_REQUEST,
                    fault(line.ask(new ReadShare(KEY, 0, 1), new byte[10]).message()));
            assertThrows(IOException.class, line::answer);
        }
        try (DataLine line = new DataLine(server)) {
            line.channel.write(ByteBuffer.wrap("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes()));
            assertEquals(Fault.BAD_REQUEST, fault(line.answer().message()));
            assertThrows(IOException.class, line::answer);
        }
        try (DataLine line = new DataLine(server)) {
            // A terabyte is announced; nobody waits for it.
            try (var scratch = java.nio.channels.FileChannel.open(
                    folder.resolve("scratch"),
                    java.nio.file.StandardOpenOption.CREATE,
                    java.nio.file.StandardOpenOption.READ,
                    java.nio.file.StandardOpenOption.WRITE)) {
                assertThrows(
                        IOException.class,
                        () -> line.stream.send(FrameKind.ONE_WAY, 1, new ShareData(1024), scratch, 0, 1L << 40));
            }
            assertEquals(Fault.BAD_REQUEST, fault(line.answer().message()));
        }
        await().until(() -> server.sessions() == 0);
        assertEquals(0, store.statistics().usedBytes());
    }

    @Test
    void aReaderNeverSeesAShareThatWasDeletedMeanwhile() throws Exception {
        byte[] content = Shares.content(1, 2_000_000);
        try (DataLine line = new DataLine(server)) {
            line.write(KEY, content);
            assertEquals(1, ((ShareBytes) line.ask(new ReadShare(KEY, 0, 1)).message()).groups());
            store.wipe(1, 0);
            assertEquals(
                    Fault.NO_SUCH_SHARE,
                    fault(line.ask(new ReadShare(KEY, 1, 1)).message()));
        }
    }

    @Test
    void oneAnswerHasABoundedNumberOfGroups() throws Exception {
        byte[] content = Shares.content(1, 20 << 20);
        try (DataLine line = new DataLine(server)) {
            line.write(KEY, content);
            DataLine.Answer answer = line.ask(new ReadShare(KEY, 0, 1000));
            assertEquals(new ShareBytes(20 << 20, ShareSending.GROUPS_MAX), answer.message());
            assertEquals(
                    (long) ShareSending.GROUPS_MAX * ShareLayout.fullGroupBytes(Shares.UNIT), answer.body().length);
        }
    }

    @Test
    void moreConnectionsThanTheLimitAreRefusedAndRoomComesBack() throws Exception {
        restart(new DataServerOptions(2, 60_000, 2));
        try (DataLine one = new DataLine(server);
                DataLine two = new DataLine(server)) {
            assertEquals(DataLine.sealed(KEY, new byte[5]), one.put(KEY, new byte[5]));
            assertEquals(DataLine.sealed(KEY, new byte[5]), two.put(KEY, new byte[5]));
            try (DataLine three = new DataLine(server)) {
                DiskRefusal refusal = three.refusal.orElseThrow();
                assertEquals(Fault.OUT_OF_SERVICE, refusal.fault());
                assertTrue(refusal.reason().contains("2 connections"), refusal.reason());
            }
        }
        await().until(() -> server.sessions() == 0);
        await().until(() -> {
            try (DataLine again = new DataLine(server)) {
                return again.refusal.isEmpty();
            }
        });
    }

    @Test
    void anIdleConnectionIsClosedAndSoIsOneThatStopsInTheMiddle() throws Exception {
        restart(new DataServerOptions(10, 1_000, 1));
        try (DataLine idle = new DataLine(server);
                DataLine stuck = new DataLine(server)) {
            // Holds the only buffer until the watch closes it.
            ByteBuffer header = ByteBuffer.allocate(2000);
            stuck.send(Shares.beginRequest(KEY, 1));
            byte[] frame = frame(new ShareData(1), Shares.group(new byte[1000], 0, 1000, Shares.UNIT));
            stuck.channel.write(header.put(frame, 0, frame.length - 10).flip());
            assertThrows(IOException.class, idle::answer);
            assertThrows(IOException.class, stuck::answer);
        }
        await().until(() -> server.sessions() == 0);
        assertEquals(0, store.statistics().usedBytes());
        try (DataLine line = new DataLine(server)) {
            assertEquals(DataLine.sealed(KEY, new byte[5]), line.put(KEY, new byte[5]));
        }
    }

    @Test
    void aDiskThatFeignsFailureDropsItsConnectionsAndTakesNoneUntilItIsBack() throws Exception {
        try (DataLine line = new DataLine(server)) {
            assertEquals(DataLine.sealed(KEY, new byte[5]), line.put(KEY, new byte[5]));
            server.outOfService(true);
            assertThrows(IOException.class, () -> line.put(KEY, new byte[5]));
        }
        try (DataLine line = new DataLine(server)) {
            assertEquals(Fault.OUT_OF_SERVICE, line.refusal.orElseThrow().fault());
        }
        server.outOfService(false);
        try (DataLine line = new DataLine(server)) {
            assertEquals(DataLine.sealed(KEY, new byte[5]), line.put(KEY, new byte[5]));
        }
    }

    @Test
    void closingTheServerEndsItsSessions() throws Exception {
        try (DataLine line = new DataLine(server)) {
            line.send(Shares.beginRequest(KEY, 1));
            server.close();
            assertEquals(0, server.sessions());
            assertThrows(IOException.class, line::answer);
            assertFalse(new DataLine(server).refusal.isEmpty());
        }
    }

    @Test
    void manyConnectionsShareAFewBuffers() throws Exception {
        restart(new DataServerOptions(32, 60_000, 2));
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int number = 0; number < 12; number++) {
            int file = number;
            threads.add(new Thread(() -> {
                try (DataLine line = new DataLine(server)) {
                    byte[] big = Shares.content(file, 1_500_000 + file);
                    assertEquals(DataLine.sealed(Shares.key(1, file, 0), big), line.write(Shares.key(1, file, 0), big));
                    byte[] small = Shares.content(file, 1000 + file);
                    assertEquals(
                            DataLine.sealed(Shares.key(2, file, 0), small), line.put(Shares.key(2, file, 0), small));
                    assertArrayEquals(big, DataLine.data(line.ask(new ReadShare(Shares.key(1, file, 0), 0, 9)), 0));
                    assertArrayEquals(small, DataLine.data(line.ask(new ReadShare(Shares.key(2, file, 0), 0, 1)), 0));
                } catch (Throwable e) {
                    failures.add(e);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), failures);
    }

    /** The bytes of a frame, for sending only some of them. */
    private static byte[] frame(Message message, byte[] body) throws IOException {
        try (var listener = java.nio.channels.ServerSocketChannel.open()
                        .bind(new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0));
                var from = java.nio.channels.SocketChannel.open(listener.getLocalAddress());
                var to = listener.accept()) {
            try (var stream = new io.roundtable.wire.FrameStream(from)) {
                stream.send(FrameKind.ONE_WAY, 1, message, ByteBuffer.wrap(body));
            }
            return to.socket().getInputStream().readAllBytes();
        }
    }
}
