package io.roundtable.disk;

import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.ShareKey;
import io.roundtable.storage.ShareLayout;
import io.roundtable.storage.StripeLayout;
import java.nio.ByteBuffer;

/** Whether what a client asks of a disk makes sense, before anything is done for it. */
final class ShareRequests {
    private ShareRequests() {}

    /** @throws DiskFaultException {@link Fault#BAD_REQUEST}: there is no such share */
    static StripeLayout layout(ShareKey key, int disks, int parity, int unitBytes) throws DiskFaultException {
        if (key.volumeId() < 1 || key.position() >= disks || disks > ShareKey.POSITION_MAX + 1) {
            throw bad("there is no share " + key + " on " + disks + " disks");
        }
        try {
            return new StripeLayout(disks, parity, unitBytes);
        } catch (IllegalArgumentException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Checks a small share with all its CRCs.
     *
     * @param buffer as {@link DiskStore#put} takes it; stays as it is
     * @throws DiskFaultException {@link Fault#BAD_REQUEST}, or {@link Fault#CORRUPT} if a block does not match its CRC
     */
    static StripeLayout whole(DiskMessage.PutShare request, ByteBuffer buffer) throws DiskFaultException {
        StripeLayout stripes = layout(request.key(), request.disks(), request.parity(), request.unitBytes());
        if (request.usedBytes() < 0 || request.usedBytes() > DiskStore.PUT_BYTES_MAX) {
            throw bad("a share of " + request.usedBytes() + " bytes cannot be put at once");
        }
        ShareLayout layout = new ShareLayout(stripes.unitBytes(), request.usedBytes());
        int bytes = buffer.limit() - DiskStore.PUT_HEADROOM_BYTES;
        if (bytes != layout.storedBytes()) {
            throw bad("a share of " + request.usedBytes() + " bytes has not " + bytes + " with its CRCs");
        }
        if (layout.groups() > 0) {
            GroupCheck check = new GroupCheck(stripes.unitBytes());
            check.begin(layout.dataBytes(0));
            check.pass(buffer.duplicate().position(DiskStore.PUT_HEADROOM_BYTES));
            if (!check.isWhole()) {
                throw new DiskFaultException(
                        Fault.CORRUPT,
                        "a block of share " + request.key() + " does not match its CRC: send the share again");
            }
        }
        return stripes;
    }

    static DiskFaultException bad(String text) {
        return new DiskFaultException(Fault.BAD_REQUEST, text);
    }
}
