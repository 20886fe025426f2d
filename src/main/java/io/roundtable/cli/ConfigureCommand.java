package io.roundtable.cli;

import io.roundtable.client.VolumeClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a volume. */
@Command(
        name = "configure",
        description = "Make a volume (a DSS) of N Free disks with a striping unit of UNIT bytes.",
        footer = {"", "Example: roundtable configure dss1 3 1024"})
final class ConfigureCommand implements Callable<Integer> {
    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Parameters(index = "0", paramLabel = "NAME", description = "The volume's name, at most 15 characters.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "N", description = "How many disks, 3 or more.")
    private int n;

    @Parameters(
            index = "2",
            paramLabel = "UNIT",
            description = "Bytes, a power of two from 128 to 1M, such as 1024 or 64K.")
    private String unit = "";

    @Option(
            names = "--parity",
            paramLabel = "P",
            defaultValue = "1",
            description = "How many disks may be lost, 1 to 4; N must be at least 2P+1. Default: ${DEFAULT-VALUE}.")
    private int parity;

    @Option(names = "--foreign", description = "Foreign disks, which keep blocks in memory only, may be among them.")
    private boolean isForeign;

    @Override
    public Integer call() throws Exception {
        try (VolumeClient volumes = client.open()) {
            System.out.println(
                    VolumeText.line(RefusalHints.configure(volumes, name, n, parity, ByteCount.unit(unit), isForeign)));
        }
        return 0;
    }
}
