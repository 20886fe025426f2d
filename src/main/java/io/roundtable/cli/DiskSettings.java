package io.roundtable.cli;

import io.roundtable.disk.DiskOptions;
import io.roundtable.disk.Durability;
import io.roundtable.role.RoleMaker;
import io.roundtable.role.disk.DiskRole;
import io.roundtable.role.disk.DiskRoleOptions;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How a peer keeps its disk. */
final class DiskSettings implements RoleSetting {
    @Option(
            names = "--durability",
            paramLabel = "WHAT",
            defaultValue = "fsync",
            description = "What a written share survives: fsync (loss of power), flush (the end of the process only)."
                    + " Default: ${DEFAULT-VALUE}.")
    private Durability durability = Durability.FSYNC;

    @Option(
            names = "--capacity",
            paramLabel = "SIZE",
            defaultValue = "0",
            description = "The most that a disk may use, such as 500M or 20G; 0 for all of its file system.")
    private String capacity = "0";

    @Option(
            names = "--reserve",
            paramLabel = "PERCENT",
            defaultValue = "5",
            description = "Part of a disk that is kept free for repairs. Default: ${DEFAULT-VALUE}.")
    private int reserve = DiskOptions.RESERVE_PERCENT_DEFAULT;

    @Override
    public String name() {
        return DiskRole.NAME;
    }

    @Override
    public RoleMaker maker(PeerPart part) {
        DiskOptions disk;
        try {
            disk = DiskOptions.defaults()
                    .withDurability(durability)
                    .withCapacityBytes(ByteCount.parse(capacity))
                    .withReservePercent(reserve);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--capacity, --reserve: " + e.getMessage());
        }
        String name = part.diskName();
        if (name != null && !DiskRoleOptions.isDiskName(name)) {
            throw new UsageException("--disk-name takes 1 to 15 letters, digits, dots, dashes and underscores");
        }
        return DiskRole.with(new DiskRoleOptions(Optional.ofNullable(part.data()), Optional.ofNullable(name), disk));
    }
}
