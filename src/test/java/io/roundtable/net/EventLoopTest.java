package io.roundtable.net;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Message;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The loop itself: its thread, its end, what other threads may do. */
class EventLoopTest {
    private TestLoop test;

    @BeforeEach
    void start() throws IOException {
        test = new TestLoop();
    }

    @AfterEach
    void stop() {
        test.close();
    }

    @Test
    void actionsOfManyThreadsAllRunOnTheLoop() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        List<String> names = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(new Thread(() -> {
                for (int n = 0; n < 1_000; n++) {
                    test.loop.post(() -> {
                        ran.incrementAndGet();
                        if (names.isEmpty()) {
                            names.add(Thread.currentThread().getName());
                        }
                    });
                }
            }));
        }
        threads.forEach(Thread::start);

        await().untilAtomic(ran, org.hamcrest.Matchers.equalTo(4_000));
        assertEquals(List.of("test-loop"), test.call(() -> List.copyOf(names)));
    }

    @Test
    void anActionThatPostsItselfAgainStarvesNobody() throws Exception {
        AtomicInteger turns = new AtomicInteger();
        test.loop.post(new Runnable() {
            @Override
            public void run() {
                turns.incrementAndGet();
                test.loop.post(this);
            }
        });
        Recorder recorder = new Recorder((connection, message) -> connection.done());
        Listener listener = test.listen(recorder);
        try (Socket socket = TestLoop.dial(listener)) {
            socket.getOutputStream().write(Bytes.lab(Message.Probe.BARE));
            assertEquals(Message.Probe.BARE, recorder.message());
        }
        assertTrue(turns.get() > 1);
    }

    @Test
    void timersRunAndCancelledOnesDoNot() throws Exception {
        List<String> ran = new ArrayList<>();
        test.call(() -> {
            test.loop.schedule(30, () -> ran.add("second"));
            test.loop.schedule(1, () -> ran.add("first"));
            test.loop.schedule(10, () -> ran.add("never")).cancel();
            return null;
        });

        await().until(() -> test.call(ran::size) == 2);
        assertEquals(List.of("first", "second"), ran);
    }

    @Test
    void aHandlersExceptionStopsTheLoopLoudly() throws Exception {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {});
        try {
            IllegalStateException bug = new IllegalStateException("planted");
            Listener listener = test.listen(new Recorder((connection, message) -> {
                throw bug;
            }));
            try (Socket socket = TestLoop.dial(listener)) {
                socket.getOutputStream().write(Bytes.lab(Message.Probe.BARE));
                assertEquals(-1, Bytes.readOrReset(socket));
            }
            test.loop.join();
            assertEquals(bug, test.loop.failure());
            assertEquals(
                    1,
                    test.complaints.stream()
                            .filter(line -> line.contains("planted"))
                            .count());
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    void closingTheLoopClosesAllItsSockets() throws Exception {
        Listener listener = test.listen(new Recorder(Recorder.UPGRADE));
        int port = listener.port();
        try (Socket idle = TestLoop.dial(listener);
                Socket kept = TestLoop.dial(listener);
                ServerSocket other = Bytes.server();
                Socket made = accept(other)) {
            kept.getOutputStream().write(Bytes.frame(1, Message.Probe.BARE));
            // Taken up, so that it is the loop that closes it.
            await().until(() -> test.call(() -> true));
            test.loop.close();

            assertEquals(-1, Bytes.readOrReset(idle));
            assertEquals(-1, Bytes.readOrReset(kept));
            assertEquals(-1, Bytes.readOrReset(made));
        }
        assertThrows(ConnectException.class, () -> new Socket("127.0.0.1", port).close());
        assertNull(test.loop.failure());
        assertEquals(List.of(), test.complaints);
    }

    private Socket accept(ServerSocket server) throws Exception {
        test.connect(server.getLocalPort(), SocketState.KEPT, new Recorder(Recorder.NOTHING));
        Socket accepted = server.accept();
        accepted.setSoTimeout(10_000);
        return accepted;
    }

    /** A goodbye must arrive even if the other side is just saying something: closing at once would reset it. */
    @Test
    void lastWordsAreReadThoughTheOtherSideGoesOnTalking() throws Exception {
        try (ServerSocket server = Bytes.server()) {
            Connection made = test.connect(server.getLocalPort(), SocketState.KEPT, new Recorder(Recorder.NOTHING));
            try (Socket other = server.accept()) {
                other.setSoTimeout(10_000);
                await().until(() -> test.call(made::isConnected));
                CountDownLatch heard = new CountDownLatch(1);
                test.call(() -> {
                    made.send(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                    made.closeGently();
                    // Meanwhile no time passes for the loop, however slow the machine is.
                    test.loop.post(() -> awaitQuietly(heard));
                    return true;
                });
                Thread ending = new Thread(test.loop::closeGently);
                ending.start();

                for (int i = 0; i < 100; i++) {
                    other.getOutputStream().write(new byte[100]);
                }
                assertArrayEquals(new byte[] {1, 2, 3}, other.getInputStream().readAllBytes());

                other.close();
                heard.countDown();
                ending.join();
            }
        }
        assertNull(test.loop.failure());
        assertEquals(List.of(), test.complaints);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void lastWordsAreNotWaitedForForEver() throws Exception {
        try (ServerSocket server = Bytes.server()) {
            Connection made = test.connect(server.getLocalPort(), SocketState.KEPT, new Recorder(Recorder.NOTHING));
            try (Socket other = server.accept()) {
                await().until(() -> test.call(made::isConnected));
                test.call(() -> {
                    made.closeGently();
                    return true;
                });

                test.loop.closeGently();

                assertTrue(other.isConnected());
            }
        }
        assertNull(test.loop.failure());
    }

    @Test
    void whatIsPostedAfterTheEndIsNoError() {
        test.loop.close();

        test.loop.post(() -> {});
        test.loop.close();
        assertNull(test.loop.failure());
    }

    @Test
    void aPortInUseIsAnErrorOfTheCallAndNotOfTheLoop() throws Exception {
        try (ServerSocket taken = Bytes.server()) {
            Exception e = assertThrows(
                    Exception.class,
                    () -> test.call(() -> test.loop.listen(
                            new java.net.InetSocketAddress("127.0.0.1", taken.getLocalPort()),
                            () -> new Recorder(Recorder.NOTHING),
                            1)));
            assertTrue(e.getCause() instanceof java.net.BindException, e::toString);
        }
        assertNotNull(test.call(() -> true));
    }

    @Test
    void moreConnectionsThanAllowedAreClosedAsTheyCome() throws Exception {
        Listener listener = test.call(() -> test.loop.listen(
                new java.net.InetSocketAddress("127.0.0.1", 0), () -> new Recorder(Recorder.UPGRADE), 1));
        try (Socket first = TestLoop.dial(listener)) {
            first.getOutputStream().write(Bytes.frame(1, Message.Probe.BARE));
            try (Socket second = TestLoop.dial(listener)) {
                assertEquals(-1, Bytes.readOrReset(second));
            }
        }
        // The first one's place is free again.
        await().untilAsserted(() -> {
            try (Socket third = TestLoop.dial(listener)) {
                third.setSoTimeout(300);
                assertThrows(
                        java.net.SocketTimeoutException.class,
                        () -> third.getInputStream().read());
            }
        });
    }
}
