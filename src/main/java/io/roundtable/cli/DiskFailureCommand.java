package io.roundtable.cli;

import io.roundtable.client.VolumeClient;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Wipes a disk of a volume and builds it up again. */
@Command(
        name = "disk-failure",
        description = "Wipe a disk of a volume and build it up again from the others.",
        footer = {"", "Example: roundtable disk-failure dss1 --disk D3"})
final class DiskFailureCommand implements Callable<Integer> {
    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume.")
    private String volume = "";

    @Option(names = "--disk", paramLabel = "NAME", description = "Which disk. Default: one picked at random.")
    private @Nullable String disk;

    @Override
    public Integer call() throws Exception {
        try (VolumeClient volumes = client.open()) {
            JobWatch.await(volumes, volumes.failDisk(volume, Optional.ofNullable(disk)));
        }
        return 0;
    }
}
