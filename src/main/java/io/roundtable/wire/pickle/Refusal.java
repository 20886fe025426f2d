package io.roundtable.wire.pickle;

import java.io.Serial;

/** Why a pickle is refused, thrown where its offset is not known; the reader adds that and makes a PickleException. */
final class Refusal extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String reason;

    Refusal(String reason) {
        super(reason, null, false, false); // it is always caught, so its stack trace would only cost time
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
