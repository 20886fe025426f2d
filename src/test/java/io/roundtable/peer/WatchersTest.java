package io.roundtable.peer;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.event.Event;
import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.net.CloseReason;
import io.roundtable.net.Connection;
import io.roundtable.net.ConnectionHandler;
import io.roundtable.net.EventLoop;
import io.roundtable.net.Listener;
import io.roundtable.net.nio.NioTransport;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Identity;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.NativeCodec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A watcher that does not read holds up nobody, stays, and learns what it missed. */
@Timeout(60)
class WatchersTest {
    private static final Pattern COUNT = Pattern.compile("\"event\":\"events_missing\",\"count\":(\\d+)");
    private static final int EVENTS = 60_000;

    private EventLoop loop;
    private Watchers watchers;
    private Listener listener;

    private final ConnectionHandler handler = new ConnectionHandler() {
        @Override
        public void onMessage(Connection connection, Inbound message) {
            connection.upgrade();
            watchers.add(connection);
            connection.send(loop.nativeCodec().encode(FrameKind.ANSWER, message.requestId(), new Control.Done()));
        }

        @Override
        public void onClosed(Connection connection, CloseReason reason) {
            watchers.remove(connection);
        }
    };

    @BeforeEach
    void start() throws Exception {
        loop = NioTransport.loop("watchers", complaint -> {});
        loop.start();
        watchers = new Watchers(loop.nativeCodec());
        listener = call(
                () -> loop.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), () -> handler, 1_000));
    }

    @AfterEach
    void stop() {
        loop.close();
    }

    private <T> T call(Callable<T> action) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        loop.post(() -> {
            try {
                done.complete(action.call());
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        return done.get(30, TimeUnit.SECONDS);
    }

    private void tell(int from, int count) throws Exception {
        call(() -> {
            for (int i = from; i < from + count; i++) {
                watchers.onEvent(new Event(
                        i,
                        new Identity(10, 1_000_010),
                        EventKind.NO_ANSWER,
                        List.of(Fact.of("number", i), Fact.of("reason", "x".repeat(200)))));
            }
            return true;
        });
    }

    private Raw watch() throws Exception {
        Raw watcher = new Raw(new Address("127.0.0.1", listener.port()));
        watcher.send(new NativeCodec().encode(FrameKind.REQUEST, 1, new Control.Watch()));
        assertEquals(new Control.Done(), watcher.receive().message());
        return watcher;
    }

    /** What a watcher has read, in order and without a hole that it was not told of. */
    private static final class Reader extends Thread {
        private final Raw watcher;
        private volatile long next;
        private volatile long missing;
        private volatile String trouble = "";

        Reader(Raw watcher) {
            this.watcher = watcher;
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                while (trouble.isEmpty()) {
                    String json = ((Control.Watched) watcher.receive().message()).json();
                    Matcher gap = COUNT.matcher(json);
                    if (gap.find()) {
                        missing += Long.parseLong(gap.group(1));
                        next += Long.parseLong(gap.group(1));
                    } else if (json.contains("\"number\":" + next + ",")) {
                        next++;
                    } else {
                        trouble = json + " instead of " + next;
                    }
                }
            } catch (Exception e) {
                trouble = e.toString();
            }
        }
    }

    @Test
    void everyEventIsToldOrCounted() throws Exception {
        try (Raw watcher = watch()) {
            tell(0, EVENTS);
            Reader reader = new Reader(watcher);
            reader.start();
            int[] told = {EVENTS};
            await().pollInterval(Duration.ofMillis(20)).until(() -> {
                assertEquals("", reader.trouble);
                if (reader.next == told[0]) {
                    return true;
                }
                // It is told of what it missed with the next event.
                tell(told[0]++, 1);
                return false;
            });
            assertTrue(reader.missing > 0, "the sockets took everything: the test says nothing");
            assertTrue(reader.missing < EVENTS);
        }
    }

    @Test
    void whoDoesNotReadHoldsUpNobodyElse() throws Exception {
        try (Raw silent = watch();
                Raw reading = watch()) {
            Reader reader = new Reader(reading);
            reader.start();
            for (int i = 0; i < EVENTS; i += 100) {
                tell(i, 100);
                int told = i + 100;
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> reader.next == told);
            }
            assertEquals(0, reader.missing);
            assertEquals("", reader.trouble);
            assertFalse(watchers.isEmpty());
        }
    }
}
