package io.roundtable.cli;

import io.roundtable.client.VolumeClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Forgets a user. */
@Command(
        name = "deregister",
        description = "Forget a user: yourself. Files and volumes stay, and stay yours.",
        footer = {"", "Example: roundtable deregister U1 --user U1"})
final class DeregisterCommand implements Callable<Integer> {
    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Parameters(index = "0", paramLabel = "USER", description = "The user's name.")
    private String name = "";

    @Option(names = "--force", description = "Though it is somebody else; becomes an event.")
    private boolean isForced;

    @Override
    public Integer call() throws Exception {
        try (VolumeClient volumes = client.open()) {
            volumes.deregisterUser(name, isForced);
        }
        return 0;
    }
}
