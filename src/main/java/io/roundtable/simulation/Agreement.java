package io.roundtable.simulation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether all who take part follow the highest of them. */
final class Agreement {
    /** Participants that a failure describes. */
    private static final int DESCRIBED_MAX = 12;

    private final List<Participant> participants;
    private final boolean hadFaults;

    /** @param hadFaults whether processes came and went, so that a Python node may have missed another one's announcement */
    Agreement(List<Participant> participants, boolean hadFaults) {
        this.participants = participants;
        this.hadFaults = hadFaults;
    }

    /** The highest that takes part; null if nobody does. */
    @Nullable
    Participant highest() {
        Participant highest = null;
        for (Participant each : participants) {
            if (each.takesPart() && (highest == null || each.identity.isHigherThan(highest.identity))) {
                highest = each;
            }
        }
        return highest;
    }

    /** Who does not agree, if anybody. */
    @Nullable
    String disagreement() {
        Participant highest = highest();
        if (highest == null) {
            return null;
        }
        for (Participant each : participants) {
            if (each.takesPart() && !highest.identity.equals(each.leader()) && !isTheirs(each, highest)) {
                return each + " does not follow " + highest;
            }
        }
        return null;
    }

    /**
     * Whether two Python nodes cannot agree whatever our peers do: the leader's own announcement misleads the other one; or
     * the other one follows somebody who is stopped, of which nothing tells it; or the highest itself obeys a lower one of them,
     * which it does not show. Nothing else is theirs: a table that does not come to rest fails.
     */
    private boolean isTheirs(Participant astray, Participant highest) {
        if (!(astray instanceof PythonNode node) || !(highest instanceof PythonNode victor)) {
            return false;
        }
        return followsStopped(node) || isMisledBy(victor) || victor.obeysLower() || (hadFaults && followsAnother(node));
    }

    /** A leader that never answers PROBE looks just like one that is stopped: those that live among them wait for it. */
    private boolean followsStopped(PythonNode astray) {
        return participants.stream().anyMatch(each -> each.isHung() && each.identity.equals(astray.leader()));
    }

    /** Another Python node answers its probes, or never answers any, whoever leads. */
    private boolean followsAnother(PythonNode astray) {
        return participants.stream()
                .anyMatch(each ->
                        each instanceof PythonNode && each.takesPart() && each.identity.equals(astray.leader()));
    }

    /** It names a dead one above itself, which whoever takes the highest for the leader follows, and finds dead, for ever. */
    private boolean isMisledBy(PythonNode victor) {
        return victor.namesAll()
                && participants.stream()
                        .anyMatch(each -> each.identity.isHigherThan(victor.identity) && !each.takesPart());
    }

    /** Whether some node goes on asking, for another one's announcements mislead it. */
    boolean hasAskers() {
        return highest() instanceof PythonNode victor
                && isMisledBy(victor)
                && participants.stream().anyMatch(each -> each.takesPart() && !victor.identity.equals(each.leader()));
    }

    String describe() {
        StringBuilder all = new StringBuilder();
        for (Participant each : participants.subList(0, Math.min(DESCRIBED_MAX, participants.size()))) {
            all.append(each)
                    .append(each.isUp() ? " " + each.describe() : " down")
                    .append("; ");
        }
        return all.toString();
    }
}
