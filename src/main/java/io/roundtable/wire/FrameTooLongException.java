package io.roundtable.wire;

/** A message that does not fit into a frame; nothing of it was sent. */
public final class FrameTooLongException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param word the message's */
    FrameTooLongException(String word, Throwable cause) {
        super(word + " is too long for a frame", cause);
    }
}
