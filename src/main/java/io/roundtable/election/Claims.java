package io.roundtable.election;

import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.event.Facts;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lab members that announce themselves though a higher one leads: tells in the log, and decides nothing. A leader that somebody else found dead before
 * we did looks the same at first, so it is told once the leader has shown that it lives.
 */
final class Claims {
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

    /**
     * @param named who is on the list; a higher one that we take for dead may be back, and have announced itself
     * @param living those of them that are alive, highest first: it is one of the lab members there, for native ones say so themselves
     */
    void announced(List<Member> named, List<Member> living, long nowMs) {
        Identity leading = leader;
        if (leading == null || nowMs - leadsSinceMs < settledAfterMs) {
            return;
        }
        boolean hasHigher = named.stream().anyMatch(each -> each.identity().isHigherThan(leading));
        boolean isItsOwn = !leading.equals(self)
                && named.stream().anyMatch(each -> each.identity().equals(leading));
        List<Identity> lower = living.stream()
                .filter(each -> !each.isNative())
                .map(Member::identity)
                .filter(leading::isHigherThan)
                .toList();
        if (lower.isEmpty() || hasHigher || isItsOwn) {
            return;
        }
        Facts facts = named.size() == 1
                ? Facts.of("peer", lower.get(0))
                : Facts.none().mayBe(lower);
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
