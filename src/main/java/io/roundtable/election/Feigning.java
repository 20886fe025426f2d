package io.roundtable.election;

import io.roundtable.chaos.ChaosSchedule;
import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.protocol.FeignMode;
import io.roundtable.protocol.PeerState;
import org.jspecify.annotations.Nullable;

/** Sentence 8: pretends to fail, by order or by the schedule of {@code --chaos}, and comes back. */
final class Feigning {
    private final Bully bully;
    private final GcdLink gcd;
    private final Effects effects;
    private final @Nullable ChaosSchedule chaos;
    private long chaosDurationMs;
    private FeignMode mode = FeignMode.CLOSE;

    /** @param chaos when to feign failure; null for never */
    Feigning(Bully bully, GcdLink gcd, Effects effects, @Nullable ChaosSchedule chaos) {
        this.bully = bully;
        this.gcd = gcd;
        this.effects = effects;
        this.chaos = chaos;
    }

    private boolean isFeigning() {
        return bully.state() == PeerState.FEIGNING;
    }

    void scheduleChaos() {
        if (chaos != null) {
            ChaosSchedule.Failure next = chaos.next();
            mode = next.mode();
            chaosDurationMs = next.durationMs();
            effects.setTimer(PeerTimer.FEIGN, next.afterMs());
        }
    }

    /** The schedule's time has come. */
    void beginChaos() {
        begin(mode, chaosDurationMs);
    }

    /** @param durationMs 0 until ordered to recover */
    void begin(FeignMode how, long durationMs) {
        if (isFeigning()) {
            effects.cancel(PeerTimer.RECOVER);
            setRecoverTimer(durationMs);
            return;
        }
        effects.report(EventKind.FEIGNING, Fact.of("mode", how), Fact.of("for_ms", durationMs));
        effects.cancelAll(how == FeignMode.CLOSE);
        bully.feign();
        mode = how;
        if (how == FeignMode.CLOSE) {
            effects.add(new Effect.CloseSockets());
        }
        setRecoverTimer(durationMs);
    }

    private void setRecoverTimer(long durationMs) {
        if (durationMs > 0) {
            effects.setTimer(PeerTimer.RECOVER, durationMs);
        }
    }

    void recover(long nowMs) {
        if (!isFeigning()) {
            return;
        }
        effects.cancel(PeerTimer.RECOVER);
        if (mode == FeignMode.CLOSE) {
            effects.add(new Effect.OpenListener());
        } else {
            backAgain(nowMs);
        }
    }

    /** The listener is open. */
    void backAgain(long nowMs) {
        effects.report(EventKind.RECOVERED);
        bully.recover(gcd.hasJoined(), nowMs);
        gcd.joinAgain(nowMs);
        scheduleChaos();
    }
}
