package io.roundtable.peer;

import io.roundtable.protocol.LeaseMessage;
import io.roundtable.protocol.Message;

/**
 * Whether the GCD on a connection is of use: one that hangs answers nothing, and one that is cut off from the other GCDs
 * grants nobody the lease. Pure, without sockets or clock.
 */
final class GcdTrust {
    /** One question may go unanswered: a disk that is busy flushing, or a GCD that is just losing its leader. */
    private static final int SILENCES_MAX = 2;
    /** Longer than any lease lasts, and than GCDs that reach each other take to agree on who leads them. */
    private static final long VACANT_MS = 5_000;

    private int silences;
    private boolean isVacant;
    private long vacantSinceMs;
    private long vacantLastMs;

    /** There is a new connection. */
    void begin() {
        silences = 0;
        isVacant = false;
    }

    /** A question was not answered in time. */
    void onSilence() {
        silences++;
    }

    void onAnswer(Message answer, long nowMs) {
        silences = 0;
        if (answer instanceof LeaseMessage.Held held && held.holder().isEmpty()) {
            // Of what was before a pause in which nothing was claimed, nothing is known.
            boolean goesOn = isVacant && nowMs - vacantLastMs < VACANT_MS;
            vacantSinceMs = goesOn ? vacantSinceMs : nowMs;
            vacantLastMs = nowMs;
            isVacant = true;
        } else if (answer instanceof LeaseMessage) {
            isVacant = false;
        }
    }

    /** Whether another GCD is to be asked, if there is one. */
    boolean isLost() {
        return silences >= SILENCES_MAX || (isVacant && vacantLastMs - vacantSinceMs >= VACANT_MS);
    }
}
