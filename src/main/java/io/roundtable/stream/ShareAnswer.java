package io.roundtable.stream;

import io.roundtable.protocol.DiskMessage;
import java.io.IOException;

/** Whether what a disk answers to a read is of the length that the file's size tells. */
final class ShareAnswer {
    private ShareAnswer() {}

    /** The share is not the one that the catalog knows. */
    static final class WrongShareException extends IOException {
        private static final long serialVersionUID = 1L;

        WrongShareException(String message) {
            super(message);
        }
    }

    static void check(DiskConnection.Answer answer, FileShape shape, int position, long firstGroup, int groups)
            throws WrongShareException {
        DiskMessage.ShareBytes bytes = answer.as(DiskMessage.ShareBytes.class);
        long used = shape.shares().get(position).usedBytes();
        if (bytes.usedBytes() != used) {
            throw new WrongShareException("the share has " + bytes.usedBytes() + " bytes instead of " + used);
        }
        long expected = 0;
        for (int i = 0; i < groups; i++) {
            expected += shape.bytes(position, firstGroup + i);
        }
        if (bytes.groups() != groups || answer.bodyBytes() != expected) {
            throw new WrongShareException(
                    "it answers " + groups + " groups with " + bytes.groups() + " of " + answer.bodyBytes() + " bytes");
        }
    }
}
