package io.roundtable.role.manager;

import io.roundtable.manager.Manager;
import io.roundtable.manager.ManagerEffect;
import io.roundtable.net.EventLoop;
import io.roundtable.net.Lane;
import io.roundtable.protocol.Identity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The manager of one epoch, on a thread of its own: what it is told waits in a bounded queue, and what it decides goes back
 * to the loop, in order. So whatever a manager of millions of files does, elections and the lease go on meanwhile.
 *
 * <p>Whether the lease still holds is asked when a decision is carried out: what a manager decided whose lease has ended
 * since is nobody's. All methods are for the loop's thread.
 */
final class ManagerMailbox {
    /** Beyond so many requests that wait, new work is refused; what belongs to work that is under way is taken. */
    static final int REQUESTS_MAX = 1_024;
    /** All that may wait: a manager that is so far behind does not manage. */
    static final int WAITING_MAX = 65_536;
    /** So does one that hangs, though the loop would keep its lease for ever. */
    private static final int HUNG_MS = 60_000;

    /** What the manager is told. */
    interface Input {
        List<ManagerEffect> tell(Manager manager, long nowMs);
    }

    /** Makes the manager, which may take its time. */
    interface Making {
        Manager make() throws Exception;
    }

    /** Who carries out what the manager decides, on the loop's thread. */
    interface Owner {
        void decided(List<ManagerEffect> effects);

        /** More waits than may, or for longer. */
        void overrun();
    }

    private final EventLoop loop;
    private final LongSupplier nowMs;
    private final Owner owner;
    private final int hungMs;
    private final Lane lane;
    /** Peers of whose end the manager has not heard yet: what it orders them it would not have. */
    private final Map<Identity, Integer> gone = new HashMap<>();

    private int requests;
    private boolean isTicking;
    private long tickedMs;
    private boolean isClosed;
    /** Of the lane's thread. */
    private @Nullable Manager manager;

    /** @param nowMs time that goes on while the process is stopped; from any thread */
    ManagerMailbox(EventLoop loop, LongSupplier nowMs, Owner owner) {
        this(loop, nowMs, owner, HUNG_MS);
    }

    /** @param hungMs how long what it is told may wait */
    ManagerMailbox(EventLoop loop, LongSupplier nowMs, Owner owner, int hungMs) {
        this.hungMs = hungMs;
        this.loop = loop;
        this.nowMs = nowMs;
        this.owner = owner;
        this.lane = loop.lane("manager", 1, WAITING_MAX);
    }

    /**
     * Makes the manager, before anything is told.
     *
     * @param then run when it is made
     * @param failed told why it is not
     */
    void begin(Making making, Runnable then, Consumer<Throwable> failed) {
        lane.execute(() -> {
            try {
                manager = making.make();
                loop.post(then);
            } catch (Exception | Error e) {
                // Whoever kept the lease now would keep everybody else from managing.
                loop.post(() -> failed.accept(e));
            }
        });
    }

    /** No more is told, and nothing of what it decides is heard. */
    void close() {
        isClosed = true;
        lane.closeNow();
    }

    // ---- input

    void tell(Input input) {
        tell(input, () -> {});
    }

    /** A request; see {@link #isBusy}. */
    void ask(Input input) {
        requests++;
        tell(input, () -> requests--);
    }

    /** Whether so many requests wait that new work is to be refused. */
    boolean isBusy() {
        return requests >= REQUESTS_MAX;
    }

    /** Time has gone on; one that the manager has not heard of is enough. */
    void tick() {
        if (!isTicking) {
            isTicking = true;
            // On the loop's clock: a process that was stopped does not take that for its manager's slowness.
            tickedMs = loop.nowMs();
            tell(Manager::onTick, () -> isTicking = false);
        } else if (!isClosed && loop.nowMs() - tickedMs > hungMs) {
            owner.overrun();
        }
    }

    void onPeerGone(Identity peer) {
        gone.merge(peer, 1, Integer::sum);
        tell(
                (managing, now) -> managing.onPeerGone(peer, now),
                () -> gone.computeIfPresent(peer, (p, count) -> count == 1 ? null : count - 1));
    }

    /** Whether a connection to this peer broke of which the manager is yet to hear. */
    boolean isGone(Identity peer) {
        return gone.containsKey(peer);
    }

    /** @param heard run before what the manager decided is carried out */
    private void tell(Input input, Runnable heard) {
        if (!isClosed && !lane.execute(() -> run(input, heard))) {
            owner.overrun();
        }
    }

    private void run(Input input, Runnable heard) {
        try {
            List<ManagerEffect> effects = input.tell(Objects.requireNonNull(manager), nowMs.getAsLong());
            loop.post(() -> {
                heard.run();
                if (!isClosed) {
                    owner.decided(effects);
                }
            });
        } catch (RuntimeException | Error bug) {
            // As every bug of ours: on the loop it ends the process, and says why.
            loop.post(() -> {
                throw new IllegalStateException("the manager failed", bug);
            });
        }
    }
}
