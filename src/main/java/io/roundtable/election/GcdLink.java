package io.roundtable.election;

import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.protocol.Message;

/**
 * A peer's membership at the GCD: waits until there is one, joins, joins again when the GCD comes back, and tells a newcomer
 * that was given a time when to give up.
 *
 * <p>Elections never wait for the GCD once the peer has joined.
 */
final class GcdLink {
    private static final int RETRY_MIN_MS = 100;
    private static final int RETRY_MAX_MS = 2_000;
    private static final int REFUSED_RETRY_MS = 5_000;
    /** Between two questions because somebody announced itself whom nobody knows. */
    private static final int ASK_AGAIN_MS = 1_000;
    /** For this long after the GCD came back, a member whose connection ends may have joined it as the only one. */
    private static final int FORGETFUL_MS = 10_000;

    private final Roster roster;
    private final Timing timing;
    private final Effects effects;
    private long firstTryMs = -1;
    private long rejoinedAtMs = Long.MIN_VALUE / 2;
    private int retryMs = RETRY_MIN_MS;
    private boolean joinedOnce;
    private boolean lost;
    private long askedAgainAtMs = Long.MIN_VALUE / 2;
    /** Somebody is at the table of whom nobody has been asked yet. */
    private boolean isAskingDue;

    private boolean isAsking;

    GcdLink(Roster roster, Timing timing, Effects effects) {
        this.roster = roster;
        this.timing = timing;
        this.effects = effects;
    }

    boolean hasJoined() {
        return joinedOnce;
    }

    /** Whether it was away, and has not answered since. */
    boolean isLost() {
        return lost;
    }

    /**
     * Whether the GCD came back a moment ago: it may have forgotten everyone, and who joined it before we did may know
     * nobody.
     */
    boolean isBackSince(long nowMs) {
        return nowMs - rejoinedAtMs <= FORGETFUL_MS;
    }

    void join(long nowMs) {
        if (firstTryMs < 0) {
            firstTryMs = nowMs;
        }
        isAskingDue = false;
        isAsking = true;
        effects.cancel(PeerTimer.REJOIN);
        effects.add(new Effect.AskGcd(new Message.Join(roster.self()), timing.gcdTimeoutMs()));
    }

    /** Somebody is at the table of whom the GCD may know more; not while it is away, nor too often, then a little later. */
    void askAgain(long nowMs) {
        if (!joinedOnce || lost) {
            return;
        }
        if (nowMs - askedAgainAtMs >= ASK_AGAIN_MS) {
            askedAgainAtMs = nowMs;
            join(nowMs);
        } else {
            isAskingDue = true;
            effects.setTimer(PeerTimer.REJOIN, askedAgainAtMs + ASK_AGAIN_MS - nowMs);
        }
    }

    /** Whether an answer is still to come. */
    boolean isAsking() {
        return isAsking;
    }

    /** Back from a feigned failure: that time does not count against the GCD. */
    void joinAgain(long nowMs) {
        firstTryMs = nowMs;
        join(nowMs);
    }

    /** @param keepsConnection whether the GCD is a native one, whose end we will notice */
    void joined(boolean keepsConnection, int members, long nowMs) {
        isAsking = false;
        if (joinedOnce && lost) {
            rejoinedAtMs = nowMs;
        }
        if (!joinedOnce || lost) {
            effects.report(EventKind.JOINED, Fact.of("members", members));
        }
        joinedOnce = true;
        lost = false;
        retryMs = RETRY_MIN_MS;
        if (isAskingDue) {
            effects.setTimer(PeerTimer.REJOIN, Math.max(0, askedAgainAtMs + ASK_AGAIN_MS - nowMs));
        } else if (!keepsConnection) {
            effects.setTimer(PeerTimer.REJOIN, timing.labRejoinMs());
        }
    }

    void lost(String reason, long nowMs) {
        isAsking = false;
        boolean isPatient = timing.gcdPatienceMs() == Timing.FOREVER;
        if (!joinedOnce && !isPatient && nowMs - firstTryMs >= timing.gcdPatienceMs()) {
            effects.add(new Effect.GiveUp(reason));
            return;
        }
        if (!lost) {
            lost = true;
            effects.report(joinedOnce ? EventKind.GCD_LOST : EventKind.GCD_AWAITED, Fact.of("reason", reason));
        }
        effects.setTimer(PeerTimer.REJOIN, retryMs);
        retryMs = Math.min(RETRY_MAX_MS, retryMs * 2);
    }

    void refused(String reason) {
        isAsking = false;
        if (!joinedOnce) {
            effects.add(new Effect.GiveUp(reason));
            return;
        }
        effects.report(EventKind.JOIN_REFUSED, Fact.of("reason", reason));
        effects.setTimer(PeerTimer.REJOIN, REFUSED_RETRY_MS);
    }
}
