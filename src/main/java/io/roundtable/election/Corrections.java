package io.roundtable.election;

import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.PeerState;
import org.jspecify.annotations.Nullable;

/**
 * A lab member that keeps probing a follower takes it for the leader: the right one shall announce itself to lab members again. One probe
 * alone may be anybody's look.
 */
final class Corrections {
    /** The longest time between two requests that the leader announce itself. */
    private static final long GAP_MAX_MS = 60_000;

    private final Roster roster;
    private final Timing timing;
    private final Standing standing;
    private final Campaign campaign;
    private long probedAtMs = Long.MIN_VALUE / 2;
    private @Nullable Identity correctedFor;
    private long correctedAtMs;
    private long gapMs;

    Corrections(Roster roster, Timing timing, Standing standing, Campaign campaign) {
        this.roster = roster;
        this.timing = timing;
        this.standing = standing;
        this.campaign = campaign;
    }

    void probedByLab(long nowMs) {
        boolean again = nowMs - probedAtMs <= 2L * timing.labProbeMaxMs();
        probedAtMs = nowMs;
        Identity leading = standing.leader();
        Member member = leading == null ? null : roster.get(leading);
        if (standing.state() != PeerState.FOLLOWER || !again || member == null) {
            return;
        }
        if (!member.identity().equals(correctedFor)) {
            correctedFor = member.identity();
            gapMs = 0;
        }
        if (nowMs - correctedAtMs >= gapMs) {
            // It may not understand the leader's words: then asking again and again helps nobody.
            correctedAtMs = nowMs;
            gapMs = Math.min(GAP_MAX_MS, Math.max(timing.labProbeMaxMs(), 2 * gapMs));
            campaign.askToAnnounce(member, nowMs);
        }
    }
}
