package io.roundtable.gcd;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.CatalogCodec;
import io.roundtable.catalog.Entry;
import io.roundtable.catalog.LaterLevelException;
import io.roundtable.catalog.Lease;
import io.roundtable.catalog.Levels;
import io.roundtable.catalog.Outcome;
import io.roundtable.codec.CodecException;
import io.roundtable.protocol.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * The catalog as Ratis sees it: applies the log's entries in order, stamps new ones with the {@link LogClock}, and keeps
 * snapshots of the catalog on the disk so that old entries can go.
 */
final class CatalogStateMachine extends BaseStateMachine {
    /** A snapshot is taken, and older entries go, after so many. */
    static final int ENTRIES_PER_SNAPSHOT = 20_000;

    private static final long REPORT_MS = 60_000;

    private static final CatalogLog.Listener NOBODY = new CatalogLog.Listener() {
        @Override
        public void onManager(LeaseView lease) {}

        @Override
        public void onMembers() {}
    };

    private final SnapshotFiles snapshots = new SnapshotFiles();
    private final SnapshotTaker taker;
    private final LogClock clock = new LogClock(System::nanoTime);
    private volatile CatalogLog.Listener listener = NOBODY;
    private final AppliedIndex applied = new AppliedIndex();
    private final ClientId reporter = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong();
    private final int known;
    private final Runnable onRole;
    private final Consumer<@Nullable Throwable> onEnd;
    /** Guarded by this. */
    private Catalog catalog;
    /** Of the catalog, for those who must not wait for a lock: selector loops. */
    private volatile long clockMs;

    private volatile int level = Levels.FIRST;
    private volatile List<Member> members = List.of();
    /** Of the last entry that changed more than the lease. */
    private volatile long contentIndex = -1;

    private volatile Initialized onInitialized = snapshot -> {};
    private volatile LeaseView lease = LeaseView.NOBODY;

    /**
     * @param onRole called when this GCD may have begun or ended to lead
     * @param onEnd called when Ratis ends the log, asked to or not; with what it says, if anything
     */
    CatalogStateMachine(int leaseMs, Runnable onRole, Consumer<@Nullable Throwable> onEnd) {
        this(leaseMs, Levels.KNOWN, ENTRIES_PER_SNAPSHOT, onRole, onEnd);
    }

    /** @param known the highest level that this GCD's program knows */
    CatalogStateMachine(
            int leaseMs, int known, int entriesPerSnapshot, Runnable onRole, Consumer<@Nullable Throwable> onEnd) {
        this.known = known;
        this.catalog = new Catalog(leaseMs);
        this.taker = new SnapshotTaker(
                (last, copy) -> snapshots.write(last, out -> CatalogCodec.writeSnapshot(copy, out)),
                entriesPerSnapshot,
                onEnd::accept);
        this.onRole = onRole;
        this.onEnd = onEnd;
    }

    /** @param action run once this GCD's part of the log has been made or found on the disk */
    void whenInitialized(Initialized action) {
        onInitialized = action;
    }

    /** Notes that there is a log. */
    interface Initialized {
        /** @param snapshotIndex of the last entry that is in the snapshot that was read; -1 if there is none */
        void run(long snapshotIndex) throws IOException;
    }

    void listen(CatalogLog.Listener heard) {
        listener = heard;
    }

    LeaseView lease() {
        return lease;
    }

    List<Member> members() {
        return members;
    }

    /**
     * What the log says of levels now.
     *
     * @param self this GCD's name in the log
     * @param all those of all that take part
     */
    synchronized LevelKeeper.View levels(String self, Collection<String> all, boolean isLeading) {
        Levels levels = catalog.levels();
        return new LevelKeeper.View(self, levels.known(self), levels.level(), levels.common(all), isLeading);
    }

    /** Completes when the catalog here has this entry. */
    CompletableFuture<Long> whenApplied(long index) {
        return applied.reaches(index);
    }

    /** Entries are applied all the while. */
    FileSnapshot snapshot(Path folder, Executor reader) throws IOException {
        Catalog copy;
        long index;
        synchronized (this) {
            copy = catalog.copy();
            index = contentIndex;
        }
        return FileSnapshot.take(copy, index, folder, reader);
    }

    /**
     * Whether a snapshot that was taken at that entry has all that the catalog has now. The lease does not count: each
     * manager begins with an entry of its own, and would never find one that is ready.
     */
    boolean isUnchangedSince(long index) {
        return contentIndex == index;
    }

    // ---- entries

    @Override
    public TransactionContext startTransaction(RaftClientRequest request) throws IOException {
        TransactionContext.Builder context = TransactionContext.newBuilder()
                .setStateMachine(this)
                .setClientRequest(request)
                .setServerRole(RaftPeerRole.LEADER);
        try {
            Entry entry =
                    CatalogCodec.decodeEntry(request.getMessage().getContent().toByteArray(), known);
            // For the GCD among those that take part whose program is the oldest.
            byte[] written = CatalogCodec.encode(entry.stamped(clock.nowMs(term(), clockMs)), level);
            return context.setLogData(bytes(written)).build();
        } catch (CodecException | IllegalArgumentException e) {
            // A GCD of another version; whatever cannot be read must not get into the log.
            return context.setLogData(ByteString.EMPTY)
                    .build()
                    .setException(new IOException("no entry of the catalog: " + e.getMessage()));
        }
    }

    private long term() throws IOException {
        RaftServer server = Objects.requireNonNull(getServer().getNow(null));
        return server.getDivision(getGroupId()).getInfo().getCurrentTerm();
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext context) {
        try {
            return apply(context);
        } catch (RuntimeException | Error fault) {
            // Ratis ends the log for good, and only writes down why.
            onEnd.accept(fault);
            throw fault;
        }
    }

    private CompletableFuture<Message> apply(TransactionContext context) {
        LogEntryProto logged = Objects.requireNonNull(context.getLogEntry());
        Entry entry = CatalogCodec.decodeEntry(
                logged.getStateMachineLogEntry().getLogData().toByteArray(), known);
        if (entry instanceof Entry.RaiseLevel raising && raising.level() > known) {
            throw new LaterLevelException(raising.level(), known);
        }
        boolean isAboutMembers = entry instanceof Entry.SeatMember || entry instanceof Entry.UnseatMember;
        Outcome outcome;
        synchronized (this) {
            outcome = catalog.apply(entry);
            clockMs = catalog.clockMs();
            if (isAboutMembers) {
                members = List.copyOf(catalog.members());
            }
            level = catalog.levels().level();
            if (!Lease.isAbout(entry)) {
                contentIndex = logged.getIndex();
            }
            updateLastAppliedTermIndex(logged.getTerm(), logged.getIndex());
            taker.onApplied(TermIndex.valueOf(logged), catalog::copy, this::reportSnapshot);
        }
        if (isAboutMembers) {
            listener.onMembers();
        } else if (Lease.isAbout(entry)) {
            noteLease();
        } else if (!(entry instanceof Entry.Changes)) {
            onRole.run();
        }
        applied.advanceTo(logged.getIndex());
        return CompletableFuture.completedFuture(Message.valueOf(bytes(CatalogCodec.encode(outcome))));
    }

    private void noteLease() {
        LeaseView before = lease;
        LeaseView now = view();
        lease = now;
        if (!now.isSameManager(before)) {
            listener.onManager(now);
        }
    }

    private synchronized LeaseView view() {
        return new LeaseView(
                catalog.manager(), catalog.epoch(), catalog.lease().untilMs(), catalog.clockMs(), System.nanoTime());
    }

    private static ByteString bytes(byte[] bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    @Override
    public void notifyTermIndexUpdated(long term, long index) {
        super.notifyTermIndexUpdated(term, index);
        applied.advanceTo(index);
    }

    @Override
    public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
        onRole.run();
    }

    @Override
    public void notifyLeaderReady() {
        onRole.run();
    }

    @Override
    public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto entry) {
        onEnd.accept(cause);
    }

    @Override
    public void notifyServerShutdown(RoleInfoProto role, boolean isWholeServer) {
        onEnd.accept(null);
    }

    /** Ratis closes it after whatever goes wrong inside, without a word to anybody. */
    @Override
    public void close() throws IOException {
        onEnd.accept(null);
        taker.close();
        super.close();
    }

    // ---- snapshots on the disk

    @Override
    public void initialize(RaftServer server, RaftGroupId group, RaftStorage raftStorage) throws IOException {
        super.initialize(server, group, raftStorage);
        getLifeCycle().startAndTransition(() -> {
            snapshots.open(raftStorage);
            onInitialized.run(load());
        });
    }

    @Override
    public void reinitialize() throws IOException {
        try {
            reload();
        } catch (IOException | RuntimeException | Error fault) {
            onEnd.accept(fault);
            throw fault;
        }
    }

    private void reload() throws IOException {
        load();
        if (getLifeCycleState() == LifeCycle.State.PAUSED) {
            getLifeCycle().transition(LifeCycle.State.STARTING);
            getLifeCycle().transition(LifeCycle.State.RUNNING);
        }
        listener.onMembers();
    }

    @Override
    public void pause() {
        // Another GCD's snapshot comes; until it is here, nothing is applied. When its last part comes again after a
        // first try that ended half-way, so does this call.
        if (getLifeCycle().compareAndTransition(LifeCycle.State.RUNNING, LifeCycle.State.PAUSING)) {
            getLifeCycle().transition(LifeCycle.State.PAUSED);
        }
    }

    @Override
    public SimpleStateMachineStorage getStateMachineStorage() {
        return snapshots.storage();
    }

    private long load() throws IOException {
        SingleFileSnapshotInfo latest = snapshots.storage().loadLatestSnapshot();
        if (latest != null) {
            Catalog read = SnapshotFiles.read(latest, known);
            synchronized (this) {
                catalog = read;
                clockMs = read.clockMs();
                level = read.levels().level();
                members = List.copyOf(read.members());
                contentIndex = latest.getIndex();
                setLastAppliedTermIndex(latest.getTermIndex());
            }
            taker.has(latest.getIndex());
            applied.advanceTo(latest.getIndex());
            noteLease();
        }
        return latest == null ? -1 : latest.getIndex();
    }

    /** Called by Ratis between two entries: when one was written, or when somebody wants one at once. */
    @Override
    public long takeSnapshot() throws IOException {
        try {
            return writeSnapshot();
        } catch (RuntimeException | Error fault) {
            // After an IOException Ratis goes on, and tries again.
            onEnd.accept(fault);
            throw fault;
        }
    }

    private long writeSnapshot() throws IOException {
        long written = taker.takeWritten();
        TermIndex last = getLastAppliedTermIndex();
        if (written >= 0 || last == null || last.getIndex() < 0) {
            return written >= 0 ? written : RaftLog.INVALID_LOG_INDEX;
        }
        Catalog copy;
        synchronized (this) {
            copy = catalog.copy();
        }
        return taker.writeNow(last, copy);
    }

    /** Ratis learns of a snapshot only by asking for one; then it lets go of the entries that are in it. */
    private void reportSnapshot() {
        RaftServer server = getServer().getNow(null);
        if (server != null) {
            // Should it not learn, because it is being closed: the snapshot is found at the next start.
            server.snapshotManagementAsync(SnapshotManagementRequest.newCreate(
                    reporter, server.getId(), getGroupId(), calls.incrementAndGet(), REPORT_MS));
        }
    }
}
