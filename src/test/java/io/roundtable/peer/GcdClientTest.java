package io.roundtable.peer;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.net.EventLoop;
import io.roundtable.net.nio.NioTransport;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.LabCodec;
import io.roundtable.wire.NativeCodec;
import io.roundtable.wire.OkForm;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GcdClientTest {
    private static final int JOIN_MS = 2_000;
    private static final Message.Join JOIN =
            new Message.Join(new Member(new Identity(10, 1_000_001), new Address("127.0.0.1", 1), Dialect.NATIVE));

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final NativeCodec codec = new NativeCodec();
    private ServerSocket listener;
    private EventLoop loop;
    private GcdClient client;

    @BeforeEach
    void start() throws Exception {
        listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        loop = NioTransport.loop("gcd-client", complaint -> {});
        loop.start();
        MessageLog log = new MessageLog((kind, facts) -> {}, () -> false, false);
        List<Address> gcds = List.of(new Address("127.0.0.1", listener.getLocalPort()));
        client = new GcdClient(loop, gcds, new LabCodec(OkForm.PAIR, true), null, log, new Told());
    }

    @AfterEach
    void stop() throws Exception {
        loop.close();
        listener.close();
    }

    private final class Told implements GcdClient.Listener {
        @Override
        public void onJoined(List<Member> members, boolean keepsConnection, boolean isGcdHere) {
            heard.add("joined");
        }

        @Override
        public void onJoinRefused(String reason) {
            heard.add(reason);
        }

        @Override
        public void onNews(List<Member> members) {
            heard.add("news");
        }

        @Override
        public void onGcdLost(String reason) {
            heard.add(reason);
        }

        @Override
        public void onRecoverOrder() {
            heard.add("recover");
        }
    }

    private void answer(Raw gcd, Inbound join) throws Exception {
        gcd.send(codec.encode(FrameKind.ANSWER, join.requestId(), new Message.Members(List.of())));
    }

    @Test
    void aSecondJoinOnTheSameConnectionDoesNotLeaveTheLimitOfTheFirstBehind() throws Exception {
        loop.post(() -> client.join(JOIN, JOIN_MS));
        try (Raw gcd = new Raw(listener.accept())) {
            answer(gcd, gcd.receive());
            await().until(() -> heard.size() == 1);
            loop.post(() -> {
                client.join(JOIN, JOIN_MS);
                client.join(JOIN, JOIN_MS);
            });
            answer(gcd, gcd.receive());
            answer(gcd, gcd.receive());
            assertFalse(gcd.endsWithin(JOIN_MS + 1_000), "both were answered");
            assertEquals(List.of("joined", "joined"), heard);
        }
    }

    @Test
    void aGcdThatIsSilentIsLostInTimeHoweverOftenItIsAsked() throws Exception {
        loop.post(() -> client.join(JOIN, JOIN_MS));
        try (Raw gcd = new Raw(listener.accept())) {
            answer(gcd, gcd.receive());
            await().until(() -> heard.size() == 1);
            await().pollInterval(Duration.ofMillis(JOIN_MS / 4)).until(() -> {
                loop.post(() -> client.join(JOIN, JOIN_MS));
                return heard.size() > 1;
            });
            assertTrue(heard.get(1).endsWith("does not answer"), heard.get(1));
        }
    }
}
