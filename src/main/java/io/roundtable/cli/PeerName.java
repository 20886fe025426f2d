package io.roundtable.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A peer as people name it: by its id, {@code 9251195}, or its identity as it is printed, {@code (274,9251195)}. */
final class PeerName {
    private static final Pattern NAME =
            Pattern.compile("(?:\\(\\s*\\d{1,3}\\s*,\\s*(\\d{1,9})\\s*\\)|\\d{1,3}\\s*,\\s*(\\d{1,9})|(\\d{1,9}))");

    private PeerName() {}

    /** @throws UsageException with a sentence for the user */
    static int id(String text) {
        Matcher name = NAME.matcher(text.strip());
        if (!name.matches()) {
            throw new UsageException(
                    "a peer is named by its id, such as 1234567, or its identity, such as (73,1234567), not '" + text
                            + "'");
        }
        for (int group = 1; group < 3; group++) {
            if (name.group(group) != null) {
                return Integer.parseInt(name.group(group));
            }
        }
        return Integer.parseInt(name.group(3));
    }
}
