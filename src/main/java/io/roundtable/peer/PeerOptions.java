package io.roundtable.peer;

import io.roundtable.chaos.ChaosMode;
import io.roundtable.election.Timing;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.role.RoleMaker;
import io.roundtable.wire.OkForm;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What makes one peer.
 *
 * @param gcds of the group; any of them will do
 * @param listen the interface to listen on
 * @param port 0 takes a free one
 * @param advertised the host under which others reach the listener
 * @param dialect NATIVE speaks native to whoever understands it, LAB speaks lab to everybody
 * @param chaos null for none
 * @param seed of everything that is drawn: probe times and chaos
 * @param roles what it does beside electing; they hear of everything in this order
 * @param showsProbes whether native probes, many a second, are events too
 * @param year in whose words to speak lab: LAB for f19 to f22, F24, F25; null for each one's own
 */
public record PeerOptions(
        Identity identity,
        List<Address> gcds,
        InetAddress listen,
        int port,
        String advertised,
        Dialect dialect,
        OkForm okForm,
        Timing timing,
        @Nullable ChaosMode chaos,
        long seed,
        List<RoleMaker> roles,
        boolean showsProbes,
        @Nullable Dialect year) {
    public PeerOptions {
        gcds = List.copyOf(gcds);
        roles = List.copyOf(roles);
        if (gcds.isEmpty()) {
            throw new IllegalArgumentException("a peer needs a GCD to join");
        }
    }

    /** The same, but it gives up if its GCD is not there within this time. */
    public PeerOptions withGcdPatienceMs(int ms) {
        return with(timing.withGcdPatienceMs(ms), roles);
    }

    /** The same, but with another one in the place of the role of that name. */
    public PeerOptions withRole(RoleMaker other) {
        return with(
                timing,
                roles.stream()
                        .map(role -> role.name().equals(other.name()) ? other : role)
                        .toList());
    }

    private PeerOptions with(Timing otherTiming, List<RoleMaker> otherRoles) {
        return new PeerOptions(
                identity,
                gcds,
                listen,
                port,
                advertised,
                dialect,
                okForm,
                otherTiming,
                chaos,
                seed,
                otherRoles,
                showsProbes,
                year);
    }
}
