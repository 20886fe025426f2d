package io.roundtable.simulation.storage;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.CatalogCodec;
import io.roundtable.catalog.Change;
import io.roundtable.catalog.Entry;
import io.roundtable.catalog.SnapshotBytes;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.manager.LeaseKeeper;
import io.roundtable.manager.Manager;
import io.roundtable.manager.ManagerEffect;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.LeaseMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.protocol.VolumeMessage.Explanation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One process's seat of the manager: the real {@link LeaseKeeper} and {@link Manager}, and what carries out their effects,
 * as {@code peer} does it.
 */
final class ManagerChair {
    static final int TICK_MS = 50;
    private static final long PROPOSE_MS = 2_000;
    private static final long ORDER_MS_MAX = 4_000;

    private final StoragePeer peer;
    private final Ledger ledger;
    private final StorageWorld world;
    private final ManagerBugs bugs;
    private final LeaseKeeper keeper;
    private final Map<Long, Consumer<Object>> replies = new TreeMap<>();
    private final Deque<ManagerEffect> effects = new ArrayDeque<>();
    private Optional<Member> told = Optional.empty();
    private @Nullable Manager manager;
    private @Nullable Catalog copy;
    private Sightings sightings = new Sightings();
    private @Nullable Catalog lastCopy;
    private boolean isCarryingOut;
    private boolean wasWanted;
    private boolean isConnecting;
    private boolean isConnected;
    private long connectedAtMicros;
    private int proposalsUnderWay;
    private long begunEpoch;
    private long newest;
    private long lastRequest;

    ManagerChair(StoragePeer peer, Ledger ledger) {
        this.peer = peer;
        this.ledger = ledger;
        this.world = peer.world;
        this.bugs = new ManagerBugs(world, ledger);
        this.keeper = new LeaseKeeper(peer.member);
    }

    void start() {
        connect();
    }

    long nowMs() {
        return world.has(StorageBug.LEASE_BY_WALL_CLOCK) ? peer.wallMs() : peer.nowMs();
    }

    Optional<Member> known() {
        return told;
    }

    /** Whether it may act at this moment, as far as it knows. */
    boolean isManaging() {
        return manager != null && keeper.isManaging(nowMs());
    }

    /** Its copy of the catalog if nothing is on the way to the log; null otherwise. */
    @Nullable
    Catalog restingCopy() {
        return isManaging() && proposalsUnderWay == 0 ? copy : null;
    }

    /** The volume as this manager knows it. */
    @Nullable
    VolumeEntry volume() {
        return copy == null ? null : copy.volume(Ledger.VOLUME);
    }

    /** What this manager would say of the volume's safety now. */
    @Nullable
    Explanation explanation() {
        Explanation told = manager == null ? null : manager.explain(Ledger.VOLUME, nowMs());
        return told == null ? null : bugs.explained(told, copy);
    }

    Sightings sightings() {
        return sightings;
    }

    /** As long as so many milliseconds of this process's clock, in real time. */
    long micros(long ms) {
        return peer.micros(ms);
    }

    long epoch() {
        return manager == null ? 0 : manager.epoch();
    }

    // ---- the connection to the log

    private void connect() {
        if (isConnecting || isConnected) {
            return;
        }
        isConnecting = true;
        long askedAtMicros = world.nowMicros();
        askLog(new SimulatedLog.Connect(peer.member), 1_000, answer -> {
            isConnecting = false;
            if (answer instanceof LeaseMessage.Manages manages) {
                isConnected = true;
                connectedAtMicros = askedAtMicros;
                keep(keeper.onGcd(true, nowMs()));
                onManages(manages);
            } else {
                peer.after(world.random.nextInt(10, 200), this::connect);
            }
        });
    }

    private void askLog(Object question, long timeoutMs, Consumer<@Nullable Object> then) {
        ledger.net().ask(peer, ledger.log(), StorageNet.KEPT, question, timeoutMs, answer -> {
            if (answer == SimulatedLog.NOT_SEATED && isConnected) {
                onLost(ledger.log(), world.nowMicros());
            }
            then.accept(answer);
        });
    }

    void onLost(Process other, long lostAtMicros) {
        if (other == ledger.log()) {
            if (connectedAtMicros > lostAtMicros) {
                return;
            }
            isConnected = false;
            keep(keeper.onGcd(false, nowMs()));
            peer.after(world.random.nextInt(5, 100), this::connect);
        } else if (other instanceof StoragePeer lost) {
            Manager managing = managing();
            if (managing != null) {
                carryOut(managing.onPeerGone(lost.member.identity(), nowMs()));
            }
        }
    }

    // ---- the lease

    void tick() {
        want(peer.isWanted());
        keep(keeper.onTick(nowMs()));
        Manager managing = managing();
        if (managing != null) {
            carryOut(managing.onTick(nowMs()));
        }
    }

    private void want(boolean wanted) {
        if (wanted != wasWanted) {
            wasWanted = wanted;
            keep(keeper.onWanted(wanted, nowMs()));
        }
    }

    void onManages(LeaseMessage.Manages manages) {
        // In reality the log says this on one connection with its answers, so that nothing older comes later.
        long newness = 2 * manages.epoch() + (manages.manager().isEmpty() ? 1 : 0);
        if (newness < newest) {
            return;
        }
        newest = newness;
        keep(keeper.onManages(manages, nowMs()));
    }

    private void keep(List<LeaseKeeper.Effect> todo) {
        for (LeaseKeeper.Effect each : todo) {
            if (each instanceof LeaseKeeper.Effect.Ask ask) {
                askLog(
                        ask.question(),
                        ask.timeoutMs(),
                        answer -> keep(keeper.onAnswer(
                                ask.token(), answer instanceof Message message ? message : null, nowMs())));
            } else if (each instanceof LeaseKeeper.Effect.Begin begin) {
                begin(begin);
            } else if (each instanceof LeaseKeeper.Effect.End end) {
                end(end.reason());
            }
        }
        if (!keeper.manager().equals(told)) {
            told = keeper.manager();
            peer.sayHello();
        }
    }

    /** A big catalog takes its time to read. */
    private void begin(LeaseKeeper.Effect.Begin begin) {
        begunEpoch = begin.epoch();
        peer.after(world.random.nextInt(20), () -> {
            if (begunEpoch == begin.epoch() && keeper.isManaging(nowMs())) {
                manage(begin);
            }
        });
    }

    private void manage(LeaseKeeper.Effect.Begin begin) {
        Catalog read = SimulatedLog.read(new SnapshotBytes(begin.snapshot()));
        if (lastCopy != null && world.has(StorageBug.STALE_CATALOG_AFTER_TAKEOVER)) {
            read = lastCopy;
        }
        copy = read;
        lastCopy = read;
        sightings = new Sightings();
        proposalsUnderWay = 0;
        Manager made = new Manager(begin.epoch(), read, world.options, world.random.split(), nowMs());
        manager = made;
        world.tally.managers++;
        if (world.isTold()) {
            peer.say("manages in epoch " + begin.epoch());
        }
        peer.sayHello();
        carryOut(made.onTick(nowMs()));
    }

    private void end(String reason) {
        if (world.isTold()) {
            peer.say("manages no more: " + reason);
        }
        begunEpoch = 0;
        manager = null;
        copy = null;
        effects.clear();
        List<Consumer<Object>> open = List.copyOf(replies.values());
        replies.clear();
        open.forEach(reply -> reply.accept(new VolumeMessage.Elsewhere(Optional.empty())));
    }

    /** The manager if it may act at this moment. */
    private @Nullable Manager managing() {
        if (manager != null && !world.has(StorageBug.LEASE_NOT_CHECKED_AFTER_SLEEP)) {
            // It ends the manager whose lease has run out while we slept.
            keep(keeper.onTick(nowMs()));
        }
        return manager;
    }

    // ---- questions

    void onRequest(VolumeMessage message, Consumer<Object> reply) {
        Manager managing = managing();
        if (managing == null) {
            reply.accept(elsewhere());
            return;
        }
        long request = remember(bugs.heard(message, reply, this::act));
        carryOut(managing.onRequest(request, bugs.changed(message, copy), nowMs()));
    }

    /** A request that nobody made but a bug. */
    private void act(VolumeMessage message) {
        Manager managing = managing();
        if (managing != null) {
            carryOut(managing.onRequest(remember(answer -> {}), message, nowMs()));
        }
    }

    void onAway(DiskMessage.DiskAway away, Consumer<Object> reply) {
        Manager managing = managing();
        if (managing == null) {
            reply.accept(elsewhere());
        } else {
            carryOut(managing.onDiskAway(remember(reply), away, nowMs()));
        }
    }

    void onHello(DiskMessage.DiskHello hello, Consumer<Object> reply) {
        Manager managing = managing();
        if (managing == null) {
            reply.accept(elsewhere());
        } else {
            carryOut(managing.onDiskHello(remember(reply), hello, nowMs()));
        }
    }

    private VolumeMessage.Elsewhere elsewhere() {
        return new VolumeMessage.Elsewhere(keeper.isManaging(nowMs()) ? Optional.empty() : told);
    }

    private long remember(Consumer<Object> reply) {
        replies.put(++lastRequest, reply);
        return lastRequest;
    }

    // ---- effects

    private void carryOut(List<ManagerEffect> todo) {
        world.stir();
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
            ledger.onAct(peer, acting.epoch(), answer.message());
            Consumer<Object> reply = replies.remove(answer.request());
            if (reply != null) {
                reply.accept(answer.message());
            }
        } else if (effect instanceof ManagerEffect.Propose propose) {
            proposalsUnderWay++;
            for (Entry.Request request : propose.requests()) {
                if (request.change() instanceof Change.ReplaceDisk replace) {
                    ledger.looks().onReplacing(replace, acting.epoch());
                }
            }
            byte[] batch = CatalogCodec.encodeRequests(propose.requests());
            askLog(
                    new LeaseMessage.Propose(acting.epoch(), batch),
                    PROPOSE_MS,
                    answer -> onProposed(acting, propose.token(), answer));
        } else if (effect instanceof ManagerEffect.Order order) {
            ledger.onAct(peer, acting.epoch(), order.order());
            order(acting, order);
        } else if (effect instanceof ManagerEffect.StepDown down) {
            ledger.onStepDown(peer, down.reason());
            keep(keeper.onFailed(down.reason(), nowMs()));
        }
    }

    private void order(Manager acting, ManagerEffect.Order order) {
        long orderedMicros = world.nowMicros();
        Consumer<@Nullable Object> then = answer -> {
            if (manager == acting && managing() != null) {
                if (order.order() instanceof DiskMessage.CheckShares check
                        && answer instanceof DiskMessage.Checked
                        && acting.awaits(order.token())) {
                    sightings.checked(check, orderedMicros);
                    world.change();
                }
                Message message = answer instanceof Message told ? told : null;
                carryOut(acting.onDiskAnswer(order.token(), message, nowMs()));
            }
        };
        Process host = ledger.peer(order.host());
        Object instead = bugs.insteadOfOrder(order.order(), copy);
        if (instead != null) {
            peer.after(1, () -> then.accept(instead));
        } else if (!bugs.isLost(order.order())) {
            long timeoutMs = Math.min(order.timeoutMs(), ORDER_MS_MAX);
            ledger.net().ask(peer, host, StorageNet.KEPT, order.order(), timeoutMs, answer -> {
                note(acting, order.order(), answer);
                bugs.alsoOrder(order.order(), answer, copy)
                        .forEach(also ->
                                ledger.net().ask(peer, host, StorageNet.KEPT, also, ORDER_MS_MAX, ignored -> {}));
                then.accept(answer);
            });
        }
    }

    /** The end of a walk through a disk; single shares are asked for one by one. */
    private void note(Manager acting, DiskMessage order, @Nullable Object answer) {
        if (order instanceof DiskMessage.ListShares list
                && list.limit() > 1
                && answer instanceof DiskMessage.Shares page
                && !page.more()) {
            ledger.looks().onShown(list.disk(), acting.epoch());
        }
    }

    private void onProposed(Manager acting, long token, @Nullable Object answer) {
        if (manager != acting || managing() == null) {
            // Too late to act upon it, and whoever asked is told to ask another.
            return;
        }
        proposalsUnderWay--;
        world.change();
        if (answer instanceof LeaseMessage.Applied applied) {
            carryOut(acting.onApplied(token, CatalogCodec.decodeResults(applied.outcomes()), nowMs()));
        } else {
            // Whether the log has it nobody knows here: only a fresh snapshot of the catalog does.
            keep(keeper.onFailed("the outcome of a change is not known", nowMs()));
        }
    }
}
