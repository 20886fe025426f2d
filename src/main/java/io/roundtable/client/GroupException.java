package io.roundtable.client;

/** The group could not do what was asked; the message is one sentence for the user. */
public final class GroupException extends Exception {
    private static final long serialVersionUID = 1L;

    public GroupException(String message) {
        super(message);
    }
}
