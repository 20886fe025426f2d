package io.roundtable.gcd;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Member;
import java.net.InetAddress;
import java.util.Collection;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which listen addresses a member may name: hosts that mean this machine, and any host once the GCD itself listens to
 * other machines. A host that each machine takes for itself, such as 127.0.0.1, is then of use only while nobody is elsewhere.
 */
final class HostCheck {
    private static final String INVALID = "Invalid host";
    private static final String OWN = "Invalid host: %s is the peer's own machine only, %s; "
            + "start it with --listen 0.0.0.0 --advertise HOST, the name that others reach it by";

    private final boolean allowsAll;
    private final Predicate<InetAddress> isThisMachine;
    private final boolean spansMachines;

    /** @param spansMachines whether other GCDs of the group are elsewhere, so that members are told of those that sit there */
    HostCheck(InetAddress listening, Predicate<InetAddress> isThisMachine, boolean spansMachines) {
        this.allowsAll = !listening.isLoopbackAddress();
        this.isThisMachine = isThisMachine;
        this.spansMachines = spansMachines;
    }

    /** Whether it does not matter what the host's name means. */
    boolean allowsAll() {
        return allowsAll;
    }

    /**
     * Why a newcomer may not name its host.
     *
     * @param meant what its name means here; null if nobody knows, or nobody asked
     * @return null if it may
     */
    @Nullable
    String fault(@Nullable InetAddress meant) {
        return allowsAll || (meant != null && isThisMachine.test(meant)) ? null : INVALID;
    }

    /**
     * Why a newcomer would not be reached by the others, or they not by it.
     *
     * @param isFromHere whether its JOIN came from this machine
     * @param elsewhere whether members of other machines sit here
     * @param here the members of this machine
     * @return null if all reach all
     */
    @Nullable
    String partition(Member newcomer, boolean isFromHere, boolean elsewhere, Collection<Member> here) {
        Address address = newcomer.address();
        if (address.isOfThisMachineOnly()) {
            boolean isAlone = isFromHere && !elsewhere && !spansMachines;
            return isAlone
                    ? null
                    : String.format(
                            OWN, address.host(), isFromHere ? "and others are elsewhere" : "the GCD is elsewhere");
        }
        for (Member each : here) {
            if (!isFromHere && each.address().isOfThisMachineOnly()) {
                return "the peer " + each + " listens to its own machine only; let it be started with --listen 0.0.0.0"
                        + " --advertise HOST before others come from elsewhere";
            }
        }
        return null;
    }
}
