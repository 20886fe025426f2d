package io.roundtable.gcd;

import io.roundtable.protocol.Address;
import java.util.List;

/**
 * The GCDs that keep the catalog together.
 *
 * @param all where each one's log is reached by the others, in the same order on all of them
 * @param self which of them this GCD is
 * @param listen the host to listen on, at the port of {@code self}
 */
public record Group(List<Address> all, Address self, String listen) {
    /** @throws IllegalArgumentException with a sentence for the user */
    public Group {
        all = List.copyOf(all);
        requireGroup(all);
        if (!all.contains(self)) {
            throw new IllegalArgumentException(self + " is not one of the group");
        }
    }

    private static void requireGroup(List<Address> all) {
        if (all.size() != 3 && all.size() != 5) {
            throw new IllegalArgumentException(
                    "a group has 3 or 5 GCDs, not " + all.size() + ": 2 or 4 survive no more failures than 1 or 3 do");
        }
        if (all.stream().distinct().count() < all.size()) {
            throw new IllegalArgumentException("a GCD is named twice in the group");
        }
    }

    /**
     * Finds out which GCD of the group this one is: the one at its host, and if several are, the one with its log port.
     *
     * @param host under which others reach this GCD
     * @param logPort 0 if it was not given
     * @throws IllegalArgumentException with a sentence for the user
     */
    public static Group find(List<Address> all, String host, int logPort, String listen) {
        requireGroup(all);
        List<Address> here = all.stream()
                .filter(each -> logPort == 0 || each.port() == logPort)
                .toList();
        if (here.size() != 1) {
            here = here.stream().filter(each -> each.host().equals(host)).toList();
        }
        if (here.size() != 1) {
            throw new IllegalArgumentException(
                    "which of the group is this GCD? " + (here.isEmpty() ? "None" : "More than one") + " is at " + host
                            + (logPort == 0 ? "" : " with port " + logPort)
                            + "; name its own port in the group with --log-port");
        }
        return new Group(all, here.get(0), listen);
    }

    List<Address> others() {
        return all.stream().filter(each -> !each.equals(self)).toList();
    }
}
