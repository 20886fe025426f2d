package io.roundtable.client;

import io.roundtable.protocol.Message;
import io.roundtable.protocol.RefusalCode;

/** The group could not do what was asked; the message is one sentence for the user. */
public final class GroupException extends Exception {
    private static final long serialVersionUID = 1L;

    private final RefusalCode code;
    private final boolean isAbsence;

    public GroupException(String message) {
        this(RefusalCode.OTHER, message);
    }

    /** @param code why the group refuses, for programs */
    public GroupException(RefusalCode code, String message) {
        this(code, message, false);
    }

    private GroupException(RefusalCode code, String message, boolean isAbsence) {
        super(message);
        this.code = code;
        this.isAbsence = isAbsence;
    }

    static GroupException of(Message.Refusal refusal) {
        return new GroupException(refusal.code(), refusal.reason());
    }

    /** Why the group refuses; {@link RefusalCode#OTHER} if it is something else that went wrong. */
    public RefusalCode code() {
        return code;
    }

    /** Nobody is there who could be asked; there may be later. */
    static GroupException absence(String message) {
        return new GroupException(RefusalCode.OTHER, message, true);
    }

    boolean isAbsence() {
        return isAbsence;
    }
}
