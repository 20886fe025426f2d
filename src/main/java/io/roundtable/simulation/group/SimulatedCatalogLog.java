package io.roundtable.simulation.group;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.CatalogCodec;
import io.roundtable.catalog.Entry;
import io.roundtable.catalog.Outcome;
import io.roundtable.gcd.CatalogLog;
import io.roundtable.gcd.LeaseView;
import io.roundtable.gcd.Snapshot;
import io.roundtable.protocol.Member;
import io.roundtable.simulation.net.SimulatedProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The log of a lone GCD: the real catalog behind a disk that answers once an entry would survive a crash. Its clock is the
 * log's own, which stands still while no GCD runs.
 */
final class SimulatedCatalogLog implements CatalogLog {
    private record Pending(Entry entry, CompletableFuture<Outcome> then) {}

    private final SimulatedProcess process;
    private final SplittableRandom random;
    private final Catalog catalog;
    private final LogRules rules;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private final CompletableFuture<@Nullable Void> started = new CompletableFuture<>();
    private final CompletableFuture<String> failure = new CompletableFuture<>();
    private final long baseMs;
    private final long baseNanos;
    private @Nullable Listener listener;
    private LeaseView lease;
    private long syncedAtNanos;

    /** @param catalog what is left of the former life */
    SimulatedCatalogLog(SimulatedProcess process, SplittableRandom random, Catalog catalog, LogRules rules) {
        this.process = process;
        this.random = random;
        this.catalog = catalog;
        this.rules = rules;
        this.baseMs = catalog.clockMs();
        this.baseNanos = process.nanoTime();
        this.lease = view();
        process.after(random.nextInt(20_000, 200_000), () -> started.complete(null));
    }

    /** The process was killed: what was under way is in the log, or it is not; nobody hears of it either way. */
    void kill() {
        for (int kept = pending.isEmpty() ? 0 : random.nextInt(pending.size() + 1); kept > 0; kept--) {
            Entry entry = pending.remove().entry();
            rules.onApplied(entry, catalog.apply(entry));
        }
    }

    @Override
    public void listen(Listener heard) {
        listener = heard;
    }

    @Override
    public CompletableFuture<@Nullable Void> started() {
        return started;
    }

    @Override
    public CompletableFuture<String> failure() {
        return failure;
    }

    @Override
    public String place() {
        return "memory";
    }

    // ---- entries

    private long clockMs() {
        return baseMs + (process.nanoTime() - baseNanos) / 1_000_000;
    }

    @Override
    public CompletableFuture<Outcome> submit(Entry entry) {
        rules.onSubmitted(entry);
        return started.thenCompose(ready -> {
            CompletableFuture<Outcome> then = new CompletableFuture<>();
            pending.add(new Pending(entry.stamped(clockMs()), then));
            long syncMicros = random.nextInt(50) == 0 ? random.nextInt(60_000) : random.nextInt(100, 2_500);
            long now = process.nanoTime();
            syncedAtNanos = Math.max(syncedAtNanos, now + syncMicros * 1_000);
            process.after((syncedAtNanos - now) / 1_000, this::applyNext);
            return then;
        });
    }

    private void applyNext() {
        Pending next = pending.remove();
        Outcome outcome = catalog.apply(next.entry());
        rules.onApplied(next.entry(), outcome);
        LeaseView before = lease;
        lease = view();
        boolean isOther = before.epoch() != lease.epoch() || !before.holder().equals(lease.holder());
        Listener told = listener;
        if (told != null && isOther) {
            told.onManager(lease);
        }
        if (told != null && (next.entry() instanceof Entry.SeatMember || next.entry() instanceof Entry.UnseatMember)) {
            told.onMembers();
        }
        next.then().complete(outcome);
    }

    private LeaseView view() {
        Optional<Member> holder = catalog.manager();
        return new LeaseView(holder, catalog.epoch(), catalog.lease().untilMs(), catalog.clockMs(), process.nanoTime());
    }

    // ---- what is known here

    @Override
    public LeaseView lease() {
        return lease;
    }

    @Override
    public boolean isLeading() {
        return started.isDone();
    }

    @Override
    public List<Member> members() {
        return List.copyOf(catalog.members());
    }

    @Override
    public CompletableFuture<Snapshot> snapshot() {
        CompletableFuture<Snapshot> taken = new CompletableFuture<>();
        process.after(random.nextInt(20, 3_000), () -> taken.complete(new Bytes(process, random, snapshot(catalog))));
        return taken;
    }

    private static byte[] snapshot(Catalog catalog) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            CatalogCodec.writeSnapshot(catalog, out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Bytes(SimulatedProcess process, SplittableRandom random, byte[] bytes) implements Snapshot {
        @Override
        public int sizeBytes() {
            return bytes.length;
        }

        @Override
        public CompletableFuture<byte[]> part(int offset, int max) {
            CompletableFuture<byte[]> read = new CompletableFuture<>();
            int from = Math.min(offset, bytes.length);
            byte[] part = Arrays.copyOfRange(bytes, from, (int) Math.min(bytes.length, (long) from + max));
            process.after(random.nextInt(20, 3_000), () -> read.complete(part));
            return read;
        }

        @Override
        public void close() {
            // Nothing but memory.
        }
    }

    @Override
    public boolean isGroup() {
        return false;
    }

    @Override
    public void close() {
        // Its thread is the process's, and ends with it.
    }

    @Override
    public void endWithProcess() {
        // As above.
    }
}
