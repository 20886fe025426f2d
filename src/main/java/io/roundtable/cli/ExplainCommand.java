package io.roundtable.cli;

import io.roundtable.client.VolumeClient;
import io.roundtable.event.Visible;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says what a volume survives. */
@Command(
        name = "explain",
        description = "Say what a volume survives now, and what would break it.",
        footer = {"", "Example: roundtable explain dss1"})
final class ExplainCommand implements Callable<Integer> {
    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume.")
    private String volume = "";

    @Override
    public Integer call() throws Exception {
        try (VolumeClient volumes = client.open()) {
            volumes.explain(volume).forEach(line -> System.out.println(Visible.line(line)));
        }
        return 0;
    }
}
