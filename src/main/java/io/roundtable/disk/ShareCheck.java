package io.roundtable.disk;

import io.roundtable.storage.ShareLayout;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads a share and checks the CRC of every block. For one thread. */
final class ShareCheck {
    private static final int PIECE_BYTES = 256 << 10;

    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);

    /**
     * Whether all of the share is as it was sent.
     *
     * @param pace is told of every piece before it is read
     */
    boolean isWhole(ShareReader share, Pace pace) throws IOException {
        ShareLayout layout = share.layout();
        GroupCheck check = new GroupCheck(layout.unitBytes());
        for (long group = 0; group < layout.groups(); group++) {
            check.begin(layout.dataBytes(group));
            long at = share.position(group);
            while (check.left() > 0) {
                piece.clear().limit(Math.min(PIECE_BYTES, check.left()));
                pace.before(piece.remaining());
                share.file().read(piece, at);
                at += piece.position();
                check.pass(piece.flip());
            }
            if (!check.isWhole()) {
                return false;
            }
        }
        return true;
    }
}
