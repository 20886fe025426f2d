package io.roundtable.role.manager;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.CatalogCodec;
import io.roundtable.catalog.Outcome;
import io.roundtable.codec.CodecException;
import io.roundtable.event.EventKind;
import io.roundtable.event.EventLog;
import io.roundtable.event.Fact;
import io.roundtable.manager.LeaseKeeper;
import io.roundtable.manager.Manager;
import io.roundtable.manager.ManagerEffect;
import io.roundtable.manager.ManagerOptions;
import io.roundtable.net.Connection;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.LeaseMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.role.Gcd;
import io.roundtable.role.OpenQuestions;
import io.roundtable.wire.FrameKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** The manager's part of a peer: keeps the lease while the peer should manage, and carries out what the manager decides. */
public class ManagerRole {
    private static final int TICK_MS = 50;
    /** A claim that comes so much later than another finds it in the log: ticks, the way, and a flush of the log's disk. */
    private static final long YIELD_STEP_MS = 150;

    private static final long YIELD_MAX_MS = 1_500;
    private static final long PROPOSE_MS = 10_000;
    /** The number of a request whose answer nobody waits for. */
    private static final long NOBODY = 0;

    /** Sends an order to a disk, on this peer or another; the answer is null if there is none. */
    public interface DiskOrders {
        void order(Member host, DiskMessage order, long timeoutMs, Consumer<@Nullable Message> then);
    }

    /** Told who manages, whenever that changes or may have changed. */
    public interface ManagerWatch {
        void onManager(Optional<Member> manager);
    }

    /** How an answer gets back to whoever asked. */
    private interface Reply {
        void send(Message message);
    }

    private final EventLoop loop;
    private final ManagerOptions options;
    private final SplittableRandom random;
    private final Gcd gcd;
    private final DiskOrders disks;
    private final ManagerWatch watch;
    private final EventLog events;
    private final BooleanSupplier isWanted;
    private final IntSupplier goFirst;
    private final Map<Long, Reply> replies = new HashMap<>();
    private final OpenQuestions open = new OpenQuestions();
    private final Deque<ManagerEffect> effects = new ArrayDeque<>();
    private @Nullable LeaseKeeper keeper;
    private @Nullable Manager manager;
    private Optional<Member> told = Optional.empty();
    private boolean isCarryingOut;
    private boolean isStopped;
    private boolean wasWanted;
    private long begunEpoch;
    private long lastRequest;

    /**
     * @param isWanted whether this peer should manage
     * @param goFirst how many others should rather
     */
    public ManagerRole(
            EventLoop loop,
            ManagerOptions options,
            SplittableRandom random,
            Gcd gcd,
            DiskOrders disks,
            ManagerWatch watch,
            BooleanSupplier isWanted,
            IntSupplier goFirst,
            EventLog events) {
        this.loop = loop;
        this.options = options;
        this.random = random;
        this.gcd = gcd;
        this.disks = disks;
        this.watch = watch;
        this.isWanted = isWanted;
        this.goFirst = goFirst;
        this.events = events;
    }

    public void start(Member self) {
        keeper = new LeaseKeeper(self);
        loop.schedule(TICK_MS, this::tick);
    }

    public void stop() {
        if (keeper != null && wasWanted) {
            wasWanted = false;
            keep(keeper().onStopped(nowMs()));
        }
        isStopped = true;
    }

    /** Real time, that goes on while this process is stopped. */
    public long nowMs() {
        return loop.nanoTime() / 1_000_000;
    }

    private LeaseKeeper keeper() {
        LeaseKeeper made = keeper;
        if (made == null) {
            throw new IllegalStateException("not started");
        }
        return made;
    }

    private void tick() {
        if (isStopped) {
            return;
        }
        loop.schedule(TICK_MS, this::tick);
        look();
        keep(keeper().onTick(nowMs()));
        Manager managing = managing();
        if (managing != null) {
            carryOut(managing.onTick(nowMs()));
        }
    }

    // ---- the lease

    /** The election may have changed whether this peer should manage. */
    public void look() {
        if (!isStopped && keeper != null) {
            boolean wanted = isWanted.getAsBoolean();
            if (wanted) {
                keeper.yieldFor(Math.min(YIELD_MAX_MS, YIELD_STEP_MS * goFirst.getAsInt()));
            }
            want(wanted);
        }
    }

    private void want(boolean wanted) {
        if (keeper != null && wanted != wasWanted) {
            wasWanted = wanted;
            keep(keeper().onWanted(wanted, nowMs()));
        }
    }

    public void onFeigned() {
        wasWanted = false;
        keep(keeper().onFeigned(nowMs()));
    }

    public void onGcd(boolean isConnected) {
        keep(keeper().onGcd(isConnected, nowMs()));
    }

    public void onManages(LeaseMessage.Manages manages) {
        keep(keeper().onManages(manages, nowMs()));
    }

    private void keep(List<LeaseKeeper.Effect> todo) {
        for (LeaseKeeper.Effect each : todo) {
            if (each instanceof LeaseKeeper.Effect.Ask ask) {
                gcd.ask(ask.question(), ask.timeoutMs(), answer -> {
                    if (!isStopped) {
                        keep(keeper().onAnswer(ask.token(), answer, nowMs()));
                    }
                });
            } else if (each instanceof LeaseKeeper.Effect.Begin begin) {
                begin(begin);
            } else if (each instanceof LeaseKeeper.Effect.End end) {
                end(end.epoch(), end.reason());
            }
        }
        Optional<Member> now = keeper().manager();
        if (!now.equals(told)) {
            told = now;
            watch.onManager(now);
        }
    }

    /** A big catalog takes its time to read, and the loop has none to spare. */
    private void begin(LeaseKeeper.Effect.Begin begin) {
        begunEpoch = begin.epoch();
        loop.background("catalog", () -> read(begin));
    }

    private void read(LeaseKeeper.Effect.Begin begin) {
        try {
            Catalog catalog = CatalogCodec.readSnapshot(new ByteArrayInputStream(begin.snapshot()));
            loop.post(() -> manage(begin.epoch(), catalog));
        } catch (IOException | CodecException e) {
            loop.post(() -> failToRead(begin.epoch(), String.valueOf(e.getMessage())));
        } catch (RuntimeException | OutOfMemoryError e) {
            // Whoever kept the lease now would keep everybody else from managing.
            loop.post(() -> failToRead(begin.epoch(), e.toString()));
        }
    }

    private void failToRead(long epoch, String reason) {
        if (epoch == begunEpoch) {
            stepDown("the GCD's catalog cannot be read: " + reason);
        }
    }

    /** Reading a catalog takes its time, and the lease may have ended and come back meanwhile. */
    public boolean isPresent(long epoch) {
        return epoch == begunEpoch;
    }

    private void manage(long epoch, Catalog catalog) {
        if (!isPresent(epoch) || !keeper().isManaging(nowMs())) {
            return;
        }
        Manager made = new Manager(epoch, catalog, options, random.split(), nowMs());
        manager = made;
        events.report(EventKind.MANAGING, Fact.of("epoch", epoch));
        // Those who saw the lease before the manager was ready asked in vain.
        watch.onManager(told);
        carryOut(made.onTick(nowMs()));
    }

    private void end(long epoch, String reason) {
        begunEpoch = 0;
        if (manager != null) {
            events.report(EventKind.MANAGING_ENDED, Fact.of("epoch", epoch), Fact.of("reason", reason));
        }
        manager = null;
        effects.clear();
        List<Reply> open = List.copyOf(replies.values());
        replies.clear();
        open.forEach(reply -> reply.send(new VolumeMessage.Elsewhere(Optional.empty())));
    }

    private void stepDown(String reason) {
        events.report(EventKind.BAD_INPUT, Fact.of("peer", "gcd"), Fact.of("reason", reason));
        keep(keeper().onFailed(reason, nowMs()));
    }

    /** The manager if this peer may act as such at this moment. */
    private @Nullable Manager managing() {
        return keeper != null && keeper.isManaging(nowMs()) ? manager : null;
    }

    /** The epoch in which this peer manages at this moment. */
    public OptionalLong epoch() {
        Manager acting = managing();
        return acting == null ? OptionalLong.empty() : OptionalLong.of(acting.epoch());
    }

    /** Who manages, as far as is known. */
    public Optional<Member> manager() {
        return told;
    }

    // ---- input

    public void onRequest(Connection connection, long requestId, VolumeMessage message) {
        if (!open.begin(connection)) {
            connection.send(encode(requestId, new Message.Refusal(OpenQuestions.TOO_MANY)));
            return;
        }
        onRequest(message, answer -> {
            open.end(connection);
            connection.send(encode(requestId, answer));
        });
    }

    /** What no frame holds is the asker's trouble, and not the end of the manager. */
    private ByteBuffer encode(long requestId, Message answer) {
        try {
            return loop.nativeCodec().encode(FrameKind.ANSWER, requestId, answer);
        } catch (RuntimeException e) {
            Message refusal = new Message.Refusal("the answer, " + answer.word() + ", is too long for a frame");
            return loop.nativeCodec().encode(FrameKind.ANSWER, requestId, refusal);
        }
    }

    public void onHello(Connection connection, long requestId, DiskMessage.DiskHello hello) {
        onHello(hello, answer -> connection.send(loop.nativeCodec().encode(FrameKind.ANSWER, requestId, answer)));
    }

    /** @param then told the answer once */
    public void onRequest(VolumeMessage message, Consumer<Message> then) {
        Manager managing = managing();
        if (managing == null) {
            then.accept(elsewhere());
            return;
        }
        VolumeMessage dated = message instanceof VolumeMessage.Commit commit ? commit.at(loop.wallMs()) : message;
        carryOut(managing.onRequest(remember(then::accept), dated, nowMs()));
    }

    /** Nobody waits for an answer. */
    public void onTold(VolumeMessage message) {
        Manager managing = managing();
        if (managing != null) {
            carryOut(managing.onRequest(NOBODY, message, nowMs()));
        }
    }

    /** @param then told the answer once */
    public void onHello(DiskMessage.DiskHello hello, Consumer<Message> then) {
        Manager managing = managing();
        if (managing == null) {
            then.accept(elsewhere());
            return;
        }
        carryOut(managing.onDiskHello(remember(then::accept), hello, nowMs()));
    }

    /** @param then told the answer once */
    public void onAway(DiskMessage.DiskAway away, Consumer<Message> then) {
        Manager managing = managing();
        if (managing == null) {
            then.accept(elsewhere());
            return;
        }
        carryOut(managing.onDiskAway(remember(then::accept), away, nowMs()));
    }

    private VolumeMessage.Elsewhere elsewhere() {
        // A manager that is not ready yet is nowhere.
        return new VolumeMessage.Elsewhere(keeper().isManaging(nowMs()) ? Optional.empty() : told);
    }

    private long remember(Reply reply) {
        long request = ++lastRequest;
        replies.put(request, reply);
        return request;
    }

    public void onPeerGone(Identity peer) {
        Manager managing = managing();
        if (managing != null) {
            carryOut(managing.onPeerGone(peer, nowMs()));
        }
    }

    // ---- effects

    private void carryOut(List<ManagerEffect> todo) {
        effects.addAll(todo);
        if (isCarryingOut) {
            return;
        }
        isCarryingOut = true;
        ManagerEffect next;
        while ((next = effects.poll()) != null) {
            carryOut(next);
        }
        isCarryingOut = false;
    }

    private void carryOut(ManagerEffect effect) {
        Manager acting = manager;
        if (acting == null) {
            return;
        }
        if (effect instanceof ManagerEffect.Answer answer) {
            Reply reply = replies.remove(answer.request());
            if (reply != null) {
                reply.send(answer.message());
            }
        } else if (effect instanceof ManagerEffect.Propose propose) {
            byte[] batch = CatalogCodec.encodeRequests(propose.requests());
            gcd.ask(
                    new LeaseMessage.Propose(acting.epoch(), batch),
                    PROPOSE_MS,
                    answer -> onProposed(acting, propose.token(), answer));
        } else if (effect instanceof ManagerEffect.Order order) {
            disks.order(order.host(), order.order(), order.timeoutMs(), answer -> {
                if (isStillActing(acting)) {
                    carryOut(acting.onDiskAnswer(order.token(), answer, nowMs()));
                }
            });
        } else if (effect instanceof ManagerEffect.Report report) {
            events.report(report.kind(), report.facts());
        } else if (effect instanceof ManagerEffect.StepDown down) {
            stepDown(down.reason());
        }
    }

    /** An answer may be the first thing that a process hears after it slept through its lease. */
    private boolean isStillActing(Manager acting) {
        keep(keeper().onTick(nowMs()));
        return manager == acting;
    }

    private void onProposed(Manager acting, long token, @Nullable Message answer) {
        if (!isStillActing(acting)) {
            return;
        }
        if (answer instanceof LeaseMessage.Applied applied) {
            List<Outcome.Result> results;
            try {
                results = CatalogCodec.decodeResults(applied.outcomes());
            } catch (CodecException e) {
                stepDown("the GCD's answer cannot be read: " + e.getMessage());
                return;
            }
            carryOut(acting.onApplied(token, results, nowMs()));
        } else {
            // Whether the log has it nobody knows here: only a fresh snapshot of the catalog does.
            keep(keeper().onFailed("the outcome of a change is not known", nowMs()));
        }
    }
}
