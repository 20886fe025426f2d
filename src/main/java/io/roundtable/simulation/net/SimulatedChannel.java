package io.roundtable.simulation.net;

import io.roundtable.net.Transport;
import org.jspecify.annotations.Nullable;

/** What a process waits for, level-triggered as a selector is. */
abstract class SimulatedChannel {
    final SimulatedProcess process;
    private Transport.@Nullable Ready ready;
    /** Whether the process will look at it in its next turn. */
    boolean isListed;

    SimulatedChannel(SimulatedProcess process) {
        this.process = process;
    }

    /** Whether there is something to do that was waited for. */
    abstract boolean isReady();

    void attachTo(Transport.Ready told) {
        ready = told;
        look();
    }

    void detachFrom() {
        ready = null;
    }

    /** Something may be ready. */
    final void look() {
        if (ready != null && !isListed && isReady()) {
            isListed = true;
            process.list(this);
        }
    }

    final void tell() {
        if (ready != null && isReady()) {
            ready.onReady();
        }
    }

    final boolean isStillReady() {
        return ready != null && isReady();
    }
}
