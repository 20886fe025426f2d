package io.roundtable.peer;

import static org.awaitility.Awaitility.await;

import io.roundtable.election.Timing;
import io.roundtable.event.Event;
import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.gcd.GcdServer;
import io.roundtable.manager.ManagerOptions;
import io.roundtable.net.EventLoop;
import io.roundtable.net.nio.NioTransport;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.FeignMode;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.role.manager.ManagerRole;
import io.roundtable.wire.OkForm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A GCD and peers on one loop over real sockets, and all that they reported. */
public final class Table implements AutoCloseable {
    private static final int PATIENCE_S = 10;

    public final List<Event> events = new CopyOnWriteArrayList<>();
    public final List<String> complaints = new CopyOnWriteArrayList<>();
    private final EventLoop loop;
    private final List<PeerNode> peers = new ArrayList<>();
    private final Address gcd;

    public Table() throws Exception {
        loop = NioTransport.loop("table", complaints::add);
        loop.start();
        GcdServer server = new GcdServer(loop, new InetSocketAddress("127.0.0.1", 0), events::add);
        gcd = new Address("127.0.0.1", call(server::start));
    }

    public Address gcd() {
        return gcd;
    }

    public <T> T call(Callable<T> action) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.post(() -> {
            try {
                result.complete(action.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(PATIENCE_S, TimeUnit.SECONDS);
    }

    /** Seats native peers, all at once: of 10 days, 20 days and so on. */
    public void seat(int count) throws Exception {
        List<PeerNode> made = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            made.add(make(new Identity(10 * i, 1_000_000 + i), Dialect.NATIVE));
        }
        call(() -> {
            for (PeerNode peer : made) {
                peer.start();
            }
            return null;
        });
    }

    public PeerNode seat(Identity identity, Dialect dialect) throws Exception {
        PeerNode peer = make(identity, dialect);
        call(() -> {
            peer.start();
            return null;
        });
        return peer;
    }

    /** A native peer that is told of several GCDs. */
    PeerNode seat(Identity identity, List<Address> gcds) throws Exception {
        PeerNode peer = make(options(identity, gcds, Dialect.NATIVE));
        call(() -> {
            peer.start();
            return null;
        });
        return peer;
    }

    private PeerNode make(Identity identity, Dialect dialect) throws IOException {
        return make(options(identity, gcd, dialect));
    }

    private PeerNode make(PeerOptions options) throws IOException {
        PeerNode peer = new PeerNode(loop, options, events::add, complaints::add);
        peers.add(peer);
        return peer;
    }

    static PeerOptions options(Identity identity, Address gcd, Dialect dialect) throws IOException {
        return options(identity, List.of(gcd), dialect);
    }

    private static PeerOptions options(Identity identity, List<Address> gcds, Dialect dialect) throws IOException {
        InetAddress here = InetAddress.getByName("127.0.0.1");
        int seed = identity.id();
        return new PeerOptions(
                identity,
                gcds,
                here,
                0,
                "127.0.0.1",
                dialect,
                OkForm.PAIR,
                Timing.NATIVE,
                null,
                seed,
                List.of(ManagerRole.with(ManagerOptions.DEFAULT)),
                true,
                null);
    }

    EventLoop loop() {
        return loop;
    }

    public PeerNode peer(int index) {
        return peers.get(index);
    }

    public Address address(int index) throws Exception {
        return status(index).self().address();
    }

    Control.Status status(int index) throws Exception {
        return call(peers.get(index)::status);
    }

    public void feign(int index, FeignMode mode) throws Exception {
        call(() -> {
            peers.get(index).onFeignOrder(new Control.Feign(mode, 0));
            return null;
        });
    }

    public void recover(int index) throws Exception {
        call(() -> {
            peers.get(index).onRecoverOrder();
            return null;
        });
    }

    public void stop(int index) throws Exception {
        call(() -> {
            peers.get(index).stop();
            return null;
        });
    }

    /** Waits until these peers follow the one at {@code leader}. */
    public void awaitLeader(int leader, int... followers) {
        Identity identity = peers.get(leader).identity();
        await().atMost(PATIENCE_S, TimeUnit.SECONDS).until(() -> {
            for (int index : followers) {
                Member named = status(index).leader();
                if (named == null || !named.identity().equals(identity)) {
                    return false;
                }
            }
            return true;
        });
    }

    public List<Event> of(EventKind kind) {
        return events.stream().filter(event -> event.kind() == kind).toList();
    }

    public static Object fact(Event event, String name) {
        return event.facts().stream()
                .filter(fact -> fact.name().equals(name))
                .map(Fact::value)
                .findFirst()
                .orElseThrow();
    }

    /** A bug of ours stops the loop; no test may end without looking. */
    @Override
    public void close() throws Exception {
        Throwable failure = loop.failure();
        loop.close();
        if (failure != null || loop.failure() != null) {
            throw new AssertionError(Objects.requireNonNullElse(failure, loop.failure()));
        }
    }
}
