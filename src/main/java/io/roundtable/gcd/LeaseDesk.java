package io.roundtable.gcd;

import io.roundtable.catalog.CatalogCodec;
import io.roundtable.catalog.Entry;
import io.roundtable.catalog.Outcome;
import io.roundtable.codec.CodecException;
import io.roundtable.net.CloseReason;
import io.roundtable.net.Connection;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.LeaseMessage;
import io.roundtable.protocol.LeaseMessage.CatalogPart;
import io.roundtable.protocol.LeaseMessage.Manages;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.Reason;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.Inbound;
import java.io.IOException;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What leaders and the manager ask of the GCD: the lease and the catalog (docs/PROTOCOL.md, Lease).
 *
 * <p>A lease belongs to the connection on which it was claimed. When the other side ends that connection, so does the
 * lease, at once: a manager serves nobody once it has lost the connection. When we had to end it, the other side may not
 * know yet, and the lease is waited out.
 *
 * <p>All methods are for the loop's thread.
 */
final class LeaseDesk implements CatalogLog.Listener {
    /** The longest that somebody who is told to wait waits before it asks again. */
    private static final long RETRY_MAX_MS = 250;

    private static final long RETRY_MIN_MS = 10;
    /** Requests that one connection may have under way: nobody needs more, and each costs a flush. */
    private static final int UNDER_WAY_MAX = 256;

    /** What the GCD says on a connection. */
    interface Desk {
        void answer(Connection connection, Inbound inbound, Message message);

        void refuse(Connection connection, Inbound inbound, String reason);

        /** The catalog can be used. */
        void onOpened(String place);

        /** Others sit at the GCDs than before. */
        void onMembers();

        /** The catalog waits for other GCDs. */
        void onWaiting(List<Address> missing, boolean areAllNeeded);
    }

    private final EventLoop loop;
    private final CatalogLog log;
    private final Desk desk;
    private final BiPredicate<Connection, Member> isSeated;
    private final Supplier<Collection<Connection>> seated;
    private final Map<Connection, Client> clients = new IdentityHashMap<>();
    private Manages told = new Manages(java.util.Optional.empty(), 0);
    private boolean watches;
    private boolean stopped;

    /** Who asks on one connection. */
    private static final class Client {
        private long epoch;
        private int underWay;
        private @Nullable CompletableFuture<Snapshot> snapshot;

        void dropSnapshot() {
            if (snapshot != null) {
                snapshot.thenAccept(Snapshot::close);
                snapshot = null;
            }
        }
    }

    /**
     * @param isSeated whether this member sits on this connection
     * @param seated the connections of all native members
     */
    LeaseDesk(
            EventLoop loop,
            CatalogLog log,
            Desk desk,
            BiPredicate<Connection, Member> isSeated,
            Supplier<Collection<Connection>> seated) {
        this.loop = loop;
        this.log = log;
        this.desk = desk;
        this.isSeated = isSeated;
        this.seated = seated;
    }

    void start() {
        log.listen(this);
        log.started()
                .thenRun(() -> loop.post(() -> {
                    if (!stopped) {
                        desk.onOpened(log.place());
                        desk.onMembers();
                        tellAll();
                    }
                }));
    }

    /** From now on connections that end say nothing about the members: it is we who go. */
    void stop() {
        stopped = true;
    }

    // ---- requests

    void onMessage(Connection connection, Inbound inbound, LeaseMessage message) {
        Client client = clients.computeIfAbsent(connection, each -> new Client());
        if (client.underWay >= UNDER_WAY_MAX) {
            desk.refuse(connection, inbound, "too many requests under way; wait for answers");
        } else if (message instanceof LeaseMessage.WhoManages) {
            afterwards(client, log.started(), (done, fault) -> desk.answer(connection, inbound, manages()));
        } else if (message instanceof LeaseMessage.Claim claim) {
            onClaim(connection, inbound, client, claim.self());
        } else if (message instanceof LeaseMessage.Renew renewal) {
            if (holds(connection, inbound, client, renewal.epoch())) {
                submit(connection, inbound, client, new Entry.RenewLease(renewal.epoch(), 0), this::granted);
            }
        } else if (message instanceof LeaseMessage.HandBack back) {
            if (holds(connection, inbound, client, back.epoch())) {
                submit(connection, inbound, client, new Entry.EndLease(back.epoch()), ended -> new Control.Done());
            }
        } else if (message instanceof LeaseMessage.Propose proposal) {
            onPropose(connection, inbound, client, proposal);
        } else if (message instanceof LeaseMessage.FetchCatalog fetch) {
            onFetch(connection, inbound, client, fetch);
        } else {
            desk.refuse(connection, inbound, "the GCD takes no " + message.word());
        }
    }

    private void onClaim(Connection connection, Inbound inbound, Client client, Member claimant) {
        if (!isSeated.test(connection, claimant)) {
            desk.refuse(connection, inbound, claimant + " does not sit on this connection; JOIN first");
            return;
        }
        afterwards(client, log.submit(new Entry.ClaimLease(claimant, 0)), (outcome, fault) -> {
            if (!(outcome instanceof Outcome.Leased leased)) {
                desk.answer(connection, inbound, held());
            } else if (connection.isOpen()) {
                client.epoch = leased.epoch();
                desk.answer(connection, inbound, granted(leased));
            } else {
                // It was never told of this epoch, so nobody acts in it.
                end(leased.epoch());
            }
        });
    }

    private void onPropose(Connection connection, Inbound inbound, Client client, LeaseMessage.Propose proposal) {
        if (!holds(connection, inbound, client, proposal.epoch())) {
            return;
        }
        List<Entry.Request> requests;
        try {
            requests = CatalogCodec.decodeRequests(proposal.batch());
        } catch (CodecException e) {
            desk.refuse(connection, inbound, "no batch of changes: " + e.getMessage());
            return;
        }
        submit(
                connection,
                inbound,
                client,
                new Entry.Changes(proposal.epoch(), requests, 0),
                outcome -> outcome instanceof Outcome.Changed changed
                        ? new LeaseMessage.Applied(CatalogCodec.encodeResults(changed.outcomes()))
                        : held());
    }

    private void onFetch(Connection connection, Inbound inbound, Client client, LeaseMessage.FetchCatalog fetch) {
        if (!holds(connection, inbound, client, fetch.epoch())) {
            return;
        }
        if (fetch.offset() == 0) {
            // Everything that was promised before this epoch began is in it, and nothing has changed since but by
            // whoever
            // asks: the claim has been applied here.
            client.dropSnapshot();
            client.snapshot = log.snapshot();
        }
        CompletableFuture<Snapshot> snapshot = client.snapshot;
        if (snapshot == null || fetch.offset() < 0) {
            desk.refuse(connection, inbound, "a snapshot of the catalog begins at offset 0");
            return;
        }
        var part = snapshot.thenCompose(taken -> taken.part(fetch.offset(), CatalogPart.BYTES_MAX)
                .thenApply(bytes -> new CatalogPart(fetch.offset(), taken.sizeBytes(), bytes)));
        afterwards(client, part, (made, fault) -> {
            if (made != null) {
                desk.answer(connection, inbound, made);
            } else {
                // Nothing is wrong with the question: no event of bad input. Whoever asked tells the reason, and tries
                // again.
                boolean isOld = client.snapshot != snapshot;
                desk.answer(
                        connection,
                        inbound,
                        new Message.Refusal(
                                isOld
                                        ? "the catalog was asked for anew meanwhile"
                                        : "the catalog cannot be read: " + reason(fault)));
            }
        });
    }

    /** Whether this connection has the lease of that epoch, as far as is known here; if not, it is told. */
    private boolean holds(Connection connection, Inbound inbound, Client client, long epoch) {
        if (client.epoch == epoch && epoch != 0 && log.lease().epoch() <= epoch) {
            return true;
        }
        desk.answer(connection, inbound, held());
        return false;
    }

    private void submit(
            Connection connection, Inbound inbound, Client client, Entry entry, Function<Outcome, Message> answer) {
        afterwards(client, log.submit(entry), (outcome, fault) -> {
            // Without an outcome nobody knows what became of it: whoever asked must not go on as the manager.
            desk.answer(connection, inbound, outcome == null ? held() : answer.apply(outcome));
        });
    }

    private <T> void afterwards(Client client, CompletableFuture<T> future, Answer<T> answer) {
        client.underWay++;
        future.whenComplete((result, fault) -> loop.post(() -> {
            client.underWay--;
            answer.give(result, fault);
        }));
    }

    private interface Answer<T> {
        void give(@Nullable T result, @Nullable Throwable fault);
    }

    private static String reason(@Nullable Throwable fault) {
        Throwable cause = fault;
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof IOException io ? Reason.of(io) : cause == null ? "no reason given" : cause.toString();
    }

    private Message granted(Outcome outcome) {
        return outcome instanceof Outcome.Leased leased
                ? new LeaseMessage.Granted(leased.epoch(), RatisLog.LEASE_MS)
                : held();
    }

    private LeaseMessage.Held held() {
        LeaseView lease = log.lease();
        long leftMs = lease.leftMs(loop.nanoTime());
        long retryMs = Math.max(RETRY_MIN_MS, Math.min(RETRY_MAX_MS, leftMs));
        // A holder whose time is up is none, though a GCD that is cut off from the others never gets that into the log.
        return new LeaseMessage.Held(lease.holder().filter(holder -> leftMs > 0), lease.epoch(), (int) retryMs);
    }

    // ---- the end of a lease

    /** A connection ended. */
    void onClosed(Connection connection, CloseReason reason) {
        Client client = clients.remove(connection);
        if (client != null) {
            client.dropSnapshot();
            if (client.epoch != 0 && reason == CloseReason.ENDED && !stopped) {
                end(client.epoch);
            }
        }
    }

    /** A member said goodbye on its connection. */
    void onLeave(Connection connection) {
        Client client = clients.get(connection);
        if (client != null && client.epoch != 0) {
            end(client.epoch);
            client.epoch = 0;
        }
    }

    private void end(long epoch) {
        if (log.lease().epoch() == epoch) {
            // If that fails, the lease runs out by itself.
            log.submit(new Entry.EndLease(epoch));
        }
    }

    // ---- news

    @Override
    public void onManager(LeaseView lease) {
        loop.post(this::tellAll);
    }

    @Override
    public void onMembers() {
        loop.post(desk::onMembers);
    }

    @Override
    public void onWaiting(List<Address> missing, boolean areAllNeeded) {
        loop.post(() -> desk.onWaiting(missing, areAllNeeded));
    }

    private void tellAll() {
        Manages now = manages();
        if (!now.equals(told)) {
            told = now;
            // Telling one may end its connection, and with that its seat.
            List.copyOf(seated.get()).forEach(this::tell);
        }
        watchExpiry();
    }

    /** Tells a member that sits down who manages. */
    void onSeated(Connection connection) {
        log.started().thenRun(() -> loop.post(() -> tell(connection)));
    }

    private void tell(Connection connection) {
        if (connection.isOpen()) {
            connection.send(loop.nativeCodec().encode(FrameKind.ONE_WAY, 0, manages()));
        }
    }

    private Manages manages() {
        LeaseView lease = log.lease();
        return new Manages(lease.holder(), lease.epoch());
    }

    /** A manager that is silent without its connection ending loses the lease when its time is up. */
    private void watchExpiry() {
        LeaseView lease = log.lease();
        if (!watches && lease.holder().isPresent()) {
            watches = true;
            loop.schedule(Math.max(RETRY_MIN_MS, lease.leftMs(loop.nanoTime())), this::expire);
        }
    }

    private void expire() {
        watches = false;
        LeaseView lease = log.lease();
        if (lease.holder().isEmpty() || stopped) {
            return;
        }
        if (lease.leftMs(loop.nanoTime()) == 0 && log.isLeading()) {
            log.submit(new Entry.ExpireLease(lease.epoch(), 0));
        }
        watches = true;
        loop.schedule(Math.max(RETRY_MAX_MS / 2, lease.leftMs(loop.nanoTime())), this::expire);
    }
}
