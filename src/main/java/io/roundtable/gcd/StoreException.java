package io.roundtable.gcd;

import java.io.IOException;

/** The GCD's data folder cannot be used as it is; the message is one sentence that says what to do. */
public class StoreException extends IOException {
    private static final long serialVersionUID = 1L;

    StoreException(String sentence) {
        super(sentence);
    }
}
