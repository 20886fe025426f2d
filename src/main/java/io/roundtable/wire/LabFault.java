package io.roundtable.wire;

import io.roundtable.protocol.Identity;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with something that a lab node sent, in the words that its author needs (docs/PROTOCOL.md, A log that teaches).
 *
 * @param what one phrase
 * @param got what came, as Python shows it, at most 80 characters
 * @param expected what should have come, in Python's spelling
 * @param hint where the author should look; empty if there is none
 * @param sender who sent it, as far as the message itself says; null if it does not
 * @param in the message's word, in the oldest year's spelling; null if it has none, or what is wrong is only a part of it
 */
public record LabFault(
        String what,
        String got,
        String expected,
        String hint,
        @Nullable Identity sender,
        @Nullable String in) {
    LabFault(String what, String got, String expected, String hint) {
        this(what, got, expected, hint, null, null);
    }

    LabFault(String what, String got, String expected, String hint, @Nullable Identity sender) {
        this(what, got, expected, hint, sender, null);
    }
}
