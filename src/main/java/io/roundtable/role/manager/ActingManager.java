package io.roundtable.role.manager;

import io.roundtable.catalog.CatalogCodec;
import io.roundtable.catalog.Outcome;
import io.roundtable.codec.CodecException;
import io.roundtable.manager.Manager;
import io.roundtable.manager.ManagerEffect;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.LeaseMessage;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.role.RoleContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The manager in one epoch: hands it what comes in, and carries out what it decides. Once the epoch is over nothing of it
 * goes on, and whoever waits for an answer is sent elsewhere. For the loop's thread.
 */
final class ActingManager {
    private static final long PROPOSE_MS = 10_000;
    /** The number of a request whose answer nobody waits for. */
    private static final long NOBODY = 0;

    /** The lease under which it acts. */
    interface Lease {
        /** Real time, that goes on while this process is stopped. */
        long nowMs();

        /** An answer may be the first thing that a process hears after it slept through its lease: ends what is over. */
        void look();

        /** It cannot go on. */
        void fail(String reason);

        /** The same, because of what the GCD says. */
        void stepDown(String reason);
    }

    private final RoleContext context;
    private final Manager manager;
    private final Lease lease;
    private final Map<Long, Consumer<Message>> replies = new HashMap<>();
    private final Deque<ManagerEffect> effects = new ArrayDeque<>();
    private boolean isCarryingOut;
    private boolean isOver;
    private long lastRequest = NOBODY;

    ActingManager(RoleContext context, Manager manager, Lease lease) {
        this.context = context;
        this.manager = manager;
        this.lease = lease;
    }

    long epoch() {
        return manager.epoch();
    }

    // ---- input

    void onTick() {
        carryOut(manager.onTick(lease.nowMs()));
    }

    /** @param reply told the answer once */
    void onRequest(VolumeMessage message, Consumer<Message> reply) {
        VolumeMessage dated = message instanceof VolumeMessage.Commit commit
                ? commit.at(context.loop().wallMs())
                : message;
        carryOut(manager.onRequest(remember(reply), dated, lease.nowMs()));
    }

    /** Nobody waits for an answer. */
    void onTold(VolumeMessage message) {
        carryOut(manager.onRequest(NOBODY, message, lease.nowMs()));
    }

    /** @param reply told the answer once */
    void onHello(DiskMessage.DiskHello hello, Consumer<Message> reply) {
        carryOut(manager.onDiskHello(remember(reply), hello, lease.nowMs()));
    }

    /** @param reply told the answer once */
    void onAway(DiskMessage.DiskAway away, Consumer<Message> reply) {
        carryOut(manager.onDiskAway(remember(reply), away, lease.nowMs()));
    }

    void onPeerGone(Identity peer) {
        carryOut(manager.onPeerGone(peer, lease.nowMs()));
    }

    private long remember(Consumer<Message> reply) {
        replies.put(++lastRequest, reply);
        return lastRequest;
    }

    /** Its epoch is over. */
    void end() {
        isOver = true;
        effects.clear();
        List<Consumer<Message>> open = List.copyOf(replies.values());
        replies.clear();
        open.forEach(reply -> reply.accept(new VolumeMessage.Elsewhere(Optional.empty())));
    }

    // ---- effects

    /** Carrying out one effect may bring new ones: they wait for their turn. */
    private void carryOut(List<ManagerEffect> todo) {
        effects.addAll(todo);
        if (isCarryingOut) {
            return;
        }
        isCarryingOut = true;
        ManagerEffect next;
        while (!isOver && (next = effects.poll()) != null) {
            carryOut(next);
        }
        isCarryingOut = false;
    }

    private void carryOut(ManagerEffect effect) {
        if (effect instanceof ManagerEffect.Answer answer) {
            Consumer<Message> reply = replies.remove(answer.request());
            if (reply != null) {
                reply.accept(answer.message());
            }
        } else if (effect instanceof ManagerEffect.Propose propose) {
            byte[] batch = CatalogCodec.encodeRequests(propose.requests());
            context.gcd()
                    .ask(
                            new LeaseMessage.Propose(manager.epoch(), batch),
                            PROPOSE_MS,
                            answer -> onProposed(propose.token(), answer));
        } else if (effect instanceof ManagerEffect.Order order) {
            context.peers().request(order.host(), order.order(), order.timeoutMs(), answer -> {
                if (goesOn()) {
                    carryOut(manager.onDiskAnswer(order.token(), answer, lease.nowMs()));
                }
            });
        } else if (effect instanceof ManagerEffect.Report report) {
            context.events().report(report.kind(), report.facts());
        } else if (effect instanceof ManagerEffect.StepDown down) {
            lease.stepDown(down.reason());
        }
    }

    private boolean goesOn() {
        lease.look();
        return !isOver;
    }

    private void onProposed(long token, @Nullable Message answer) {
        if (!goesOn()) {
            return;
        }
        if (answer instanceof LeaseMessage.Applied applied) {
            List<Outcome.Result> results;
            try {
                results = CatalogCodec.decodeResults(applied.outcomes());
            } catch (CodecException e) {
                lease.stepDown("the GCD's answer cannot be read: " + e.getMessage());
                return;
            }
            carryOut(manager.onApplied(token, results, lease.nowMs()));
        } else {
            // Whether the log has it nobody knows here: only a fresh snapshot of the catalog does.
            lease.fail("the outcome of a change is not known");
        }
    }
}
