package io.roundtable.cli;

import io.roundtable.role.RoleMaker;
import io.roundtable.role.dss.DssRole;
import io.roundtable.role.dss.DssRoleOptions;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a peer speaks the DSS protocol. */
final class DssSettings implements RoleSetting {
    @Option(
            names = "--dss-port",
            paramLabel = "PORT",
            description = "UDP port for the commands of the DSS protocol; 0 takes a free one. Without, there is none.")
    private @Nullable Integer dssPort;

    @Option(
            names = "--dss-block-port",
            paramLabel = "PORT",
            description = "UDP port for the blocks of this peer's disk, with --dss-port. Default: a free one.")
    private int dssBlockPort;

    @Option(
            names = "--dss-open",
            description = "Let users of the DSS protocol deregister any Free disk, as in the course. up --dss does.")
    private boolean dssOpen;

    @Override
    public String name() {
        return DssRole.NAME;
    }

    /**
     * For a table of so many peers.
     *
     * @param isFirstPeers whether {@code --dss-port} names the port of the first of them
     */
    void check(int peers, boolean isFirstPeers) {
        boolean isOnePort = (dssPort != null && dssPort != 0 && !isFirstPeers) || dssBlockPort != 0;
        if (peers > 1 && isOnePort) {
            throw new UsageException("--dss-port and --dss-block-port name one port, and there are " + peers
                    + " peers: take --dss, or --dss-port 0 for free ones");
        }
    }

    /** What {@code --dss-port} says. */
    OptionalInt port() {
        return dssPort == null ? OptionalInt.empty() : OptionalInt.of(ListenOptions.port("--dss-port", dssPort));
    }

    @Override
    public RoleMaker maker(PeerPart part) {
        boolean isOfTheCourse = part.dssPort().isPresent();
        int blockPort = ListenOptions.port("--dss-block-port", dssBlockPort);
        return DssRole.with(
                new DssRoleOptions(isOfTheCourse ? part.dssPort() : port(), blockPort, isOfTheCourse || dssOpen));
    }
}
