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
 */
public record LabFault(
        String what,
        String got,
        String expected,
        String hint,
        @Nullable Identity sender) {
    LabFault from(@Nullable Identity other) {
        return sender != null || other == null ? this : new LabFault(what, got, expected, hint, other);
    }
}
