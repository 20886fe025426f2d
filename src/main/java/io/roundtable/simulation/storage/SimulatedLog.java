package io.roundtable.simulation.storage;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.CatalogCodec;
import io.roundtable.catalog.Entry;
import io.roundtable.catalog.Outcome;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.LeaseMessage;
import io.roundtable.protocol.LeaseMessage.CatalogPart;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.simulation.Violation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The GCD: the real catalog behind a log that answers once an entry would survive a crash, and then remembers it for good.
 *
 * <p>Connections, leases and the log's time as in {@code gcd}: a lease belongs to the connection on which it was claimed,
 * ends with a process that ended it, and is waited out if the connection just broke.
 */
final class SimulatedLog extends Process {
    static final int LEASE_MS = 1_200;
    private static final long EXPIRY_EVERY_MS = 50;
    /** Small, so that a snapshot has several parts. */
    private static final int PART_BYTES = 1_500;

    /** What a peer hears that takes a connection for open which is not. */
    static final Message.Refusal NOT_SEATED = new Message.Refusal("JOIN first");

    /** One connection of a peer. */
    private static final class Session {
        private final Member member;
        private final int incarnation;
        private final long sinceMicros;
        private long epoch;
        private byte[] snapshot = {};

        private Session(Member member, int incarnation, long sinceMicros) {
            this.member = member;
            this.incarnation = incarnation;
            this.sinceMicros = sinceMicros;
        }
    }

    /** An entry that is not safe yet. */
    private record Pending(Entry entry, Consumer<Outcome> then) {}

    private final Ledger ledger;
    private final Map<Integer, Session> sessions = new TreeMap<>();
    private final Deque<Pending> pending = new ArrayDeque<>();
    private Catalog catalog = new Catalog(LEASE_MS);
    /** What a restart finds, if answers were given too early. */
    private byte @Nullable [] synced;

    private long syncedAtMicros;
    private long baseMs;
    private long baseAtMs;
    private LeaseMessage.Manages told = new LeaseMessage.Manages(Optional.empty(), 0);

    SimulatedLog(StorageWorld world, Ledger ledger) {
        super(world, "gcd");
        this.ledger = ledger;
    }

    Catalog catalog() {
        return catalog;
    }

    boolean isIdle() {
        return pending.isEmpty();
    }

    // ---- life

    @Override
    void onStart() {
        byte[] left = synced == null ? snapshotOf(catalog) : synced;
        synced = null;
        catalog = read(left);
        baseMs = catalog.clockMs();
        baseAtMs = nowMs();
        told = new LeaseMessage.Manages(catalog.manager(), catalog.epoch());
        after(EXPIRY_EVERY_MS, this::expire);
    }

    @Override
    void onDeath(boolean power) {
        // What was not synced is lost, or it got there just before; nobody hears of it either way.
        int kept = pending.isEmpty() ? 0 : world.random.nextInt(pending.size() + 1);
        for (int i = 0; i < kept; i++) {
            apply(pending.remove().entry());
        }
        pending.clear();
        sessions.clear();
        ledger.net().onDeath(this);
    }

    static byte[] snapshotOf(Catalog catalog) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            CatalogCodec.writeSnapshot(catalog, out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Catalog read(byte[] snapshot) {
        return read(new ByteArrayInputStream(snapshot));
    }

    static Catalog read(InputStream snapshot) {
        try {
            return CatalogCodec.readSnapshot(snapshot);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- log

    private long clockMs() {
        return baseMs + nowMs() - baseAtMs;
    }

    private void submit(Entry entry, Consumer<Outcome> then) {
        Entry stamped = entry.stamped(clockMs());
        if (world.has(StorageBug.LOG_ANSWERS_BEFORE_FSYNC)) {
            if (synced == null) {
                synced = snapshotOf(catalog);
                after(world.random.nextInt(300), () -> synced = null);
            }
            then.accept(apply(stamped));
            tellAll();
            return;
        }
        pending.add(new Pending(stamped, then));
        long syncMicros = world.happens(50) ? world.random.nextInt(60_000) : world.random.nextInt(100, 2_500);
        syncedAtMicros = Math.max(syncedAtMicros, world.nowMicros() + syncMicros);
        int meant = incarnation();
        world.at(syncedAtMicros, () -> run(meant, this::applyNext));
    }

    private void applyNext() {
        Pending next = pending.remove();
        next.then().accept(apply(next.entry()));
        tellAll();
    }

    private Outcome apply(Entry entry) {
        Entry taken = entry;
        if (entry instanceof Entry.Changes changes && world.has(StorageBug.LOG_TAKES_OLD_EPOCHS)) {
            taken = new Entry.Changes(catalog.epoch(), changes.requests(), changes.nowMs());
        }
        Outcome outcome = catalog.apply(taken);
        world.tally.checks++;
        if (entry instanceof Entry.Changes changes
                && outcome instanceof Outcome.Changed
                && changes.epoch() != catalog.epoch()) {
            throw new Violation(
                    "the log takes changes of the present epoch only",
                    "changes of epoch " + changes.epoch() + " in " + catalog.epoch());
        }
        if (taken instanceof Entry.Changes changes && outcome instanceof Outcome.Changed changed) {
            ledger.onChanges(changes.requests(), changed.outcomes());
        }
        return outcome;
    }

    // ---- leases

    private void expire() {
        after(EXPIRY_EVERY_MS, this::expire);
        if (catalog.manager().isPresent() && clockMs() >= catalog.lease().untilMs()) {
            submit(new Entry.ExpireLease(catalog.epoch(), 0), outcome -> {});
        }
    }

    private void tellAll() {
        LeaseMessage.Manages now = new LeaseMessage.Manages(catalog.manager(), catalog.epoch());
        if (!now.equals(told)) {
            told = now;
            sessions.keySet().forEach(this::tell);
        }
    }

    private void tell(int peer) {
        ledger.net().ask(this, world.processes.get(peer), StorageNet.KEPT, told, 1_000, answer -> {});
    }

    @Override
    void onLost(Process other, long lostAtMicros, boolean otherEnded) {
        Session session = sessions.get(other.index);
        if (session == null || session.sinceMicros > lostAtMicros) {
            return;
        }
        sessions.remove(other.index);
        if (session.epoch != 0) {
            if (otherEnded || world.has(StorageBug.LEASE_ENDED_BY_BROKEN_CONNECTION)) {
                submit(new Entry.EndLease(session.epoch), outcome -> {});
            }
        }
    }

    // ---- questions

    /** A peer opens its connection. */
    record Connect(Member member) {}

    @Override
    void serve(Process from, Object question, Consumer<Object> reply) {
        if (question instanceof Connect connect) {
            connect(from, connect.member());
            reply.accept(told);
            return;
        }
        Session session = sessions.get(from.index);
        if (session == null) {
            reply.accept(NOT_SEATED);
        } else if (question instanceof LeaseMessage.Claim) {
            claim(from, session, reply);
        } else if (question instanceof LeaseMessage.HandBack back) {
            if (holds(session, back.epoch(), reply)) {
                submit(new Entry.EndLease(back.epoch()), outcome -> reply.accept(new Control.Done()));
            }
        } else if (question instanceof LeaseMessage.Propose propose) {
            propose(session, propose, reply);
        } else if (question instanceof LeaseMessage.Renew renew) {
            if (holds(session, renew.epoch(), reply)) {
                submit(new Entry.RenewLease(renew.epoch(), 0), outcome -> reply.accept(granted(outcome)));
            }
        } else if (question instanceof LeaseMessage.FetchCatalog fetch) {
            if (holds(session, fetch.epoch(), reply)) {
                fetch(session, fetch, reply);
            }
        }
    }

    private void connect(Process from, Member member) {
        Session before = sessions.put(from.index, new Session(member, from.incarnation(), world.nowMicros()));
        if (before != null && before.epoch != 0 && before.incarnation != from.incarnation()) {
            submit(new Entry.EndLease(before.epoch), outcome -> {});
        }
    }

    private void claim(Process from, Session session, Consumer<Object> reply) {
        if (world.has(StorageBug.LEASE_NOT_WAITED_FOR)) {
            submit(new Entry.EndLease(catalog.epoch()), outcome -> {});
        }
        submit(new Entry.ClaimLease(session.member, 0), outcome -> {
            if (!(outcome instanceof Outcome.Leased leased)) {
                reply.accept(held());
            } else if (sessions.get(from.index) == session) {
                session.epoch = leased.epoch();
                reply.accept(granted(leased));
            } else {
                // It was never told of this epoch, so nobody acts in it.
                submit(new Entry.EndLease(leased.epoch()), ended -> {});
            }
        });
    }

    private boolean holds(Session session, long epoch, Consumer<Object> reply) {
        boolean isHolder = session.epoch == epoch && epoch != 0 && catalog.epoch() <= epoch;
        if (!isHolder && !world.has(StorageBug.LOG_TAKES_OLD_EPOCHS)) {
            reply.accept(held());
            return false;
        }
        return true;
    }

    private void propose(Session session, LeaseMessage.Propose propose, Consumer<Object> reply) {
        if (!holds(session, propose.epoch(), reply)) {
            return;
        }
        Entry changes = new Entry.Changes(propose.epoch(), CatalogCodec.decodeRequests(propose.batch()), 0);
        submit(
                changes,
                outcome -> reply.accept(
                        outcome instanceof Outcome.Changed changed
                                ? new LeaseMessage.Applied(CatalogCodec.encodeResults(changed.outcomes()))
                                : held()));
    }

    private void fetch(Session session, LeaseMessage.FetchCatalog fetch, Consumer<Object> reply) {
        if (fetch.offset() == 0) {
            session.snapshot = snapshotOf(catalog);
        }
        int end = Math.min(session.snapshot.length, fetch.offset() + PART_BYTES);
        reply.accept(new CatalogPart(
                fetch.offset(), session.snapshot.length, Arrays.copyOfRange(session.snapshot, fetch.offset(), end)));
    }

    private Message granted(Outcome outcome) {
        return outcome instanceof Outcome.Leased leased ? new LeaseMessage.Granted(leased.epoch(), LEASE_MS) : held();
    }

    private LeaseMessage.Held held() {
        long leftMs = catalog.lease().untilMs() - clockMs();
        return new LeaseMessage.Held(catalog.manager(), catalog.epoch(), (int) Math.max(10, Math.min(250, leftMs)));
    }
}
