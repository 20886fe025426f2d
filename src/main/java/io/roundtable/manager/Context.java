package io.roundtable.manager;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.Outcome;
import io.roundtable.catalog.Refusals;
import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.protocol.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** What the parts of one manager share for one epoch: the copy of the catalog, the time, and what they want done. */
final class Context {
    final Catalog catalog;
    final long epoch;
    final ManagerOptions options;
    final RandomGenerator random;
    final long leasedAtMs;

    private List<ManagerEffect> out = new ArrayList<>();
    private long nowMs;

    Context(Catalog catalog, long epoch, ManagerOptions options, RandomGenerator random, long nowMs) {
        this.catalog = catalog;
        this.epoch = epoch;
        this.options = options;
        this.random = random;
        this.leasedAtMs = nowMs;
        this.nowMs = nowMs;
    }

    /** Milliseconds since any moment; never goes back. */
    long nowMs() {
        return nowMs;
    }

    void tick(long now) {
        nowMs = Math.max(nowMs, now);
    }

    void add(ManagerEffect effect) {
        out.add(effect);
    }

    void answer(long request, Message message) {
        add(new ManagerEffect.Answer(request, message));
    }

    void refuse(long request, String reason) {
        answer(request, Refusals.refusal(reason));
    }

    /** There is no such volume. */
    void refuseVolume(long request) {
        refuse(request, Refusals.NO_SUCH_VOLUME);
    }

    /** The usual answer to a change: done, or why not. */
    void answer(long request, Outcome.Result result, Message done) {
        if (result instanceof Outcome.Refused refused) {
            answer(request, new Message.Refusal(refused.code(), refused.reason()));
        } else {
            answer(request, done);
        }
    }

    void report(EventKind kind, Fact... facts) {
        add(new ManagerEffect.Report(kind, List.of(facts)));
    }

    /** Somebody did what is its owner's. */
    void reportForced(String what, String owner, String user) {
        report(EventKind.FORCED, Fact.of("what", what), Fact.of("owner", owner), Fact.of("user", user));
    }

    List<ManagerEffect> drain() {
        List<ManagerEffect> drained = out;
        out = new ArrayList<>();
        return drained;
    }
}
