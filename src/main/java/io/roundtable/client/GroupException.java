package io.roundtable.client;

/** The group could not do what was asked; the message is one sentence for the user. */
public final class GroupException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean isAbsence;

    public GroupException(String message) {
        this(message, false);
    }

    private GroupException(String message, boolean isAbsence) {
        super(message);
        this.isAbsence = isAbsence;
    }

    /** Nobody is there who could be asked; there may be later. */
    static GroupException absence(String message) {
        return new GroupException(message, true);
    }

    boolean isAbsence() {
        return isAbsence;
    }
}
