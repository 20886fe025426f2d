package io.roundtable.manager;

import io.roundtable.catalog.Change;
import io.roundtable.catalog.Entry;
import io.roundtable.catalog.Outcome.Done;
import io.roundtable.catalog.Outcome.Result;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Changes on their way to the log. One batch is under way at a time, and what comes meanwhile goes with the next: so many
 * small changes share one flush, and the copy here is changed in the order of the log.
 */
final class Proposals {
    private static final int BATCH_MAX = 256;
    /** Far less than a frame: estimates need not be exact. */
    private static final int BATCH_BYTES_MAX = 512 << 10;
    /** Lost shares of one batch, behind all else: a lost disk loses one for each file at once, and nobody waits for it. */
    private static final int LOSSES_MAX = 64;

    private record Waiting(Entry.Request request, long proposedMs, Consumer<Result> then) {}

    private final Context context;
    private final Consumer<Change> applying;
    private final Applied applied;
    private final Deque<Waiting> queue = new ArrayDeque<>();
    /** Lost shares. What comes behind them may overtake them: a share is lost no less when it is told later. */
    private final Deque<Waiting> losses = new ArrayDeque<>();

    private List<Waiting> underWay = List.of();
    private long token;

    /** Told of each change that was carried out, after the copy here has it. */
    interface Applied {
        /** @param proposedMs when it was proposed */
        void applied(Change change, long proposedMs);
    }

    /**
     * Nothing is under way yet.
     *
     * @param applying told of each change that the log has, before the copy here carries it out or refuses it
     */
    Proposals(Context context, Consumer<Change> applying, Applied applied) {
        this.context = context;
        this.applying = applying;
        this.applied = applied;
    }

    /**
     * Proposes a change, unless its request was carried out before: then its outcome is told at once. The log need not be
     * asked, and could not always answer: the copy here, whose clock stands still, forgets later than the log.
     *
     * @param requestId 0 for none
     * @param then told the outcome, once the copy here has the change; never if the lease is lost before
     */
    void propose(long requestId, Change change, Consumer<Result> then) {
        Result before = context.catalog.outcome(requestId);
        if (before != null) {
            then.accept(before);
            return;
        }
        Deque<Waiting> to = change instanceof Change.LoseShare ? losses : queue;
        to.add(new Waiting(new Entry.Request(requestId, change), context.nowMs(), then));
    }

    void propose(Change change) {
        propose(0, change, result -> {});
    }

    /** Sends the next batch if none is under way; at the end of every input. */
    void flush() {
        if (underWay.isEmpty() && !(queue.isEmpty() && losses.isEmpty())) {
            List<Waiting> batch = new ArrayList<>();
            take(queue, BATCH_MAX, batch);
            take(losses, LOSSES_MAX, batch);
            underWay = List.copyOf(batch);
            context.add(new ManagerEffect.Propose(
                    ++token, underWay.stream().map(Waiting::request).toList()));
        }
    }

    private static void take(Deque<Waiting> from, int max, List<Waiting> to) {
        int bytes = 0;
        for (int count = 0; count < max && !from.isEmpty(); count++) {
            bytes += ChangeSize.of(from.peek().request.change());
            if (count > 0 && bytes > BATCH_BYTES_MAX) {
                return;
            }
            to.add(from.poll());
        }
    }

    void onApplied(long answered, List<Result> results) {
        if (answered != token || underWay.isEmpty()) {
            return;
        }
        List<Waiting> done = underWay;
        underWay = List.of();
        if (results.size() != done.size()) {
            context.add(new ManagerEffect.StepDown("the log told " + results.size() + " outcomes of " + done.size()));
            return;
        }
        for (int i = 0; i < done.size(); i++) {
            Waiting each = done.get(i);
            boolean isRepeated = context.catalog.isRemembered(each.request.requestId());
            applying.accept(each.request.change());
            Result here = context.catalog.applyOnce(each.request);
            if (!here.equals(results.get(i))) {
                context.add(new ManagerEffect.StepDown(
                        "the log says " + results.get(i) + " to " + each.request.change() + ", the copy here " + here));
                return;
            }
            // What is told again has not happened again: its change may name another content by now.
            if (here instanceof Done && !isRepeated) {
                applied.applied(each.request.change(), each.proposedMs);
            }
            each.then.accept(here);
        }
    }
}
