package io.roundtable.cli;

import io.roundtable.client.VolumeClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Ends a volume. */
@Command(
        name = "decommission",
        description = "End a volume: its files are gone, its disks are wiped and Free again.",
        footer = {"", "Example: roundtable decommission dss1"})
final class DecommissionCommand implements Callable<Integer> {
    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume.")
    private String volume = "";

    @Override
    public Integer call() throws Exception {
        try (VolumeClient volumes = client.open()) {
            JobWatch.await(volumes, volumes.decommission(volume));
        }
        return 0;
    }
}
