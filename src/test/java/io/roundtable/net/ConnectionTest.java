package io.roundtable.net;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One connection over real sockets, with another side that does everything that another side can do. */
class ConnectionTest {
    private TestLoop test;

    @BeforeEach
    void start() throws IOException {
        test = new TestLoop();
    }

    @AfterEach
    void stop() {
        test.close();
        assertEquals(null, test.loop.failure());
    }

    // ---- reading and writing

    @Test
    void messagesOfBothDialectsMayComeByteByByte() throws Exception {
        Recorder recorder = new Recorder((connection, message) -> {
            if (message.isNative()) {
                connection.upgrade();
            } else {
                connection.answer(ByteBuffer.wrap(Bytes.lab(Message.Ok.BARE)));
            }
        });
        Listener listener = test.listen(recorder);
        for (byte[] message : List.of(Bytes.lab(Message.Probe.BARE), Bytes.frame(7, Message.Probe.BARE))) {
            try (Socket socket = TestLoop.dial(listener)) {
                for (byte b : message) {
                    socket.getOutputStream().write(b);
                }
                assertEquals(Message.Probe.BARE, recorder.message());
            }
        }
    }

    @Test
    void framesThatComeTogetherAreAllDelivered() throws Exception {
        Recorder recorder = new Recorder(Recorder.UPGRADE);
        try (Socket socket = TestLoop.dial(test.listen(recorder))) {
            byte[] frame = Bytes.frame(7, new Message.Refusal("x".repeat(100)));
            ByteBuffer many = ByteBuffer.allocate(1_000 * frame.length);
            while (many.hasRemaining()) {
                many.put(frame);
            }
            socket.getOutputStream().write(many.array());

            await().until(() -> recorder.messages.size() == 1_000);
        }
    }

    @Test
    void aBigMessageReachesASlowReaderWholeAndThenTheSocketIsDone() throws Exception {
        byte[] big = new byte[Outbox.BYTES_MAX];
        new Random(1).nextBytes(big);
        Recorder recorder = new Recorder(Recorder.NOTHING);
        try (ServerSocket server = Bytes.server()) {
            Connection connection = test.connect(server.getLocalPort(), SocketState.SEND_COORDINATOR, recorder);
            send(connection, big);
            try (Socket reader = server.accept()) {
                reader.setSoTimeout(30_000);
                byte[] begin = reader.getInputStream().readNBytes(1_000);
                byte[] rest = reader.getInputStream().readNBytes(big.length - 1_000);

                assertArrayEquals(Arrays.copyOf(big, 1_000), begin);
                assertArrayEquals(Arrays.copyOfRange(big, 1_000, big.length), rest);
                assertTrue(recorder.ends.isEmpty(), "the other side closes first");
                reader.close();
                recorder.assertEnds(CloseReason.DONE);
            }
        }
    }

    @Test
    void whoDoesNotReadOverflowsAndIsClosedAndWhoReadsLateGetsAll() throws Exception {
        int megabytes = 0;
        Recorder recorder = new Recorder(Recorder.NOTHING);
        byte[] big = new byte[1 << 20];
        new Random(2).nextBytes(big);
        try (ServerSocket server = Bytes.server()) {
            Connection connection = test.connect(server.getLocalPort(), SocketState.KEPT, recorder);
            try (Socket deaf = server.accept()) {
                for (; megabytes < 64 && recorder.ends.isEmpty(); megabytes++) {
                    send(connection, big);
                }
                recorder.assertEnds(CloseReason.OVERFLOW);
                assertTrue(deaf.isConnected());
            }
            // Two less wait in the outbox, for the system's own buffers are full.
            Connection another = test.connect(server.getLocalPort(), SocketState.KEPT, recorder);
            try (Socket late = server.accept()) {
                late.setSoTimeout(10_000);
                for (int i = 0; i < megabytes - 2; i++) {
                    send(another, big);
                }
                for (int i = 0; i < megabytes - 2; i++) {
                    assertArrayEquals(big, late.getInputStream().readNBytes(big.length));
                }
            }
        }
    }

    private void send(Connection connection, byte[] bytes) throws Exception {
        test.call(() -> {
            connection.send(ByteBuffer.wrap(bytes));
            return null;
        });
    }

    // ---- ends

    @Test
    void whoHasHalfClosedStillGetsItsAnswer() throws Exception {
        byte[] ok = Bytes.lab(Message.Ok.BARE);
        Recorder recorder = new Recorder((connection, message) -> connection.answer(ByteBuffer.wrap(ok)));
        try (Socket socket = TestLoop.dial(test.listen(recorder))) {
            socket.getOutputStream().write(Bytes.lab(Message.Probe.BARE));
            socket.shutdownOutput();

            assertArrayEquals(ok, socket.getInputStream().readAllBytes());
            recorder.assertEnds(CloseReason.DONE);
        }
    }

    @Test
    void anEndInTheMiddleOfAMessageEndsTheConnection() throws Exception {
        Recorder recorder = new Recorder(Recorder.NOTHING);
        try (Socket socket = TestLoop.dial(test.listen(recorder))) {
            socket.getOutputStream().write(Bytes.lab(Message.Probe.BARE), 0, 5);
            socket.shutdownOutput();

            recorder.assertEnds(CloseReason.ENDED);
            assertEquals(-1, Bytes.readOrReset(socket));
        }
        assertEquals(List.of(), List.copyOf(recorder.messages));
    }

    @Test
    void aResetEndsTheConnectionOnce() throws Exception {
        Recorder recorder = new Recorder(Recorder.UPGRADE);
        try (Socket socket = TestLoop.dial(test.listen(recorder))) {
            socket.getOutputStream().write(Bytes.frame(1, Message.Probe.BARE));
            recorder.message();
            socket.setSoLinger(true, 0);
        }
        recorder.assertEnds(CloseReason.ENDED);
        assertTrue(test.call(() -> recorder.ends.isEmpty()));
    }

    @Test
    void theLastWordsReachAClientWhoseInputWeDidNotRead() throws Exception {
        byte[] ok = Bytes.lab(Message.Ok.BARE);
        Recorder recorder = new Recorder((connection, message) -> connection.answer(ByteBuffer.wrap(ok)));
        Listener listener = test.listen(recorder);
        byte[] probe = Bytes.lab(Message.Probe.BARE);
        ByteBuffer probes = ByteBuffer.allocate(10_000 * probe.length);
        while (probes.hasRemaining()) {
            probes.put(probe);
        }
        for (int i = 0; i < 20; i++) {
            try (Socket socket = TestLoop.dial(listener)) {
                socket.getOutputStream().write(probes.array());
                recorder.assertEnds(CloseReason.DONE);

                assertArrayEquals(ok, socket.getInputStream().readAllBytes());
            }
        }
        assertEquals(20, recorder.messages.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n\r\n", "\u0000", "RTxx", "(lost", "\u0016\u0003\u0001\u0002"})
    void garbageIsToldOnceAndClosed(String garbage) throws Exception {
        Recorder recorder = new Recorder(Recorder.NOTHING);
        byte[] bytes = (garbage + "\u00ff".repeat(64)).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        try (Socket socket = TestLoop.dial(test.listen(recorder))) {
            socket.getOutputStream().write(bytes);

            recorder.end();
            assertEquals(-1, Bytes.readOrReset(socket));
        }
        assertEquals(1, recorder.faults.size());
        assertEquals(0, recorder.messages.size());
    }

    @Test
    void aThousandConnectionsDroppedAtOnceLeaveNothing() throws Exception {
        Recorder recorder = new Recorder(Recorder.NOTHING);
        Listener listener = test.listen(recorder);
        for (int i = 0; i < 1_000; i++) {
            TestLoop.dial(listener).close();
        }
        await().until(() -> recorder.ends.size() == 1_000);
    }

    // ---- connecting

    @Test
    void aRefusalIsToldInALaterTurn() throws Exception {
        int port;
        try (ServerSocket closed = Bytes.server()) {
            port = closed.getLocalPort();
        }
        assertToldLater(new Address("127.0.0.1", port), CloseReason.REFUSED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody.invalid", "999.999.999.999", "1.2.3.4.5", "::1::2", "zz:1", "fe80::1%nosuch0"})
    void anUnknownHostIsToldInALaterTurn(String host) throws Exception {
        assertToldLater(new Address(host, 9), CloseReason.UNKNOWN_HOST);
    }

    /** The caller must have the connection in its hands before it hears of its end. */
    private void assertToldLater(Address to, CloseReason reason) throws Exception {
        Recorder recorder = new Recorder(Recorder.NOTHING);
        int toldAtOnce = test.call(() -> {
            test.loop.connect(to, SocketState.SEND_PROBE, 120_000, recorder);
            return recorder.ends.size();
        });
        assertEquals(0, toldAtOnce);
        recorder.assertEnds(reason);
    }

    @Test
    void aConnectThatNobodyAnswersExpires() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = (InetSocketAddress) full.getLocalSocketAddress();
            List<SocketChannel> queued = new ArrayList<>();
            try {
                // Nobody accepts: once the backlog is full the system answers no more.
                for (int i = 0; i < 8; i++) {
                    SocketChannel channel = SocketChannel.open();
                    channel.configureBlocking(false);
                    channel.connect(address);
                    queued.add(channel);
                }
                Recorder recorder = new Recorder(Recorder.NOTHING);
                test.connect(new Address("127.0.0.1", full.getLocalPort()), SocketState.KEPT, 200, recorder);
                recorder.assertEnds(CloseReason.CONNECT_EXPIRED);
            } finally {
                for (SocketChannel channel : queued) {
                    channel.close();
                }
            }
        }
    }

    @Test
    void aLocalNameIsResolvedAndConnected() throws Exception {
        Recorder server = new Recorder((connection, message) -> connection.done());
        Listener listener = test.listen(server);
        Recorder client = new Recorder(Recorder.NOTHING);
        Connection connection =
                test.connect(new Address("localhost", listener.port()), SocketState.SEND_COORDINATOR, 5_000, client);
        send(connection, Bytes.lab(Message.Probe.BARE));

        assertEquals(Message.Probe.BARE, server.message());
        client.assertEnds(CloseReason.DONE);
    }

    // ---- time limits

    @Test
    void whoNeverAnswersAnExchangeIsGivenUp() throws Exception {
        Recorder recorder = new Recorder(Recorder.NOTHING);
        try (ServerSocket silent = Bytes.server()) {
            Address to = new Address("127.0.0.1", silent.getLocalPort());
            Connection connection = test.connect(to, SocketState.SEND_PROBE, 150, recorder);
            send(connection, Bytes.lab(Message.Probe.BARE));

            recorder.assertEnds(CloseReason.EXPIRED);
        }
    }

    /** A node that was stopped answers when it goes on, and may die of a reset. */
    @Test
    void aQuestionThatWasGivenUpTakesALateAnswerButNotForAnyNumberOfThem() throws Exception {
        Recorder recorder = new Recorder(Recorder.NOTHING);
        List<Socket> stopped = new ArrayList<>();
        try (ServerSocket silent = Bytes.server()) {
            Address to = new Address("127.0.0.1", silent.getLocalPort());
            for (int i = 0; i <= EventLoop.LATE_ANSWERS_MAX; i++) {
                Connection connection = test.connect(to, SocketState.SEND_ELECTION, 50, recorder);
                send(connection, Bytes.lab(Message.Probe.BARE));
                stopped.add(silent.accept());
            }
            await().until(() -> recorder.ends.size() == stopped.size());

            await().until(() -> isReset(stopped.get(0)));
            for (int word = 0; word < 2; word++) {
                for (Socket each : stopped.subList(1, stopped.size())) {
                    assertFalse(isReset(each));
                }
            }
        } finally {
            for (Socket each : stopped) {
                each.close();
            }
        }
    }

    /** Says something: the second word is refused once the first was answered with a reset. */
    private static boolean isReset(Socket socket) {
        try {
            socket.getOutputStream().write(1);
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void whoConnectsAndSaysNothingIsClosed() throws Exception {
        Recorder recorder = new Recorder(Recorder.NOTHING);
        try (Socket idle = TestLoop.dial(test.listen(recorder))) {
            assertEquals(-1, Bytes.readOrReset(idle));
            recorder.assertEnds(CloseReason.EXPIRED);
        }
    }

    /** Both at once, for each takes more than five seconds. */
    @Test
    void whoDripsAFrameIsClosedAndWhoSendsFrameAfterFrameIsNot() throws Exception {
        Recorder dripped = new Recorder(Recorder.UPGRADE);
        Recorder streamed = new Recorder(Recorder.UPGRADE);
        byte[] frame = Bytes.frame(1, new Message.Refusal("x".repeat(1_000)));
        try (Socket dripper = TestLoop.dial(test.listen(dripped));
                Socket streamer = TestLoop.dial(test.listen(streamed))) {
            OutputStream drips = dripper.getOutputStream();
            OutputStream stream = streamer.getOutputStream();
            drips.write(frame);
            stream.write(frame);
            stream.write(frame, 0, 40);
            int[] dripCount = {0};

            await().atMost(60, TimeUnit.SECONDS)
                    .pollInterval(100, TimeUnit.MILLISECONDS)
                    .until(() -> {
                        // Always in the middle of a frame, but each one ends soon.
                        stream.write(frame, 40, frame.length - 40);
                        stream.write(frame, 0, 40);
                        if (dripped.ends.isEmpty()) {
                            drips.write(frame[dripCount[0]++]);
                        }
                        return !dripped.ends.isEmpty();
                    });

            dripped.assertEnds(CloseReason.EXPIRED);
            assertTrue(dripCount[0] > 30, "closed too early");
            assertEquals(List.of(), List.copyOf(streamed.ends));
        }
    }
}
