package io.roundtable.stream;

import io.roundtable.protocol.Reason;
import io.roundtable.protocol.VolumeInfo.Seat;
import io.roundtable.storage.StripeLayout;
import java.io.IOException;
import java.util.List;
import java.util.StringJoiner;

/** Why a disk did not take its share. */
record WriteFailure(Seat seat, IOException cause) {
    /** The error of a write that too few disks took. */
    static StreamException tooFew(ShareTarget target, List<WriteFailure> failures) {
        StripeLayout layout = target.layout();
        StringJoiner reasons = new StringJoiner("; ");
        for (Seat seat : target.volume().disks()) {
            if (!seat.isThere()) {
                reasons.add(seat.name() + ": it is not there");
            }
        }
        for (WriteFailure each : failures) {
            reasons.add(each.seat.name() + ": " + Reason.of(each.cause));
        }
        return new StreamException("of the " + layout.disks() + " disks of "
                + target.volume().name() + " at least " + layout.dataDisks() + " must take the file, but " + reasons);
    }
}
