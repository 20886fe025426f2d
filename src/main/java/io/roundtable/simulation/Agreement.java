package io.roundtable.simulation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether all who take part follow the highest of them. */
final class Agreement {
    /** Participants that a failure describes. */
    private static final int DESCRIBED_MAX = 12;

    private final List<Participant> participants;

    Agreement(List<Participant> participants) {
        this.participants = participants;
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
            // Python nodes that lost a COORDINATOR of another Python node are nobody's whom we could help.
            boolean isTheirs = each instanceof PythonNode && highest instanceof PythonNode;
            if (each.takesPart() && !isTheirs && !highest.identity.equals(each.leader())) {
                return each + " does not follow " + highest;
            }
        }
        return null;
    }

    /**
     * Whether also the Python nodes that nobody of ours could help agree. While one of them does not, it asks us again and
     * again, and each of its questions begins an election.
     */
    boolean isUnanimous() {
        Participant highest = highest();
        return highest == null
                || participants.stream().allMatch(each -> !each.takesPart() || highest.identity.equals(each.leader()));
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
