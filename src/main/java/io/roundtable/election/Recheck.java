package io.roundtable.election;

import io.roundtable.election.Effects.Purpose;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks now and then whether a member above the leader is back, so that the two halves of a split group find each
 * other again. Leaders do it, and followers of lab leaders, who cannot be told about a better one by their leader.
 */
final class Recheck {
    /** Members asked in one look. */
    private static final int BATCH = 4;
    /** Lab members are told again who leads in so many looks after an election; then the table has settled. */
    private static final int LAB_LOOKS = 4;
    /** A lab member that accepts our question and does not answer is not asked again before this time, then four times it… */
    private static final long SILENT_MIN_MS = 30_000;
    /** …and at most this. Once it goes on it speaks for itself. */
    private static final long SILENT_MAX_MS = 600_000;
    /** The shortest such time for one that closes the question: some never say OK, and announce themselves. */
    private static final long CLOSED_MIN_MS = 2_000;

    /** Between two looks out of turn. */
    private static final long LOOK_GAP_MS = 2_000;

    private record Pause(long untilMs, long lengthMs, boolean isAlive) {}

    private final Roster roster;
    private final Timing timing;
    private final Effects effects;
    private long delayMs;
    private int turn;
    private int looks;
    private long lookedAtMs = Long.MIN_VALUE / 2;
    private final Map<Identity, Pause> silent = new HashMap<>();

    Recheck(Roster roster, Timing timing, Effects effects) {
        this.roster = roster;
        this.timing = timing;
        this.effects = effects;
    }

    void restart() {
        looks = 0;
        // Who closed our question may have obeyed our victory since: it is asked, and announces itself, once more.
        silent.values().removeIf(Pause::isAlive);
        delayMs = timing.recheckMinMs();
        effects.setTimer(PeerTimer.RECHECK, delayMs);
    }

    void run(@Nullable Identity leader, long nowMs) {
        if (leader == null) {
            return;
        }
        looks++;
        List<Member> above = roster.above(leader).stream()
                .filter(member -> !isPaused(member.identity(), nowMs))
                .toList();
        for (int i = 0; i < Math.min(BATCH, above.size()); i++) {
            Member member = above.get(Math.floorMod(turn++, above.size()));
            effects.ask(Purpose.RECHECK, member, question(member), timeoutMs(member), nowMs);
        }
        delayMs = Math.min(timing.recheckMaxMs(), delayMs * 2);
        effects.setTimer(PeerTimer.RECHECK, delayMs);
    }

    /** Whether lab members may have missed the last election, so that they are told again. */
    boolean remindsLab() {
        return looks < LAB_LOOKS;
    }

    /** Looks at one member now, however it was before; but not again and again. */
    void lookAt(Member member, long nowMs) {
        if (nowMs - lookedAtMs >= LOOK_GAP_MS) {
            lookedAtMs = nowMs;
            effects.ask(Purpose.RECHECK, member, question(member), timeoutMs(member), nowMs);
        }
    }

    private boolean isPaused(Identity member, long nowMs) {
        Pause pause = silent.get(member);
        return pause != null && nowMs < pause.untilMs;
    }

    /** How a look, or an ELECTION, ended that was not answered. */
    void failed(Member member, NoAnswer why, long nowMs) {
        Identity id = member.identity();
        boolean isAlive = why == NoAnswer.CLOSED && !member.isNative();
        if (!isAlive) {
            roster.markUnreachable(id);
        }
        if (member.isNative() || why == NoAnswer.REFUSED) {
            silent.remove(id);
            return;
        }
        long first = isAlive ? CLOSED_MIN_MS : SILENT_MIN_MS;
        silent.keySet().removeIf(each -> roster.get(each) == null);
        if (isPaused(id, nowMs)) {
            return;
        }
        Pause before = silent.get(id);
        long length = before == null ? first : Math.min(SILENT_MAX_MS, 4 * before.lengthMs);
        silent.put(id, new Pause(nowMs + length, length, isAlive));
    }

    void answered(Identity member) {
        silent.remove(member);
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
