package io.roundtable.dss;

/** A command that cannot be carried out; the message is the {@code error} of the answer. */
final class CommandException extends Exception {
    private static final long serialVersionUID = 1;

    CommandException(String error) {
        super(error);
    }

    String error() {
        return String.valueOf(getMessage());
    }
}
