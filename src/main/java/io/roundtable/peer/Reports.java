package io.roundtable.peer;

import io.roundtable.event.Event;
import io.roundtable.event.EventKind;
import io.roundtable.event.EventLog;
import io.roundtable.event.EventSink;
import io.roundtable.event.Fact;
import io.roundtable.event.FaultLog;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.Identity;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** What one peer reports: stamped, with others' faults counted, to the log and to whoever watches. */
final class Reports implements EventLog {
    private final Identity self;
    private final EventSink sink;
    private final Consumer<Event> watchers;
    private final EventLoop loop;
    private final FaultLog faults;
    private long leaderSinceMs;

    Reports(EventLoop loop, Identity self, EventSink sink, Consumer<Event> watchers) {
        this.loop = loop;
        this.self = self;
        this.sink = sink;
        this.watchers = watchers;
        this.faults = new FaultLog(this::stamp, this::tickLater);
    }

    private void tickLater() {
        loop.schedule(FaultLog.PERIOD_MS, this::tick);
    }

    private void tick() {
        faults.tick();
    }

    @Override
    public void report(EventKind kind, List<Fact> facts) {
        faults.report(kind, facts);
    }

    private void stamp(EventKind kind, List<Fact> facts) {
        Instant now = loop.now();
        if (kind == EventKind.LEADER_CHANGED) {
            leaderSinceMs = now.toEpochMilli();
        }
        long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
        Event event = new Event(micros, self, kind, facts);
        sink.accept(event);
        watchers.accept(event);
    }

    /** Since when the leader is this one, ms since 1970. */
    long leaderSinceMs() {
        return leaderSinceMs;
    }
}
