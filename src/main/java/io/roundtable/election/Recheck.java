package io.roundtable.election;

import io.roundtable.election.Effects.Purpose;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks now and then whether a member above the leader is back, so that the two halves of a split group find each
 * other again. Leaders do it, and followers of lab leaders, who cannot be told about a better one by their leader.
 */
final class Recheck {
    /** Members asked in one look. */
    private static final int BATCH = 4;

    private final Roster roster;
    private final Timing timing;
    private final Effects effects;
    private long delayMs;
    private int turn;

    Recheck(Roster roster, Timing timing, Effects effects) {
        this.roster = roster;
        this.timing = timing;
        this.effects = effects;
    }

    void restart() {
        delayMs = timing.recheckMinMs();
        effects.setTimer(PeerTimer.RECHECK, delayMs);
    }

    void run(@Nullable Identity leader, long nowMs) {
        if (leader == null) {
            return;
        }
        List<Member> above = roster.above(leader);
        for (int i = 0; i < Math.min(BATCH, above.size()); i++) {
            Member member = above.get(Math.floorMod(turn++, above.size()));
            effects.ask(Purpose.RECHECK, member, question(member), timeoutMs(member), nowMs);
        }
        delayMs = Math.min(timing.recheckMaxMs(), delayMs * 2);
        effects.setTimer(PeerTimer.RECHECK, delayMs);
    }

    private Message question(Member member) {
        if (member.isNative()) {
            // An empty list of news and no position: this is a look, not a follower's probe.
            return Message.Probe.BARE;
        }
        // Some lab nodes never answer PROBE, and this makes the node announce itself if nobody above it does.
        return new Message.Election(roster.self(), List.copyOf(roster.all()), false);
    }

    private long timeoutMs(Member member) {
        return member.isNative() ? timing.okTimeoutMs() : timing.labOkTimeoutMs();
    }
}
