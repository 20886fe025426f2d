package io.roundtable.codec;

/** Bytes that are no record of the list, or one with values that it does not allow; the message says which. */
public final class CodecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CodecException(String message) {
        super(message);
    }
}
