package io.roundtable.gcd;

import io.roundtable.catalog.CatalogCodec;
import io.roundtable.catalog.Entry;
import io.roundtable.catalog.Levels;
import io.roundtable.catalog.Outcome;
import io.roundtable.folder.Folders;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage.StartupOption;
import org.jspecify.annotations.Nullable;

/** The catalog's log on Apache Ratis: of one GCD, or of a group of them. */
public final class RatisLog implements CatalogLog {
    /** How long a lease lasts that is not renewed. */
    public static final int LEASE_MS = 2_000;

    private static final int CLOSE_S = 5;

    private final Store store;
    private final @Nullable Group group;
    private final CatalogStateMachine machine;
    private final LevelKeeper levels;
    private final CompletableFuture<@Nullable Void> started = new CompletableFuture<>();
    private final CompletableFuture<String> failure = new CompletableFuture<>();
    private final Gathering gathering = new Gathering(started, this::isClosing, this::onRole, this::fail);
    private final AtomicLong acknowledged = new AtomicLong(-1);
    private final ExecutorService starter = Executors.newSingleThreadExecutor(task -> daemon(task, "gcd-start"));
    private final ExecutorService reader = Executors.newSingleThreadExecutor(task -> daemon(task, "gcd-snapshot"));
    /** Only the reader knows it. */
    private @Nullable FileSnapshot lastSnapshot;

    private final AtomicBoolean beginning = new AtomicBoolean();
    /** What its folder says once the log has begun. */
    private volatile Store.@Nullable Self self;

    private volatile boolean closing;
    private volatile @Nullable RaftServer server;
    private volatile @Nullable Submission submission;

    private RatisLog(Store store, @Nullable Group group, int known) {
        this.store = store;
        this.group = group;
        this.machine = new CatalogStateMachine(
                LEASE_MS, known, CatalogStateMachine.ENTRIES_PER_SNAPSHOT, this::onRole, this::onEnd);
        this.levels = new LevelKeeper(known, this::levels, this::submit);
        starter.execute(this::start);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Opens the log in a folder, which is made if it is new, and begins to start it; see {@link #started}.
     *
     * @throws IOException with a sentence for the user if the folder cannot be had
     */
    public static RatisLog open(Path folder) throws IOException {
        return new RatisLog(Store.open(folder), null, Levels.KNOWN);
    }

    /** The same as one of a group. A folder that held the log of a single GCD before brings it into the group. */
    public static RatisLog open(Path folder, Group group) throws IOException {
        return open(folder, group, Levels.KNOWN);
    }

    /** @param known the highest level that its program knows */
    static RatisLog open(Path folder, Group group, int known) throws IOException {
        return new RatisLog(Store.open(folder), group, known);
    }

    /** The log of a single GCD in a folder that is deleted at the end. */
    public static RatisLog temporary() throws IOException {
        return new RatisLog(Store.temporary(), null, Levels.KNOWN);
    }

    private boolean isClosing() {
        return closing;
    }

    // ---- start

    private void start() {
        try {
            LogFolder found = LogFolder.look(store.log());
            Store.Self before = store.self();
            Opening opening = Opening.decide(store.folder(), before, found, group);
            if (opening.log() == null) {
                store.forget(found);
            }
            store.makeLog();
            TornTail.cut(store.log());
            RaftPeerId me = opening.self();
            boolean hasBegun = before != null && before.hasBegun();
            UUID known = opening.log();
            machine.whenInitialized(snapshot -> {
                if (found.firstIndex() != Long.MAX_VALUE && found.firstIndex() > snapshot + 1) {
                    throw new DamagedStoreException(
                            store.log(), "the snapshot of the catalog is not there that belongs to it");
                }
                Folders.sync(store.log());
                store.note(new Store.Self(me.toString(), hasBegun));
            });
            self = new Store.Self(me.toString(), true);
            RaftProperties settings = LogSettings.make(store.log(), group);
            if (group != null && known != null) {
                new Past(group, settings).require(me, RaftGroupId.valueOf(known), found);
            }
            RaftServer.Builder builder = RaftServer.newBuilder()
                    .setServerId(me)
                    .setStateMachineRegistry(id -> machine)
                    .setProperties(settings)
                    .setThreadGroup(new LogThreads(this::onEnd))
                    .setOption(known == null ? StartupOption.FORMAT : StartupOption.RECOVER);
            if (known != null || group == null) {
                RaftPeer alone = RaftPeer.newBuilder().setId(me).build();
                builder.setGroup(
                        RaftGroup.valueOf(RaftGroupId.valueOf(known == null ? UUID.randomUUID() : known), alone));
            }
            RaftServer made = builder.build();
            server = made;
            submission = new Submission(made, settings);
            made.start();
            onRole();
            if (group != null) {
                gathering.run(new Membership(group, made, settings));
            }
        } catch (InterruptedException e) {
            // It is being closed.
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            if (!closing) {
                fail(Faults.sentence(store.log(), e));
            }
        }
    }

    /** Before anybody is told anything: from now on a folder without a log has lost it. */
    private void begin(Store.Self begun) {
        try {
            if (!begun.equals(store.self())) {
                store.note(begun);
            }
            store.makePrivate();
            started.complete(null);
            levels.look();
        } catch (IOException e) {
            if (!closing) {
                fail(Faults.sentence(store.log(), e));
            }
        }
    }

    private void onRole() {
        RaftServer running = server;
        if (started.isDone() && !closing) {
            // Not on a thread of Ratis' that waits for what it submits.
            reader.execute(levels::look);
        }
        if (!started.isDone() && running != null) {
            try {
                RaftGroupId log = Membership.log(running);
                Store.Self begun = self;
                if (log != null && begun != null && isUsable(running.getDivision(log)) && !beginning.getAndSet(true)) {
                    reader.execute(() -> begin(begun));
                }
            } catch (IOException e) {
                // Its log is just being made; whoever made it calls again.
                return;
            }
        }
    }

    private LevelKeeper.@Nullable View levels() {
        RaftServer running = server;
        RaftGroupId log = running == null || closing ? null : Membership.log(running);
        try {
            if (running == null || log == null || started.isCompletedExceptionally()) {
                return null;
            }
            RaftConfiguration now = running.getDivision(log).getRaftConf();
            List<String> all = Stream.concat(now.getAllPeers().stream(), now.getPreviousPeers().stream())
                    .map(each -> each.getId().toString())
                    .toList();
            return machine.levels(running.getId().toString(), all, isLeading());
        } catch (IOException e) {
            // It is being closed.
            return null;
        }
    }

    /**
     * Whether the log can be used. One that has been begun for a group belongs to its founder alone until all are let in:
     * what it took before that, the others could not know after its death.
     */
    private boolean isUsable(RaftServer.Division division) {
        return knowsLeader(division) && (group == null || Membership.isTogether(group, division.getRaftConf()));
    }

    private boolean knowsLeader(RaftServer.Division division) {
        boolean leads = division.getInfo().isLeaderReady();
        return leads
                || (group != null
                        && !division.getInfo().isLeader()
                        && division.getInfo().getLeaderId() != null);
    }

    private void onEnd(@Nullable Throwable cause) {
        if (!closing) {
            fail(
                    cause == null
                            ? "the catalog's log ended by itself; see whether the disk is full or broken, then start again"
                            : Faults.sentence(store.log(), cause));
        }
    }

    private void fail(String sentence) {
        started.completeExceptionally(new IOException(sentence));
        failure.complete(sentence);
    }

    // ---- use

    @Override
    public void listen(Listener heard) {
        machine.listen(heard);
        gathering.listen(heard);
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
        return store.place();
    }

    @Override
    public boolean isGroup() {
        return group != null;
    }

    /** Where it keeps its files. */
    public Path folder() {
        return store.folder();
    }

    /** Which is there once {@link #started}. */
    RaftServer server() {
        return Objects.requireNonNull(server);
    }

    @Override
    public LeaseView lease() {
        return machine.lease();
    }

    @Override
    public List<Member> members() {
        return machine.members();
    }

    @Override
    public boolean isLeading() {
        RaftServer running = server;
        RaftGroupId log = running == null ? null : Membership.log(running);
        try {
            return running != null
                    && log != null
                    && running.getDivision(log).getInfo().isLeaderReady();
        } catch (IOException e) {
            // It is being closed.
            return false;
        }
    }

    @Override
    public CompletableFuture<Outcome> submit(Entry entry) {
        // Once it has started, in the caller's turn: entries of one caller keep their order.
        return started.thenCompose(ready -> {
            Submission now = submission;
            return now == null
                    ? CompletableFuture.failedFuture(new IOException("the log is closed"))
                    : now.submit(entry).thenApply(this::outcome);
        });
    }

    private Outcome outcome(RaftClientReply reply) {
        if (!reply.isSuccess()) {
            throw new CompletionException(reply.getException());
        }
        acknowledged.accumulateAndGet(reply.getLogIndex(), Math::max);
        return CatalogCodec.decodeOutcome(reply.getMessage().getContent().toByteArray());
    }

    @Override
    public CompletableFuture<Snapshot> snapshot() {
        // One that does not lead may not have applied yet what the leader acknowledged through it.
        return machine.whenApplied(acknowledged.get()).thenApplyAsync(applied -> take(), reader);
    }

    private Snapshot take() {
        FileSnapshot last = lastSnapshot;
        if (last != null && machine.isUnchangedSince(last.index()) && last.share()) {
            return last;
        }
        try {
            FileSnapshot taken = machine.snapshot(store.temporaryFiles(), reader);
            lastSnapshot = taken;
            return taken;
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    // ---- end

    @Override
    public void close() {
        closing = true;
        starter.shutdownNow();
        reader.shutdown();
        try {
            starter.awaitTermination(CLOSE_S, TimeUnit.SECONDS);
            reader.awaitTermination(CLOSE_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            Submission submitting = submission;
            if (submitting != null) {
                submitting.close();
            }
            RaftServer running = server;
            if (running != null) {
                running.close();
            }
            store.close();
        } catch (IOException e) {
            // What was acknowledged is on the disk; at worst a temporary folder is left over.
            failure.complete("the catalog's log was not closed: " + Reason.of(e));
        }
    }

    @Override
    public void endWithProcess() {
        closing = true;
        try {
            store.close();
        } catch (IOException e) {
            // A temporary folder that is left over is swept by the next GCD.
            failure.complete("the data folder was not closed: " + Reason.of(e));
        }
    }
}
