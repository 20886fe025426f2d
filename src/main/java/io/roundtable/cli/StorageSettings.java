package io.roundtable.cli;

import io.roundtable.disk.DiskOptions;
import io.roundtable.disk.Durability;
import io.roundtable.manager.ManagerOptions;
import io.roundtable.role.StorageOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How peers keep files; the same for one peer and for a table of them. */
final class StorageSettings {
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

    @Option(
            names = "--repair-after",
            paramLabel = "TIME",
            defaultValue = "60s",
            description = "How long a disk may be away before a Free one takes its place. Default: ${DEFAULT-VALUE}.")
    private Duration repairAfter = Duration.ofSeconds(60);

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

    /**
     * For a table of so many peers.
     *
     * @param isFirstPeers whether {@code --dss-port} names the port of the first of them
     */
    void check(int peers, boolean isFirstPeers) {
        options(null, null);
        boolean isOnePort = (dssPort != null && dssPort != 0 && !isFirstPeers) || dssBlockPort != 0;
        if (peers > 1 && isOnePort) {
            throw new UsageException("--dss-port and --dss-block-port name one port, and there are " + peers
                    + " peers: take --dss, or --dss-port 0 for free ones");
        }
    }

    /** What {@code --dss-port} says. */
    OptionalInt dssPort() {
        return dssPort == null ? OptionalInt.empty() : OptionalInt.of(ListenOptions.port("--dss-port", dssPort));
    }

    StorageOptions options(@Nullable Path data, @Nullable String name) {
        return options(data, name, dssPort(), dssOpen);
    }

    /**
     * @param data the disk's folder; null for no disk
     * @param name the disk's name; null for the next free one
     * @param commands the port for DSS commands
     * @param isOpen whether users of that port may deregister Free disks
     */
    StorageOptions options(@Nullable Path data, @Nullable String name, OptionalInt commands, boolean isOpen) {
        DiskOptions disk;
        try {
            disk = DiskOptions.defaults()
                    .withDurability(durability)
                    .withCapacityBytes(ByteCount.parse(capacity))
                    .withReservePercent(reserve);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--capacity, --reserve: " + e.getMessage());
        }
        if (repairAfter.isNegative()) {
            throw new UsageException("--repair-after must not be negative");
        }
        ManagerOptions manager = ManagerOptions.DEFAULT.withRepairAfterMs(repairAfter.toMillis());
        int blockPort = ListenOptions.port("--dss-block-port", dssBlockPort);
        if (name != null && !StorageOptions.isDiskName(name)) {
            throw new UsageException("--disk-name takes 1 to 15 letters, digits, dots, dashes and underscores");
        }
        return new StorageOptions(
                Optional.ofNullable(data), Optional.ofNullable(name), disk, manager, commands, blockPort, isOpen);
    }
}
