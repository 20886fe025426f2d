package io.roundtable.gcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.roundtable.net.CloseReason;
import io.roundtable.net.Connection;
import io.roundtable.net.ConnectionHandler;
import io.roundtable.net.EventLoop;
import io.roundtable.net.Listener;
import io.roundtable.net.nio.NioTransport;
import io.roundtable.peer.Raw;
import io.roundtable.peer.Table;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.LabCodec;
import io.roundtable.wire.NativeCodec;
import io.roundtable.wire.OkForm;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose seat it is when a member comes back under another name of its machine. */
class RivalCheckTest {
    private static final Identity PID = new Identity(100, 1_234_567);
    private static final LabCodec OFFERING = new LabCodec(OkForm.PAIR, true);

    private Table table;
    private EventLoop loop;
    private Listener listener;
    private volatile Member whoListens;

    @BeforeEach
    void open() throws Exception {
        table = new Table();
        loop = NioTransport.loop("member", line -> {});
        loop.start();
        CompletableFuture<Listener> opened = new CompletableFuture<>();
        loop.post(() -> {
            try {
                opened.complete(loop.listen(new InetSocketAddress("0.0.0.0", 0), Answering::new, 100));
            } catch (Exception e) {
                opened.completeExceptionally(e);
            }
        });
        listener = opened.get(10, TimeUnit.SECONDS);
        whoListens = at("127.0.0.1");
    }

    @AfterEach
    void close() throws Exception {
        loop.close();
        table.close();
    }

    private Member at(String host) {
        return new Member(PID, new Address(host, listener.port()), Dialect.NATIVE);
    }

    /** A peer's port: it says who sits there. */
    private final class Answering implements ConnectionHandler {
        @Override
        public void onMessage(Connection connection, Inbound inbound) {
            connection.upgrade();
            Control.Status status = new Control.Status(whoListens, PeerState.QUIESCENT, null, 0, 1, List.of());
            connection.send(new NativeCodec().encode(FrameKind.ANSWER, inbound.requestId(), status));
        }

        @Override
        public void onClosed(Connection connection, CloseReason reason) {}
    }

    private Message join(Member member) throws Exception {
        try (Raw raw = new Raw(table.gcd())) {
            return raw.send(OFFERING.encode(new Message.Join(member))).receive().message();
        }
    }

    @Test
    void whoComesBackUnderAnotherNameOfItsMachineIsNoRivalOfItself() throws Exception {
        assertInstanceOf(Message.Members.class, join(at("127.0.0.1")));
        whoListens = at("127.0.0.2");

        assertEquals(new Message.Members(List.of(whoListens)), join(whoListens));
    }

    @Test
    void whoSitsThereUnderTheNameItHadKeepsItsSeat() throws Exception {
        assertInstanceOf(Message.Members.class, join(at("127.0.0.1")));

        assertInstanceOf(Message.Refusal.class, join(at("127.0.0.2")));
    }
}
