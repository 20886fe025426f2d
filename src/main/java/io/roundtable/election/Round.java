package io.roundtable.election;

import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One round of an election: whom to ask next, and whether nobody higher is there.
 *
 * <p>Lab members are all asked at once, as the protocol says. Native members are asked the highest first, because its
 * answer tells who leads; when it stays silent the next two are asked, then four, so that many dead members cost few
 * time limits.
 */
final class Round {
    private final Deque<Member> toAsk = new ArrayDeque<>();
    private final List<Member> labMembers = new ArrayList<>();
    private final Set<Identity> pending = new HashSet<>();
    private final Set<Identity> answerers = new HashSet<>();
    /** Lab members that closed the socket of our question: they may answer on another one. */
    private final TreeSet<Identity> closed = new TreeSet<>();

    private int batchSize = 1;
    private boolean labAsked;
    private boolean answered;
    private boolean timedOut;
    private @Nullable Identity awaited;

    /** @param above the members above us, highest first */
    Round(List<Member> above, Roster roster) {
        List<Member> last = new ArrayList<>();
        for (Member member : above) {
            if (!member.isNative()) {
                labMembers.add(member);
            } else if (roster.isReachable(member.identity())) {
                toAsk.add(member);
            } else {
                last.add(member);
            }
        }
        toAsk.addAll(last);
    }

    /** Whom to ask now; empty if all have been asked. */
    List<Member> nextBatch() {
        List<Member> batch = new ArrayList<>();
        if (!labAsked) {
            batch.addAll(labMembers);
            labAsked = true;
        }
        for (int i = 0; i < batchSize && !toAsk.isEmpty(); i++) {
            batch.add(toAsk.remove());
        }
        batchSize *= 2;
        batch.forEach(member -> pending.add(member.identity()));
        return batch;
    }

    void answered(Identity by, boolean isNative) {
        pending.remove(by);
        closed.remove(by);
        answerers.add(by);
        answered = true;
        // Only a native answerer keeps a connection whose end tells that it died before it announced.
        awaited = isNative ? by : awaited;
    }

    void failed(Identity member, NoAnswer why) {
        pending.remove(member);
        closed.remove(member);
        timedOut |= why == NoAnswer.SILENT;
    }

    void closed(Identity member) {
        if (pending.contains(member)) {
            closed.add(member);
        }
    }

    /** The highest of those that closed without an answer; null if nobody did. */
    @Nullable
    Identity highestClosed() {
        return closed.isEmpty() ? null : closed.last();
    }

    /** Whether this lab member took our question and closed it without an answer, so that it is alive. */
    boolean hasClosed(Identity member) {
        return closed.contains(member);
    }

    /** The lab members that have not answered yet. */
    List<Identity> pendingLab() {
        return labMembers.stream()
                .map(Member::identity)
                .filter(pending::contains)
                .toList();
    }

    boolean hasAnswered(Identity member) {
        return answerers.contains(member);
    }

    /** The highest lab member that said OK; null if none did. */
    @Nullable
    Identity highestLabAnswerer() {
        return labMembers.stream()
                .map(Member::identity)
                .filter(answerers::contains)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    boolean isAnswered() {
        return answered;
    }

    /** Whether all that were asked so far have failed, so that more must be asked or the round is won. */
    boolean isBatchOver() {
        return !answered && pending.isEmpty();
    }

    boolean isAwaiting(Identity member) {
        return member.equals(awaited);
    }

    boolean hasTimedOut() {
        return timedOut;
    }
}
