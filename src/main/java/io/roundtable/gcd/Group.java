package io.roundtable.gcd;

import io.roundtable.net.NameService;
import io.roundtable.protocol.Address;
import java.net.UnknownHostException;
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
     * @param advertised the host under which others reach this GCD
     * @param logPort 0 if it was not given
     * @throws IllegalArgumentException with a sentence for the user
     */
    public static Group find(List<Address> all, String advertised, int logPort, String listen) {
        return find(all, advertised, logPort, listen, NameService.SYSTEM);
    }

    static Group find(List<Address> all, String advertised, int logPort, String listen, NameService names) {
        requireGroup(all);
        String host = new Address(advertised, 1).host();
        List<Address> here = all.stream()
                .filter(each -> logPort == 0 || each.port() == logPort)
                .toList();
        if (here.size() != 1) {
            List<Address> alike =
                    here.stream().filter(each -> each.host().equals(host)).toList();
            here = alike.isEmpty()
                    ? here.stream()
                            .filter(each -> isSame(names, each.host(), host))
                            .toList()
                    : alike;
        }
        if (here.size() != 1) {
            throw new IllegalArgumentException(
                    "which of the group is this GCD? " + (here.isEmpty() ? "None" : "More than one") + " is at " + host
                            + (logPort == 0 ? "" : " with port " + logPort)
                            + "; name its own port in the group with --log-port");
        }
        return new Group(all, here.get(0), listen);
    }

    /** Whether a name and an address, or two names, mean the same host. */
    private static boolean isSame(NameService names, String one, String other) {
        try {
            return names.lookUp(one).equals(names.lookUp(other));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Whether not all of them are on one machine, as far as their addresses tell. */
    public boolean spansMachines() {
        return all.stream().map(Address::host).distinct().count() > 1
                && !all.stream().allMatch(Address::isOfThisMachineOnly);
    }

    List<Address> others() {
        return all.stream().filter(each -> !each.equals(self)).toList();
    }
}
