package io.roundtable.cli;

import io.roundtable.client.VolumeClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Deletes a file. */
@Command(
        name = "rm",
        description = "Delete a file of yours.",
        footer = {"", "Example: roundtable rm dss1 oz.txt"})
final class RmCommand implements Callable<Integer> {
    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume.")
    private String volume = "";

    @Parameters(index = "1", paramLabel = "NAME", description = "The file on it.")
    private String name = "";

    @Override
    public Integer call() throws Exception {
        try (VolumeClient volumes = client.open()) {
            RefusalHints.remove(volumes, volume, name);
        }
        return 0;
    }
}
