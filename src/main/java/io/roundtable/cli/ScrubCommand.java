package io.roundtable.cli;

import io.roundtable.client.VolumeClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Checks a volume. */
@Command(
        name = "scrub",
        description = "Read every block of a volume, check it, and repair what is broken.",
        footer = {"", "Example: roundtable scrub dss1"})
final class ScrubCommand implements Callable<Integer> {
    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume.")
    private String volume = "";

    @Override
    public Integer call() throws Exception {
        try (VolumeClient volumes = client.openToLook()) {
            JobWatch.await(volumes, volumes.scrub(volume));
        }
        return 0;
    }
}
