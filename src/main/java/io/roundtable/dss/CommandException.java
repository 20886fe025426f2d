package io.roundtable.dss;

/** A command that cannot be carried out; the message is the {@code error} of the answer. */
final class CommandException extends Exception {
    private static final long serialVersionUID = 1;

    private final String detail;

    CommandException(String error) {
        this(error, "");
    }

    /** @param detail what the protocol's words for it leave out */
    CommandException(String error, String detail) {
        super(error);
        this.detail = detail;
    }

    String error() {
        return String.valueOf(getMessage());
    }

    String detail() {
        return detail;
    }
}
