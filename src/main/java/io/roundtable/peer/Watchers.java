package io.roundtable.peer;

import io.roundtable.event.Event;
import io.roundtable.event.EventFormat;
import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.net.Connection;
import io.roundtable.protocol.Control;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.NativeCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Those who watch a peer's events. Nobody waits for them: what one does not read in time it misses, and it is told how much
 * when it reads again.
 */
final class Watchers {
    private static final int WATCHERS_MAX = 64;
    /** A watcher for whom more waits does not read. */
    private static final int WAITING_MAX = 128 << 10;
    /** One that has missed events is told of new ones when it has read nearly all. */
    private static final int READ_MAX = 16 << 10;

    private final NativeCodec codec;
    /** How many events each has missed since the last that it was sent. */
    private final Map<Connection, Long> watchers = new LinkedHashMap<>();

    Watchers(NativeCodec codec) {
        this.codec = codec;
    }

    boolean isEmpty() {
        return watchers.isEmpty();
    }

    /** False if there are too many. */
    boolean add(Connection watcher) {
        if (watchers.size() >= WATCHERS_MAX) {
            return false;
        }
        watchers.putIfAbsent(watcher, 0L);
        return true;
    }

    void remove(Connection watcher) {
        watchers.remove(watcher);
    }

    void onEvent(Event event) {
        if (watchers.isEmpty()) {
            return;
        }
        // A connection that cannot be written to is removed while it is told.
        List<Connection> now = new ArrayList<>(watchers.keySet());
        for (Connection watcher : now) {
            tell(watcher, event);
        }
    }

    private void tell(Connection watcher, Event event) {
        Long missed = watchers.get(watcher);
        if (missed == null) {
            return;
        }
        boolean isTold = missed == 0
                ? watcher.sendIfRead(frame(event), WAITING_MAX)
                : watcher.sendIfRead(frame(missing(event, missed)), READ_MAX)
                        && watcher.sendIfRead(frame(event), WAITING_MAX);
        watchers.computeIfPresent(watcher, (w, count) -> isTold ? 0 : count + 1);
    }

    private static Event missing(Event before, long count) {
        return new Event(before.atMicros(), before.self(), EventKind.EVENTS_MISSING, List.of(Fact.of("count", count)));
    }

    private ByteBuffer frame(Event event) {
        Control.Watched watched = new Control.Watched(EventFormat.json(event), EventFormat.human(event));
        return codec.encode(FrameKind.ONE_WAY, 0, watched);
    }
}
