package io.roundtable.net;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.net.nio.NioTransport;
import io.roundtable.protocol.Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Names that move, come late, or that nobody can tell, as connections see them. */
class ResolverTest {
    private static final int CONNECT_MS = 2_000;

    /** What the name service says, and when it says nothing at all. */
    private final Map<String, String> names = new ConcurrentHashMap<>();

    private final List<String> lookups = new CopyOnWriteArrayList<>();
    private final CountDownLatch never = new CountDownLatch(1);
    private EventLoop loop;
    private Listener listener;

    @BeforeEach
    void open() throws Exception {
        loop = NioTransport.loop("resolver-test", line -> {}, this::lookUp);
        loop.start();
        CountDownLatch done = new CountDownLatch(1);
        loop.post(() -> {
            try {
                listener = loop.listen(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), () -> new Ends(), 1_000);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            done.countDown();
        });
        assertTrue(done.await(10, TimeUnit.SECONDS));
    }

    @AfterEach
    void close() {
        never.countDown();
        loop.close();
    }

    private InetAddress lookUp(String host) throws UnknownHostException {
        lookups.add(host);
        String at = names.get(host);
        if (at == null) {
            throw new UnknownHostException(host);
        }
        if (at.equals("silence")) {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new UnknownHostException(host);
        }
        return InetAddress.getByName(at);
    }

    private static final class Ends implements ConnectionHandler {
        final CountDownLatch over = new CountDownLatch(1);
        volatile CloseReason reason = CloseReason.DONE;

        @Override
        public void onMessage(Connection connection, io.roundtable.wire.Inbound message) {}

        @Override
        public void onClosed(Connection connection, CloseReason why) {
            reason = why;
            over.countDown();
        }
    }

    /** DONE if there was a connection. */
    private CloseReason connect(String host) throws Exception {
        Ends ends = new Ends();
        loop.post(() -> {
            try {
                Connection made = loop.connect(new Address(host, listener.port()), SocketState.KEPT, CONNECT_MS, ends);
                made.whenConnected(() -> loop.post(() -> made.close(CloseReason.DONE)));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        assertTrue(ends.over.await(10, TimeUnit.SECONDS), host);
        return ends.reason;
    }

    @Test
    void aNameThatMovesIsFoundWithinFiveSecondsOfARefusedConnection() throws Exception {
        // Nobody listens there.
        names.put("alpha", "127.0.0.2");
        assertEquals(CloseReason.REFUSED, connect("alpha"));

        names.put("alpha", "127.0.0.1");

        await().atMost(Duration.ofSeconds(5)).until(() -> connect("alpha") == CloseReason.DONE);
        assertTrue(lookups.size() <= 7, "about one a second: " + lookups.size());
    }

    @Test
    void aNameThatComesLateIsFoundAtOnce() throws Exception {
        assertEquals(CloseReason.UNKNOWN_HOST, connect("alpha"));

        names.put("alpha", "127.0.0.1");

        assertEquals(CloseReason.DONE, connect("alpha"));
        assertEquals(CloseReason.DONE, connect("alpha"));
        assertEquals(List.of("alpha", "alpha"), lookups, "what was found is known");
    }

    @Test
    void aNameServiceThatGoesAwayTakesNothingWithIt() throws Exception {
        names.put("alpha", "127.0.0.2");
        names.put("beta", "127.0.0.1");
        assertEquals(CloseReason.REFUSED, connect("alpha"));
        assertEquals(CloseReason.DONE, connect("beta"));

        names.put("alpha", "silence");
        names.remove("beta");

        await().until(() -> connect("alpha") == CloseReason.REFUSED && lookups.size() > 2);
        assertEquals(CloseReason.REFUSED, connect("alpha"), "it waits for no answer");
        assertEquals(CloseReason.DONE, connect("beta"));
    }

    @Test
    void aNameThatIsNotAnsweredKeepsNobodyElseWaiting() throws Exception {
        names.put("silent", "silence");
        names.put("beta", "127.0.0.1");
        Ends silent = new Ends();
        loop.post(() -> {
            for (int i = 0; i < 10; i++) {
                try {
                    loop.connect(new Address("silent", 9), SocketState.KEPT, CONNECT_MS, silent);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        });

        assertEquals(CloseReason.DONE, connect("beta"));
        assertTrue(silent.over.await(10, TimeUnit.SECONDS));
        assertEquals(CloseReason.CONNECT_EXPIRED, silent.reason);
        assertEquals(List.of("silent", "beta"), lookups, "asked once for all who wait");
    }
}
