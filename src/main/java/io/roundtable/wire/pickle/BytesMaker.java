package io.roundtable.wire.pickle;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The two names that protocols 0 to 2 need for bytes, which those protocols cannot write: CPython pickles a call
 * instead. Both calls are known here by their exact names and arguments; there is no way to call anything else.
 */
enum BytesMaker {
    /** {@code _codecs.encode(text, 'latin1')}: any bytes but none. */
    ENCODE("_codecs\nencode\n"),
    /** {@code __builtin__.bytes()}: no bytes. */
    BYTES("__builtin__\nbytes\n");

    private final String name;

    BytesMaker(String name) {
        this.name = name;
    }

    /** Returns module and name, each ended by a newline, as they stand after GLOBAL; ASCII. */
    String lines() {
        return name;
    }

    /** Returns the bytes that this call makes, or null if CPython would not write such a call. */
    byte @Nullable [] make(PyTuple arguments) {
        return switch (this) {
            case BYTES -> arguments.size() == 0 ? new byte[0] : null;
            case ENCODE ->
                arguments.size() == 2
                                && arguments.get(0) instanceof String text
                                && "latin1".equals(arguments.get(1))
                                && text.chars().allMatch(c -> c < 256)
                        ? text.getBytes(StandardCharsets.ISO_8859_1)
                        : null;
        };
    }
}
