package io.roundtable.catalog;

import io.roundtable.protocol.Member;
import io.roundtable.protocol.RefusalCode;
import java.util.List;
import java.util.Optional;

/** What an entry of the log came to. */
public sealed interface Outcome {
    /** Whoever asked has the lease. */
    record Leased(long epoch) implements Outcome {}

    /**
     * Somebody else has the lease, or the epoch is an old one.
     *
     * @param untilMs when the lease ends unless it is renewed; 0 if nobody has one
     */
    record NotLeased(Optional<Member> holder, long epoch, long untilMs) implements Outcome {}

    /** @param outcomes one for each change, in order */
    record Changed(List<Result> outcomes) implements Outcome {
        public Changed {
            outcomes = List.copyOf(outcomes);
        }
    }

    /** The entry needs no answer. */
    record Noted() implements Outcome {}

    /** What became of one change. */
    sealed interface Result {}

    /**
     * @param number of what was made: a volume's id, or 0
     * @param replaced the fileId of the content that the change did away with, or 0
     */
    record Done(long number, long replaced) implements Result {}

    /** @param reason a phrase for the user, one of {@link Refusals} */
    record Refused(String reason, RefusalCode code) implements Result {
        public Refused {
            // Format 1 has none.
            code = code == RefusalCode.OTHER ? Refusals.codeOf(reason) : code;
        }

        public Refused(String reason) {
            this(reason, Refusals.codeOf(reason));
        }
    }
}
