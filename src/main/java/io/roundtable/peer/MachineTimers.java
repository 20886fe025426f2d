package io.roundtable.peer;

import io.roundtable.election.Effect;
import io.roundtable.election.PeerTimer;
import io.roundtable.net.EventLoop;
import io.roundtable.net.TimerHandle;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** The timers of one machine: of each kind only the last one that was set. */
final class MachineTimers {
    private final EventLoop loop;
    private final BiConsumer<PeerTimer, Long> onTimer;
    private final Map<PeerTimer, TimerHandle> timers = new EnumMap<>(PeerTimer.class);

    /** @param onTimer told the timer and its generation */
    MachineTimers(EventLoop loop, BiConsumer<PeerTimer, Long> onTimer) {
        this.loop = loop;
        this.onTimer = onTimer;
    }

    void set(Effect.SetTimer set) {
        TimerHandle earlier = timers.remove(set.timer());
        if (earlier != null) {
            earlier.cancel();
        }
        timers.put(set.timer(), loop.schedule(set.delayMs(), () -> onTimer.accept(set.timer(), set.generation())));
    }

    void cancelAll() {
        timers.values().forEach(TimerHandle::cancel);
    }
}
