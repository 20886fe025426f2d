package io.roundtable.cli;

import io.roundtable.manager.ManagerOptions;
import io.roundtable.role.RoleMaker;
import io.roundtable.role.manager.ManagerRole;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How a peer manages, when it leads. */
final class ManagerSettings implements RoleSetting {
    @Option(
            names = "--repair-after",
            paramLabel = "TIME",
            defaultValue = "60s",
            description = "How long a disk may be away before a Free one takes its place. Default: ${DEFAULT-VALUE}.")
    private Duration repairAfter = Duration.ofSeconds(60);

    @Override
    public String name() {
        return ManagerRole.NAME;
    }

    @Override
    public RoleMaker maker(PeerPart part) {
        if (repairAfter.isNegative()) {
            throw new UsageException("--repair-after must not be negative");
        }
        return ManagerRole.with(ManagerOptions.DEFAULT.withRepairAfterMs(repairAfter.toMillis()));
    }
}
