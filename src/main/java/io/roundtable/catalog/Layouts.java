package io.roundtable.catalog;

import io.roundtable.protocol.ShareKey;
import org.jspecify.annotations.Nullable;

/** Which layouts a volume can have. */
final class Layouts {
    private static final int DISKS_MIN = 3;
    private static final int UNIT_BYTES_MIN = 128;
    private static final int UNIT_BYTES_MAX = 1 << 20;

    private Layouts() {}

    /** Why there is no such volume, in the order in which it is looked at; null if there can be. */
    static @Nullable String refusal(Change.CreateVolume create) {
        int n = create.disks().size();
        if (n < DISKS_MIN) {
            return Refusals.TOO_FEW_DISKS;
        }
        int unit = create.unitBytes();
        if (unit < UNIT_BYTES_MIN || unit > UNIT_BYTES_MAX || Integer.bitCount(unit) != 1) {
            return Refusals.BAD_UNIT;
        }
        if (n > ShareKey.POSITION_MAX + 1 || create.parity() < 1 || n < 2 * create.parity() + 1) {
            return Refusals.BAD_PARITY;
        }
        return null;
    }
}
