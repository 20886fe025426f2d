package io.roundtable.election;

import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.event.Facts;
import io.roundtable.protocol.Identity;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lab members that announce themselves though a higher one leads: tells in the log, and decides nothing. A leader that somebody else found dead before
 * we did looks the same at first, so it is told once the leader has shown that it lives.
 */
final class Claims {
    private static final int NAMED_MAX = 3;

    /** Nobody is blamed for what it said before the table had settled. */
    private final long settledAfterMs;

    private final Identity self;
    private final Effects effects;
    private @Nullable Identity leader;
    private long leadsSinceMs;
    private List<Fact> waiting = List.of();

    Claims(Identity self, Timing timing, Effects effects) {
        this.self = self;
        this.effects = effects;
        this.settledAfterMs = timing.labVictorTimeoutMs();
    }

    /** Somebody leads from now on. */
    void leads(Identity now, long nowMs) {
        if (!now.equals(leader)) {
            leader = now;
            leadsSinceMs = nowMs;
            waiting = List.of();
        }
    }

    /** We were away until then, and whoever announced itself meanwhile was right. */
    void backSince(long atMs) {
        if (atMs > leadsSinceMs) {
            leadsSinceMs = atMs;
            waiting = List.of();
        }
    }

    /** Nobody does. */
    void nobodyLeads() {
        leader = null;
        waiting = List.of();
    }

    /** @param by whose announcement it is, or may be; highest first */
    void announced(List<Identity> by, long nowMs) {
        Identity leading = leader;
        if (leading == null || nowMs - leadsSinceMs < settledAfterMs) {
            return;
        }
        boolean hasHigher = by.stream().anyMatch(each -> each.isHigherThan(leading));
        boolean isItsOwn = by.contains(leading) && !leading.equals(self);
        List<Identity> lower = by.stream().filter(leading::isHigherThan).toList();
        if (lower.isEmpty() || hasHigher || isItsOwn) {
            return;
        }
        Facts facts = by.size() == 1
                ? Facts.of("peer", lower.get(0))
                : Facts.of(
                        "may_be",
                        lower.stream().limit(NAMED_MAX).map(Identity::toString).collect(Collectors.joining(" ")));
        facts.and("leader", leading).and("hint", hint(lower, leading));
        waiting = facts.list();
        if (leading.equals(self)) {
            leaderLives();
        }
    }

    /** The leader has just shown that it is there. */
    void leaderLives() {
        if (!waiting.isEmpty()) {
            effects.report(EventKind.WRONG_LEADER, waiting);
            waiting = List.of();
        }
    }

    private static String hint(List<Identity> lower, Identity leader) {
        for (Identity each : lower) {
            if (isHigherAsText(each, leader)) {
                return "compare (days, id) as ints: as text '" + each.days() + "' is higher than '" + leader.days()
                        + "'";
            }
        }
        return "ask everybody above with ELECTION, and announce only if none says OK in time";
    }

    private static boolean isHigherAsText(Identity one, Identity other) {
        return String.valueOf(one.days()).compareTo(String.valueOf(other.days())) > 0;
    }
}
