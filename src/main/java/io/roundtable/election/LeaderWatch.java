package io.roundtable.election;

import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A follower's eye on its leader: when to probe, what to say in a probe, and when its silence means failure.
 *
 * <p>A lab leader is probed after a random time. One that has never answered a PROBE counts as alive while it accepts
 * the connection; one that has must go on answering. A native leader is probed fast by the followers next to it and
 * slowly by the many below them, and judged by {@link Suspicion}.
 */
final class LeaderWatch {
    /** How many of the highest followers probe at the fastest pace. */
    private static final int FAST_PROBERS = 4;
    /** Members sent along with one probe or answer. */
    static final int NEWS_MAX = 64;

    private final Timing timing;
    private final RandomGenerator random;
    private final Roster roster;
    /** Which listeners have ever answered a PROBE. */
    private final Map<Identity, Member> answerers = new HashMap<>();

    private Member leader;
    private Suspicion suspicion;
    private int rank;
    private long expectedAtMs;
    private long notLeadingSinceMs;
    private int position;
    private boolean telling;
    private int ownPosition;
    private long toldDigest;
    private long readAgainDigest;

    LeaderWatch(Timing timing, Roster roster, RandomGenerator random) {
        this.timing = timing;
        this.random = random;
        this.roster = roster;
        this.leader = roster.self();
        this.suspicion = new Suspicion(timing.silenceFloorMs(), 0);
    }

    /** @param rank how many members sit between us and the leader */
    void follow(Member leader, int rank, long nowMs) {
        this.leader = leader;
        this.rank = rank;
        suspicion = new Suspicion(Math.max(timing.silenceFloorMs(), (int) (3 * intervalMs())), nowMs);
        notLeadingSinceMs = -1;
        position = 0;
        telling = false;
        toldDigest = 0;
        readAgainDigest = 0;
        expectedAtMs = nowMs;
    }

    Member leader() {
        return leader;
    }

    /** The leader's dialect may have become known since. */
    void refresh() {
        Member known = roster.get(leader.identity());
        leader = known == null ? leader : known;
    }

    boolean probesAsLab() {
        return timing.probesAsLab() || !leader.isNative();
    }

    /** Whether the leader itself speaks lab. */
    boolean isLab() {
        return !leader.isNative();
    }

    /** Whether this listener has ever answered a PROBE, so that it must go on answering. */
    boolean isAnswerer(Member member) {
        return member.equals(answerers.get(member.identity()));
    }

    void noteAnswerer(Member member) {
        answerers.put(member.identity(), member);
    }

    /**
     * How long a PROBE to a lab member may stay unanswered; 0 for one whose socket stays open: once it is closed, the loop of
     * some nodes that never answer spins.
     */
    long labProbeTimeoutMs(Member member) {
        return isAnswerer(member) ? timing.labOkTimeoutMs() : 0;
    }

    long nextDelayMs(long nowMs) {
        long delayMs = probesAsLab()
                ? random.nextInt(timing.labProbeMinMs(), timing.labProbeMaxMs() + 1)
                : (long) (intervalMs() * (0.75 + 0.5 * random.nextDouble()));
        expectedAtMs = nowMs + delayMs;
        return delayMs;
    }

    private double intervalMs() {
        double slower = Math.max(1, (rank + 1) / (double) FAST_PROBERS);
        return Math.min(timing.probeIntervalMaxMs(), timing.probeIntervalMs() * slower);
    }

    long probeTimeoutMs() {
        if (isLab()) {
            return labProbeTimeoutMs(leader);
        }
        return probesAsLab() ? timing.labOkTimeoutMs() : Suspicion.THRESHOLD_MAX_MS;
    }

    /** The timer fired: is the leader suspected by now? Ask before the next probe is sent. */
    boolean isSuspected(long nowMs) {
        suspicion.ownLag(Math.max(0, nowMs - expectedAtMs));
        return !probesAsLab() && suspicion.level(nowMs) >= 1;
    }

    /** A hung leader needs no more of our probes in its socket buffer. */
    boolean hasTooManyUnanswered() {
        return !probesAsLab() && suspicion.unanswered() >= 16;
    }

    Message.Probe probe() {
        suspicion.probeSent();
        if (!leader.isNative()) {
            return Message.Probe.BARE;
        }
        return new Message.Probe(new Message.Sync(roster.self(), roster.digest(), position, membersToTell()));
    }

    private List<Member> membersToTell() {
        if (!telling) {
            return List.of();
        }
        Roster.Page page = roster.arrivedSince(ownPosition, NEWS_MAX);
        ownPosition = page.next();
        telling = ownPosition < roster.arrivalCount();
        return page.members();
    }

    void answered(Message.Ok ok, long tookMs, long nowMs) {
        answerers.put(leader.identity(), leader);
        suspicion.answered(tookMs, nowMs);
        Message.View view = ok.view();
        if (view != null) {
            compare(view, ok.members().isEmpty());
        }
    }

    /** Once we have read all that the leader knows and still differ, it is the leader that lacks something. */
    private void compare(Message.View view, boolean hasReadAll) {
        position = view.position();
        if (view.inStep()) {
            telling = false;
        } else if (hasReadAll && !telling) {
            bringIntoStep();
        }
    }

    /** Once for each state of our list: nobody repeats what the other does not want. */
    private void bringIntoStep() {
        long digest = roster.digest();
        if (toldDigest != digest) {
            // Told once, page by page: what the leader does not want then it has better knowledge of.
            telling = true;
            ownPosition = 0;
            toldDigest = digest;
        } else if (readAgainDigest != digest) {
            // Told in vain: an old address of ours differs, or the leader began its list anew. It hears from everyone
            // that follows it, so its word counts; read it all.
            position = 0;
            readAgainDigest = digest;
        }
    }

    void heard(long nowMs) {
        suspicion.heard(nowMs);
    }

    /** Whether a leader that answered "I do not lead" has had its time to sort itself out. */
    boolean hasNotLedForLong(boolean leads, long nowMs) {
        if (leads) {
            notLeadingSinceMs = -1;
            return false;
        }
        if (notLeadingSinceMs < 0) {
            notLeadingSinceMs = nowMs;
        }
        return nowMs - notLeadingSinceMs > timing.victorTimeoutMs();
    }

    /** Whether this failed probe means that the leader is gone. */
    boolean isGone(NoAnswer why) {
        if (!probesAsLab()) {
            // A native leader's silence is judged by suspicion, which knows about load.
            return why == NoAnswer.REFUSED;
        }
        return why == NoAnswer.REFUSED || leader.isNative() || isAnswerer(leader);
    }
}
