package io.roundtable.gcd;

import io.roundtable.protocol.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** What went wrong inside Ratis, as one sentence that says what to do. */
final class Faults {
    private Faults() {}

    static String sentence(Path log, Throwable fault) {
        Throwable root = fault;
        for (int i = 0; i < 20 && root.getCause() != null && !(root instanceof StoreException); i++) {
            root = root.getCause();
        }
        String said = root instanceof IOException io ? Reason.of(io) : String.valueOf(root.getMessage());
        String why = said.lines().findFirst().orElse("");
        if (root instanceof StoreException) {
            return why;
        }
        String name = root.getClass().getSimpleName() + " " + why.toLowerCase(Locale.ROOT);
        boolean isDamage = name.contains("Checksum") || name.contains("orrupt") || name.contains("gap");
        return isDamage
                ? String.valueOf(new DamagedStoreException(log, why).getMessage())
                : "the catalog's log in " + log + " cannot be used: " + (root instanceof IOException ? why : root);
    }
}
