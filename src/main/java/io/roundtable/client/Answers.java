package io.roundtable.client;

import io.roundtable.protocol.Message;

/** What the manager's answers must be. */
final class Answers {
    private Answers() {}

    /** @throws GroupException if it is something else */
    static <M extends Message> M expect(Message answer, Class<M> type) throws GroupException {
        if (!type.isInstance(answer)) {
            throw new GroupException("the manager answers with '" + answer.word()
                    + "', which makes no sense here: its version may be another");
        }
        return type.cast(answer);
    }
}
