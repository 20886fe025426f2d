package io.roundtable.cli;

import io.roundtable.client.VolumeClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Forgets a disk. */
@Command(
        name = "deregister-disk",
        description = "Forget a Free disk.",
        footer = {"", "Example: roundtable deregister-disk D1"})
final class DeregisterDiskCommand implements Callable<Integer> {
    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Parameters(index = "0", paramLabel = "NAME", description = "The disk's name.")
    private String name = "";

    @Override
    public Integer call() throws Exception {
        try (VolumeClient volumes = client.open()) {
            volumes.deregisterDisk(name);
        }
        return 0;
    }
}
