package io.roundtable.role.manager;

import io.roundtable.catalog.CatalogCodec;
import io.roundtable.catalog.Outcome;
import io.roundtable.codec.CodecException;
import io.roundtable.manager.ManagerEffect;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.LeaseMessage;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.RefusalCode;
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
 * The manager in one epoch: hands it what comes in, by its {@link ManagerMailbox}, and carries out what it decides. Whether
 * the lease still holds is asked when that is carried out: once the epoch is over nothing of it goes on, and whoever waits
 * for an answer is sent elsewhere. For the loop's thread.
 */
final class ActingManager implements ManagerMailbox.Owner {
    static final String BUSY =
            "busy: more than " + ManagerMailbox.REQUESTS_MAX + " requests wait for the manager; ask again";

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
    private final long epoch;
    private final ManagerMailbox mailbox;
    private final Lease lease;
    private final Map<Long, Consumer<Message>> replies = new HashMap<>();
    private final Deque<ManagerEffect> effects = new ArrayDeque<>();
    private boolean isCarryingOut;
    private boolean isOver;
    private long lastRequest = NOBODY;

    ActingManager(RoleContext context, long epoch, Lease lease) {
        this.context = context;
        this.epoch = epoch;
        this.lease = lease;
        this.mailbox = new ManagerMailbox(context.loop(), lease::nowMs, this);
    }

    long epoch() {
        return epoch;
    }

    /**
     * Makes the manager, which takes its time with a big catalog.
     *
     * @param then run when it is made
     * @param failed told why it is not
     */
    void make(ManagerMailbox.Making making, Runnable then, Consumer<Throwable> failed) {
        mailbox.begin(making, then, failed);
    }

    // ---- input

    void onTick() {
        mailbox.tick();
    }

    /** @param reply told the answer once */
    void onRequest(VolumeMessage message, Consumer<Message> reply) {
        if (mailbox.isBusy() && isNewWork(message)) {
            reply.accept(new Message.Refusal(RefusalCode.BUSY, BUSY));
            return;
        }
        VolumeMessage dated = message instanceof VolumeMessage.Commit commit
                ? commit.at(context.loop().wallMs())
                : message;
        long request = remember(reply);
        mailbox.ask((manager, nowMs) -> manager.onRequest(request, dated, nowMs));
    }

    /** What belongs to work that is under way is taken, however many wait. */
    private static boolean isNewWork(VolumeMessage message) {
        return !(message instanceof VolumeMessage.KeepWrite
                || message instanceof VolumeMessage.Commit
                || message instanceof VolumeMessage.Abort
                || message instanceof VolumeMessage.KeepRead
                || message instanceof VolumeMessage.CloseRead);
    }

    /** Nobody waits for an answer. */
    void onTold(VolumeMessage message) {
        if (!mailbox.isBusy()) {
            mailbox.ask((manager, nowMs) -> manager.onRequest(NOBODY, message, nowMs));
        }
    }

    /** @param reply told the answer once */
    void onHello(DiskMessage.DiskHello hello, Consumer<Message> reply) {
        long request = remember(reply);
        mailbox.tell((manager, nowMs) -> manager.onDiskHello(request, hello, nowMs));
    }

    /** @param reply told the answer once */
    void onAway(DiskMessage.DiskAway away, Consumer<Message> reply) {
        long request = remember(reply);
        mailbox.tell((manager, nowMs) -> manager.onDiskAway(request, away, nowMs));
    }

    void onPeerGone(Identity peer) {
        mailbox.onPeerGone(peer);
    }

    private long remember(Consumer<Message> reply) {
        replies.put(++lastRequest, reply);
        return lastRequest;
    }

    /** Its epoch is over. */
    void end() {
        isOver = true;
        mailbox.close();
        effects.clear();
        List<Consumer<Message>> open = List.copyOf(replies.values());
        replies.clear();
        open.forEach(reply -> reply.accept(new VolumeMessage.Elsewhere(Optional.empty())));
    }

    // ---- effects

    @Override
    public void decided(List<ManagerEffect> todo) {
        if (goesOn()) {
            carryOut(todo);
        }
    }

    @Override
    public void overrun() {
        lease.fail("the manager cannot keep up with what it is told");
    }

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
                            new LeaseMessage.Propose(epoch, batch),
                            PROPOSE_MS,
                            answer -> onProposed(propose.token(), answer));
        } else if (effect instanceof ManagerEffect.Order order) {
            order(order);
        } else if (effect instanceof ManagerEffect.Report report) {
            context.events().report(report.kind(), report.facts());
        } else if (effect instanceof ManagerEffect.StepDown down) {
            lease.stepDown(down.reason());
        }
    }

    private void order(ManagerEffect.Order order) {
        if (mailbox.isGone(order.host().identity())) {
            // The disk that comes next from there is not the one that was meant.
            onAnswer(order, null);
            return;
        }
        context.peers().request(order.host(), order.order(), order.timeoutMs(), answer -> {
            if (goesOn()) {
                onAnswer(order, answer);
            }
        });
    }

    private void onAnswer(ManagerEffect.Order order, @Nullable Message answer) {
        mailbox.tell((manager, nowMs) -> manager.onDiskAnswer(order.token(), answer, nowMs));
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
            mailbox.tell((manager, nowMs) -> manager.onApplied(token, results, nowMs));
        } else {
            // Whether the log has it nobody knows here: only a fresh snapshot of the catalog does.
            lease.fail("the outcome of a change is not known");
        }
    }
}
