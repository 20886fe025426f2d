package io.roundtable.gcd;

import static org.awaitility.Awaitility.await;

import io.roundtable.event.Event;
import io.roundtable.net.EventLoop;
import io.roundtable.net.nio.NioTransport;
import io.roundtable.peer.Raw;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.LeaseMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.NativeCodec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A GCD with a catalog on a loop of its own, and native members that talk to it. */
final class LeaseTable implements AutoCloseable {
    final List<Event> events = new CopyOnWriteArrayList<>();
    final List<String> complaints = new CopyOnWriteArrayList<>();
    final CatalogLog log;
    final Address gcd;
    private final EventLoop loop;
    private final GcdServer server;

    LeaseTable(CatalogLog log) throws Exception {
        this.log = log;
        loop = NioTransport.loop("lease-table", complaints::add);
        loop.start();
        server = new GcdServer(loop, new InetSocketAddress("127.0.0.1", 0), events::add, log);
        CompletableFuture<Integer> port = new CompletableFuture<>();
        loop.post(() -> {
            try {
                port.complete(server.start());
            } catch (IOException e) {
                port.completeExceptionally(e);
            }
        });
        gcd = new Address("127.0.0.1", port.get(10, TimeUnit.SECONDS));
    }

    static Member member(int days) {
        return new Member(new Identity(days, 1_000_000 + days), new Address("127.0.0.1", 6_000 + days), Dialect.NATIVE);
    }

    Seat seat(int days) throws Exception {
        return new Seat(gcd, member(days));
    }

    @Override
    public void close() throws Exception {
        CompletableFuture<Boolean> stopped = new CompletableFuture<>();
        loop.post(() -> {
            server.stop();
            stopped.complete(true);
        });
        stopped.get(10, TimeUnit.SECONDS);
        loop.close();
        log.close();
    }

    /** One native member on its kept connection. */
    static final class Seat implements AutoCloseable {
        final Member self;
        private final Raw raw;
        private final NativeCodec codec = new NativeCodec();
        private final Queue<LeaseMessage.Manages> news = new ArrayDeque<>();
        private long requests;

        Seat(Address gcd, Member self) throws Exception {
            this.self = self;
            raw = new Raw(gcd);
            ask(new Message.Join(self));
        }

        Message ask(Message question) throws Exception {
            long id = ++requests;
            raw.send(codec.encode(FrameKind.REQUEST, id, question));
            while (true) {
                Inbound answer = raw.receive();
                if (answer.kind() == FrameKind.ANSWER) {
                    if (answer.requestId() != id) {
                        throw new AssertionError("an answer to " + answer.requestId() + " instead of " + id);
                    }
                    return answer.message();
                }
                news.add((LeaseMessage.Manages) answer.message());
            }
        }

        /** Asks twice without waiting; the answers as they come. */
        List<Message> askTwice(Message question) throws Exception {
            ByteBuffer first = codec.encode(FrameKind.REQUEST, ++requests, question);
            ByteBuffer second = codec.encode(FrameKind.REQUEST, ++requests, question);
            ByteBuffer both = ByteBuffer.allocate(first.remaining() + second.remaining())
                    .put(first)
                    .put(second)
                    .flip();
            raw.send(both);
            List<Message> answers = new ArrayList<>();
            while (answers.size() < 2) {
                Inbound answer = raw.receive();
                if (answer.kind() == FrameKind.ANSWER) {
                    answers.add(answer.message());
                }
            }
            return answers;
        }

        /** Claims until it is granted. */
        LeaseMessage.Granted claim() throws Exception {
            Message answer = await().pollInSameThread()
                    .atMost(1, TimeUnit.MINUTES)
                    .until(() -> ask(new LeaseMessage.Claim(self)), LeaseMessage.Granted.class::isInstance);
            return (LeaseMessage.Granted) answer;
        }

        /** The next that the GCD tells without being asked. */
        LeaseMessage.Manages news() throws Exception {
            while (news.isEmpty()) {
                Inbound inbound = raw.receive();
                news.add((LeaseMessage.Manages) inbound.message());
            }
            return news.remove();
        }

        void leave() throws Exception {
            raw.send(codec.encode(FrameKind.ONE_WAY, 0, new Control.Leave(self.identity())));
        }

        @Override
        public void close() throws IOException {
            raw.close();
        }
    }
}
